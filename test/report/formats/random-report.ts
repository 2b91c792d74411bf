/** Random reports for the tests of what is red. */
import fc from 'fast-check';
import type { Connection } from '../../../src/results/connection.ts';
import { type Fault, type Finding, impacts, severities } from '../../../src/results/finding.ts';
import type { Report } from '../../../src/results/report.ts';
import { broken, connected, healthy } from '../fixtures.ts';

export type Severity = Finding['severity'];

const [sample] = broken.findings as [Finding, ...Finding[]];
const nodes = connected.nodes.map(({ name }) => name);

const faultOf = fc.record<Pick<Fault, 'severity' | 'node' | 'subject' | 'path'>>({
  severity: fc.constantFrom(...severities),
  node: fc.constantFrom(...nodes),
  subject: fc.oneof(
    fc.constantFrom('kube-etcd', 'a', '<failure />', 'error,', '\nerror,x'),
    fc.string({ unit: 'binary' }),
  ),
  path: fc.oneof(fc.constantFrom('/a', '/b'), fc.string({ unit: 'binary' })),
});

const excuse = { by: 'pki-lint.config.yaml', reason: '<failure message="x"/>', until: null };

const findingOf = fc
  .record({
    fault: faultOf,
    impact: fc.constantFrom(...impacts),
    members: fc.array(faultOf, { maxLength: 3 }),
    suppressed: fc.option(fc.constant(excuse), { freq: 3 }),
  })
  .map(({ fault, impact, members, suppressed }): Finding => {
    const severity = severities.find((one) => [fault, ...members].some((each) => each.severity === one)) ?? 'info';
    const all = members.map((member): Fault => ({ ...sample, ...member }));
    return {
      ...sample,
      ...fault,
      severity,
      impact,
      suppressed,
      ...(all.length > 0 && { members: all, merged: all.length }),
    };
  });

/** A report with random findings, some of them excused, and every exit code. */
export const reportOf = fc
  .record({
    findings: fc.array(findingOf, { maxLength: 5 }),
    failOn: fc.constantFrom<Report['failOn']>(...severities, 'never'),
    incomplete: fc.boolean(),
    unlooked: fc.boolean(),
    input: fc.constantFrom('whole', 'in part', 'none', 'empty', 'allowed to be empty'),
    verdicts: fc.array(fc.constantFrom<Connection['verdict']>('ok', 'fail', 'unknown'), { maxLength: 4 }),
  })
  .map(({ findings, failOn, incomplete, unlooked, input, verdicts }): Report => {
    const isEmpty = input === 'none' || input.includes('empty');
    if (isEmpty) return { ...healthy, ...nothing, exitCode: input === 'empty' ? 3 : input === 'none' ? 2 : 0 };
    const numbered = findings.map((one, index) => ({ ...one, fingerprint: index.toString(16).padStart(16, '0') }));
    const [link] = connected.connections as [Connection, ...Connection[]];
    const connections = verdicts.map((verdict, index): Connection => {
      return { ...link, verdict, cause: verdict === 'fail' ? (numbered[index]?.fingerprint ?? null) : null };
    });
    // GitHub keeps ten errors.
    const notChecked = incomplete ? connected.notChecked.slice(0, 4) : [];
    const summary = {
      ...healthy.summary,
      notChecked: notChecked.length,
      ...(unlooked && { notLookedAt: 1 }),
    };
    const nodes = connected.nodes.map((one, index) =>
      unlooked && index === 0 ? { ...one, notLookedAt: [missing] as const } : one,
    );
    const report = { ...healthy, nodes, failOn, connections, findings: numbered, notChecked, summary };
    if (input === 'in part') return { ...report, failures: broken.failures, exitCode: 2 };
    // With --require-complete, which the report does not say.
    return { ...report, exitCode: isRed(counting(report), failOn) || incomplete || unlooked ? 1 : 0 };
  });

const missing = { part: 'kubelet', path: '/var/lib/kubelet' } as const;

/** A report about nothing. */
const nothing = { nodes: [], inventory: [], checklist: [], failures: broken.failures } as const;

/** The severities of what is not excused. */
export const counting = ({ findings }: Pick<Report, 'findings'>): readonly Severity[] =>
  findings.filter(({ suppressed }) => suppressed === null).map(({ severity }) => severity);

/** As the exit code is defined, in different words than in the program. */
export function isRed(findings: readonly Severity[], failOn: Report['failOn']): boolean {
  const red: Readonly<Record<string, string>> = {
    error: 'error',
    warning: 'error warning',
    info: 'error warning info',
  };
  return findings.some((severity) => red[failOn]?.split(' ').includes(severity));
}
