/** Metrics for Prometheus, in particular for files that node_exporter reads. */
import { hash } from 'node:crypto';
import { copyable } from '../../core/text.ts';
import { type Finding, severities } from '../../results/finding.ts';
import type { InventoryItem } from '../../results/inventory.ts';
import { atPresent } from '../../results/read/at-present.ts';
import { missingParts } from '../../results/read/ground.ts';
import { countsFailures } from '../../results/read/verdict.ts';
import type { Report } from '../../results/report.ts';
import { type FormatOptions, writtenFindings } from './format.ts';

/** The rules that report that a certificate or kubeconfig cannot be parsed. */
const parseRules: readonly string[] = ['file/parse', 'kubeconfig/data'];

/**
 * Returns a report as metrics. `x509_cert_*` have the names and labels of x509-certificate-exporter (docs/metrics.md of
 * enix/x509-certificate-exporter), which existing dashboards and alerts read. Values that depend on the time of
 * reading, such as the seconds that are left, are left out: the file is read long after it was written.
 */
export function openmetrics(report: Report, options: FormatOptions): string {
  return metricsText([
    ...certificateMetrics(report),
    {
      name: 'pki_lint_certificate_effective_not_after',
      help: 'When a certificate in use can no longer be used: the earliest expiry in its chain, in Unix seconds.',
      combine: Math.min,
      samples: effectiveEnds(report),
    },
    {
      name: 'pki_lint_findings',
      help: 'Findings that are not excused, by rule, role and path; 0 without a rule, for every node that was read.',
      combine: add,
      samples: findingSamples(report, options),
    },
    {
      name: 'pki_lint_connection_up',
      help: 'Whether the simulated handshake of a connection succeeds: 1 yes, 0 no; absent if it is not known.',
      combine: Math.min,
      samples: report.connections
        .map(atPresent)
        .filter(({ verdict }) => verdict !== 'unknown')
        .map(({ node, client, server, address, verdict }) => ({
          labels: { node, client, server, address: address ?? '' },
          value: Number(verdict === 'ok'),
        })),
    },
    {
      name: 'pki_lint_exception_until_timestamp_seconds',
      help: 'The end of the last day on which an exception of a rule is valid, in Unix seconds.',
      combine: Math.min,
      samples: report.findings.flatMap(({ rule, suppressed }) =>
        suppressed?.until ? [{ labels: { rule }, value: seconds(suppressed.until) + 86_400 }] : [],
      ),
    },
    ...runMetrics(report),
  ]);
}

/** About the run itself: what was seen, and when. */
function runMetrics(report: Report): readonly Metric[] {
  const perNode = report.nodes.map(({ name }) => ({ labels: { node: name }, value: 0 }));
  const unchecked = report.notChecked.map(({ node }) => ({ labels: { node }, value: 1 }));
  return [
    {
      name: 'pki_lint_not_checked',
      help: 'Paths that were needed and could not be examined.',
      combine: add,
      samples: [...perNode, ...unchecked],
    },
    {
      name: 'pki_lint_not_looked_at',
      help: 'Parts that nodes of their kind have, and that are not in the input.',
      combine: add,
      samples: [...perNode, ...missingParts(report).map(({ node }) => ({ labels: { node }, value: 1 }))],
    },
    {
      name: 'pki_lint_nodes',
      help: 'The nodes that were read, each with the value 1.',
      combine: add,
      samples: report.nodes.map(({ name, role }) => ({ labels: { node: name, kind: role }, value: 1 })),
    },
    single(
      'pki_lint_failed_inputs',
      'Paths of the command line that could not be linted.',
      // Others do not change the exit code, and an alert on them would fire for ever.
      countsFailures(report) ? report.failures.length : 0,
    ),
    single('pki_lint_last_run_timestamp_seconds', 'The time of judging, in Unix seconds.', seconds(report.at)),
    single('pki_lint_build_info', 'The version of pki-lint, with the value 1.', 1, { version: report.tool.version }),
  ];
}

const single = (name: string, help: string, value: number, labels: Labels = {}): Metric => ({
  name,
  help,
  combine: Math.max,
  samples: [{ labels, value }],
});

const add = (one: number, other: number) => one + other;

const seconds = (time: string) => Math.floor(Date.parse(time) / 1000);

/** Of the roles of the documented tables, and of other certificates on whose dates something depends. */
function effectiveEnds({ checklist, inventory }: Report): readonly Sample[] {
  const sample = (node: string, role: string, path: string, end: string) => ({
    labels: { node, role, path },
    value: seconds(end),
  });
  return [
    ...checklist.flatMap(({ node, role, path, expires, state }) =>
      expires === null || state === 'not-applicable' ? [] : [sample(node, role, path, expires)],
    ),
    ...inventory.flatMap(({ node, role, path, judged, effectiveNotAfter }) =>
      judged && role === null && effectiveNotAfter !== null ? [sample(node, '', path, effectiveNotAfter)] : [],
    ),
  ];
}

/** A certificate that is exported, with its labels. */
interface Exported {
  readonly item: InventoryItem;
  readonly labels: Labels;
}

function certificateMetrics(report: Report): readonly Metric[] {
  const certificates = exported(report.inventory);
  const samples = (value: (item: InventoryItem) => number) =>
    certificates.map(({ item, labels }) => ({ labels, value: value(item) }));
  const at = Date.parse(report.at);
  const gauge = (name: string, help: string, all: readonly Sample[]): Metric => ({
    name,
    help,
    combine: Math.max,
    samples: all,
  });
  return [
    gauge(
      'x509_cert_not_after',
      'End of the validity of a certificate, in Unix seconds.',
      samples(({ notAfter }) => seconds(notAfter ?? '')),
    ),
    gauge(
      'x509_cert_not_before',
      'Start of the validity of a certificate, in Unix seconds.',
      samples(({ notBefore }) => seconds(notBefore ?? '')),
    ),
    gauge(
      'x509_cert_expired',
      'Whether a certificate has expired: 1 yes, 0 no.',
      samples(({ notAfter }) => Number(at > Date.parse(notAfter ?? ''))),
    ),
    gauge('x509_cert_error', 'Whether a certificate cannot be parsed: 1 yes, 0 no.', [
      ...samples(() => 0),
      ...unparsed(report).map(({ node, path }) => ({
        labels: certificateLabels({ path, entry: null, serial: null }, node),
        value: 1,
      })),
    ]),
  ];
}

/**
 * The certificates on whose dates something depends: alerts on the others, such as former certificates that the kubelet
 * keeps, would be false. Those with the same labels, such as one that a bundle contains twice, get a `discriminator`,
 * as in x509-certificate-exporter.
 */
function exported(inventory: readonly InventoryItem[]): readonly Exported[] {
  const all = inventory
    .filter(({ judged, notAfter }) => judged && notAfter !== null)
    .map((item) => ({ item, labels: certificateLabels(item, item.node) }));
  const counts = new Map<string, number>();
  for (const { labels } of all) {
    const key = JSON.stringify(labels);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return all.map(({ item, labels }) => {
    if (counts.get(JSON.stringify(labels)) === 1) return { item, labels };
    const { fingerprint256, path, entry, index } = item;
    const discriminator = hash('sha256', JSON.stringify([fingerprint256, path, entry, index])).slice(0, 8);
    return { item, labels: { ...labels, discriminator } };
  });
}

type Labelled = Pick<InventoryItem, 'path' | 'entry' | 'serial'> & Partial<InventoryItem>;

function certificateLabels(item: Labelled, node: string): Labels {
  const { path, entry, serial, subjectAttributes = [], issuerAttributes = [] } = item;
  const [, kind = '', key = ''] = /^(cluster|user)s\[(.*)\]\.[a-z-]+$/s.exec(entry ?? '') ?? [];
  return {
    node,
    serial_number: serial === null ? '' : decimal(serial),
    ...nameLabels('subject', subjectAttributes),
    ...nameLabels('issuer', issuerAttributes),
    filename: path.slice(path.lastIndexOf('/') + 1),
    filepath: path,
    embedded_kind: kind,
    embedded_key: key,
  };
}

/** Hex, perhaps negative, to decimal. A serial has at most 20 bytes (RFC 5280), but Go reads longer ones. */
function decimal(serial: string): string {
  if (!/^-?[0-9a-f]{1,512}$/.test(serial)) return serial;
  const magnitude = BigInt(`0x${serial.replace('-', '')}`);
  return `${serial.startsWith('-') ? -magnitude : magnitude}`;
}

/**
 * Of several values the first, but the last common name (pkix.Name.FillFromRDNSequence; pkg/registry/labels.go of the
 * exporter).
 */
function nameLabels(prefix: string, attributes: InventoryItem['subjectAttributes']): Labels {
  const valuesOf = (type: string) => attributes.filter((one) => one.type === type).map(({ value }) => value);
  const first = ['C', 'ST', 'L', 'O', 'OU'].map((type) => [`${prefix}_${type}`, valuesOf(type)[0] ?? '']);
  return { ...Object.fromEntries(first), [`${prefix}_CN`]: valuesOf('CN').at(-1) ?? '' };
}

/** The files of roles that cannot be parsed. */
function unparsed({ findings, checklist }: Report): readonly Pick<Finding, 'node' | 'path'>[] {
  const ofRoles = new Set(checklist.flatMap((row) => row.findings));
  return findings
    .filter(({ suppressed, fingerprint }) => suppressed === null && ofRoles.has(fingerprint))
    .flatMap((finding) => finding.members ?? [finding])
    .filter(({ rule }) => parseRules.includes(rule));
}

/**
 * Returns a sample for each finding, and one without a rule for each node and severity. Excused findings are never
 * counted: an alert on a count means what the exit code means.
 */
function findingSamples(report: Report, options: FormatOptions): readonly Sample[] {
  const none = report.nodes.flatMap(({ name }) =>
    severities.map((severity) => ({
      labels: { node: name, severity, impact: '', rule: '', role: '', path: '' },
      value: 0,
    })),
  );
  const roles = new Map(report.checklist.map(({ node, path, role }) => [fileKey(node, path), role]));
  const found = writtenFindings(report, { ...options, showSuppressed: false }).map((finding) => ({
    labels: {
      node: finding.node,
      severity: finding.severity,
      impact: finding.impact,
      rule: finding.rule,
      role: roles.get(fileKey(finding.node, finding.path)) ?? '',
      path: finding.path,
    },
    value: 1,
  }));
  return [...none, ...found];
}

const fileKey = (node: string, path: string): string => `${node}\0${path}`;

type Labels = Readonly<Record<string, string>>;

/** A value, and what it is about. */
interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** A gauge. */
interface Metric {
  readonly name: string;
  /** Frozen: node_exporter reports an error if two of its files have different texts for one metric. */
  readonly help: string;
  /** The value for samples that have the same labels. */
  readonly combine: (one: number, other: number) => number;
  readonly samples: readonly Sample[];
}

/** Returns metrics as text. A metric without samples is left out. Two samples never have the same labels. */
function metricsText(metrics: readonly Metric[]): string {
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
