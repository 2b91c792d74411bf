/** The same run has as many findings of each severity in every format. */
import { describe, expect, it } from 'vitest';
import { allReporters } from '../../../src/report/index.ts';
import type { Severity } from '../../../src/results/finding.ts';
import type { Report } from '../../../src/results/report.ts';
import { lintTrees } from '../../cases/harness.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import type { NodeTree } from '../../support/node-tree.ts';

type Totals = Readonly<Record<Severity, number>>;

const plain = { width: 80, color: false, quiet: false, verbose: false };

const totalsOf = (found: readonly (string | undefined)[]): Totals => ({
  error: found.filter((one) => one === 'error').length,
  warning: found.filter((one) => one === 'warning').length,
  info: found.filter((one) => one === 'info').length,
});

const groupsOf = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, group = '']) => group);

interface Log {
  readonly runs: readonly [{ readonly results: readonly { readonly level: string }[] }];
}

const gitlabSeverities: Readonly<Record<string, Severity>> = { blocker: 'error', critical: 'error', major: 'warning' };

const metric = /^pki_lint_findings\{.*severity="(\w+)".*\} (\d+)$/gm;

/** How the reader of each format counts. */
const readers: Readonly<
  Record<'sarif' | 'gitlab' | 'junit' | 'openmetrics' | 'ndjson' | 'concise' | 'markdown', (text: string) => Totals>
> = {
  sarif: (text) =>
    totalsOf((JSON.parse(text) as Log).runs[0].results.map(({ level }) => (level === 'note' ? 'info' : level))),
  gitlab: (text) =>
    totalsOf(
      (JSON.parse(text) as { severity: string }[]).map(({ severity }) => gitlabSeverities[severity] ?? severity),
    ),
  junit: (text) => totalsOf(groupsOf(text, /<failure [^>]*type="(\w+)"/g)),
  openmetrics: (text) =>
    totalsOf(
      [...text.matchAll(metric)].flatMap(([, severity, value]) =>
        Array<string | undefined>(Number(value)).fill(severity),
      ),
    ),
  ndjson: (text) =>
    totalsOf(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { type: string; severity?: string })
        .flatMap(({ type, severity }) => (type === 'finding' ? [severity] : [])),
    ),
  concise: (text) => totalsOf(groupsOf(text, /^\S.*?:\d+: (error|warning|info): .*\[[\w-]+\/[\w-]+\]$/gm)),
  markdown: (text) => {
    const [, error, warning, info = 0] = /\((\d+) errors?, (\d+) warnings?\)(?:; (\d+) notes?)?/.exec(text) ?? [];
    return { error: Number(error), warning: Number(warning), info: Number(info) };
  },
};

const expired = { notBefore: '2025-11-24', notAfter: '2026-11-24' } as const;

const samples: Readonly<Record<string, () => readonly NodeTree[]>> = {
  'one node whose etcd has a wrong CA': () => [
    controlPlane(1).edit('pki/etcd/ca.crt', () => controlPlane(1).read('pki/ca.crt')),
  ],
  'three nodes with five causes': () => {
    const first = controlPlane(1);
    return [
      first
        .write('pki/etcd/ca.crt', first.read('pki/ca.crt'))
        .write('pki/front-proxy-client.key', first.read('pki/sa.key')),
      controlPlane(2).issue('kube-apiserver', expired).remove('pki/apiserver-etcd-client.key'),
      worker().issue('kubelet.conf', expired).chmod('kubelet.conf', 0o644),
    ];
  },
  'workers whose certificates expired': () => [
    controlPlane(1),
    ...Array.from({ length: 12 }, (_, index) =>
      worker({ name: `worker-${index + 1}`, ip: `192.0.2.${101 + index}` }).issue('kubelet.conf', expired),
    ),
  ],
};

describe.each(Object.entries(samples))('%s', (_name, build) => {
  const linted = lintTrees(build());

  it('has findings of which connections fail', async () => {
    const { findings, connections } = await linted;
    expect(findings.some(({ severity }) => severity === 'error')).toBe(true);
    expect(connections.some(({ verdict }) => verdict === 'fail')).toBe(true);
  });

  it.each(Object.entries(readers))('in %s as in JSON', async (format, read) => {
    const report = await linted;
    // All findings are failures, so that JUnit can be counted.
    const failing: Report = { ...report, failOn: 'info' };
    const json = JSON.parse(await allReporters.report.json(report, plain)) as Report;
    const counted = json.findings.filter(({ suppressed }) => suppressed === null).map(({ severity }) => severity);
    expect(read(await allReporters.report[format as keyof typeof readers](failing, plain))).toEqual(totalsOf(counted));
  });

  it('in JUnit has a failure for each finding that makes the exit code 1', async () => {
    const report = await linted;
    const { error } = totalsOf(report.findings.map(({ severity }) => severity));
    expect(readers.junit(await allReporters.report.junit(report, plain))).toEqual({ error, warning: 0, info: 0 });
  });
});
