/** `pki-lint connections [PATH…]` */
import type { TrustGraph } from '../core/graph.ts';
import type { Report } from '../core/report.ts';
import { connections } from '../report/connections.ts';
import { dot } from '../report/dot.ts';
import { json } from '../report/json.ts';
import { mermaid } from '../report/mermaid.ts';
import type { ReporterOptions } from '../report/reporter.ts';
import { deliver } from './deliver.ts';
import type { ConnectionFlags } from './flags.ts';
import { type ConnectionFormat, destinations } from './formats.ts';
import type { LoadLibrary } from './library.ts';
import { nodeOptions } from './options.ts';
import { complain, type Terminal } from './terminal.ts';

interface Seen {
  readonly report: Report;
  readonly graph: TrustGraph;
}

const renderers: Readonly<
  Record<ConnectionFormat, (seen: Seen, options: ReporterOptions) => string | Promise<string>>
> = {
  table: ({ report }, options) => connections(report, options),
  json: ({ report }) => json(report.connections),
  mermaid: ({ graph }) => mermaid(graph),
  dot: ({ graph }) => dot(graph),
};

/** Prints which connections of the nodes work, and why others do not; yields the exit code: 1 where one fails. */
export async function connectionsCommand(
  paths: readonly string[],
  flags: ConnectionFlags,
  terminal: Terminal,
  load: LoadLibrary,
): Promise<number> {
  const wanted = destinations(flags.format);
  const { trustGraph } = await load();
  const at = flags.at === undefined ? {} : { at: flags.at };
  const seen = await trustGraph({ ...nodeOptions(paths, flags, terminal), ...at, failOn: 'never' });
  const { report } = seen;
  for (const { path, message, hint } of report.failures) complain(terminal, `${path}: ${message}`, hint);
  const told = wanted.filter(({ format, file }) => format === 'json' || file !== undefined || report.nodes.length > 0);
  const undelivered = await deliver((format, options) => renderers[format](seen, options), told, flags, terminal);
  if (undelivered) return 2;
  return report.exitCode || Number(report.connections.some(({ verdict }) => verdict === 'fail'));
}
