/** The text format of Prometheus 0.0.4, with the closing line of OpenMetrics, which it reads as a comment. */
import { copyable } from '../../core/text.ts';

export type Labels = Readonly<Record<string, string>>;

/** A value, and what it is about. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** A gauge. */
export interface Metric {
  readonly name: string;
  /** Frozen: node_exporter reports an error if two of its files have different texts for one metric. */
  readonly help: string;
  /** The value for samples that have the same labels. */
  readonly combine: (one: number, other: number) => number;
  readonly samples: readonly Sample[];
}

/** Returns metrics as text. A metric without samples is left out. Two samples never have the same labels. */
export function metricsText(metrics: readonly Metric[]): string {
  return `${metrics.flatMap(linesOf).join('\n')}\n# EOF\n`;
}

function linesOf({ name, help, combine, samples }: Metric): readonly string[] {
  const values = new Map<string, number>();
  for (const { labels, value } of samples) {
    if (Number.isNaN(value)) continue;
    const series = `${name}${labelText(labels)}`;
    const former = values.get(series);
    values.set(series, former === undefined ? value : combine(former, value));
  }
  if (values.size === 0) return [];
  const lines = [...values].map(([series, value]) => `${series} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...lines];
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Only `\\`, `\"` and `\n` are escapes of this syntax. Controls have become visible escapes before. */
const escaped = (value: string) => copyable(value).replace(/["\\]/g, '\\$&');
