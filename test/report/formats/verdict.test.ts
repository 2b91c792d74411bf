/** All formats and the exit code agree on what is red. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/core/connection.ts';
import { type Fault, type Finding, impacts, type Report, severities } from '../../../src/core/report.ts';
import type { FormatOptions } from '../../../src/report/formats/format.ts';
import { formats } from '../../../src/report/formats/index.ts';
import { broken, connected, healthy } from '../fixtures.ts';

type Severity = Finding['severity'];

/** The severities of the findings that a text shows as such, or whether it says itself that it is red. */
type Shown = readonly Severity[] | boolean;

const matches = (text: string, form: RegExp) => [...text.matchAll(form)].map(([, match = '']) => match);

const ofGitlab: Readonly<Record<string, Severity>> = {
  blocker: 'error',
  critical: 'error',
  major: 'warning',
  info: 'info',
};

/** How to read each format; null for one that does not show findings. A format is added by one line. */
const readers: Readonly<Record<keyof typeof formats, ((text: string) => Shown) | null>> = {
  sarif: (text) =>
    JSON.parse(text).runs[0].results.map(({ level }: { level: string }) => (level === 'note' ? 'info' : level)),
  github: (text) =>
    matches(text, /^::(error|warning|notice) /gm).map((level) => (level === 'notice' ? 'info' : level)) as Severity[],
  markdown: null,
  openmetrics: null,
  cyclonedx: null,
  csv: (text) => matches(text, /^(error|warning|info),/gm) as Severity[],
  gitlab: (text) => JSON.parse(text).map(({ severity }: { severity: string }) => ofGitlab[severity]),
  junit: (text) => /<failure /.test(text),
  ndjson: (text) => matches(text, /^\{"type":"finding",.*?"severity":"(\w+)"/gm) as Severity[],
};

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

const reportOf = fc
  .record({
    findings: fc.array(findingOf, { maxLength: 5 }),
    failOn: fc.constantFrom<Report['failOn']>(...severities, 'never'),
    incomplete: fc.boolean(),
    verdicts: fc.array(fc.constantFrom<Connection['verdict']>('ok', 'fail', 'unknown'), { maxLength: 4 }),
  })
  .map(({ findings, failOn, incomplete, verdicts }): Report => {
    const numbered = findings.map((one, index) => ({ ...one, fingerprint: index.toString(16).padStart(16, '0') }));
    const [link] = connected.connections as [Connection, ...Connection[]];
    const connections = verdicts.map((verdict, index): Connection => {
      return { ...link, verdict, cause: verdict === 'fail' ? (numbered[index]?.fingerprint ?? null) : null };
    });
    const notChecked = incomplete ? connected.notChecked : [];
    const report = { ...healthy, nodes: connected.nodes, failOn, connections, findings: numbered, notChecked };
    // With --require-complete, which the report does not say.
    return { ...report, exitCode: isRed(counting(report), failOn) || incomplete ? 1 : 0 };
  });

const counting = ({ findings }: Pick<Report, 'findings'>): readonly Severity[] =>
  findings.filter(({ suppressed }) => suppressed === null).map(({ severity }) => severity);

/** As the exit code is defined, in different words than in the program. */
function isRed(shown: Shown, failOn: Report['failOn']): boolean {
  if (typeof shown === 'boolean') return shown;
  const red: Readonly<Record<string, string>> = {
    error: 'error',
    warning: 'error warning',
    info: 'error warning info',
  };
  return shown.some((severity) => red[failOn]?.split(' ').includes(severity));
}

const options: FormatOptions = { rules: [], inRepository: (file) => (file.length % 2 === 0 ? file : undefined) };

const readable = Object.entries(readers).flatMap(([name, read]) => (read === null ? [] : [[name, read] as const]));

describe.each(readable)('%s', (name, read) => {
  const write = formats[name as keyof typeof formats];

  it('is red exactly if the exit code is 1, for random reports', () => {
    const seen = new Set<number>();
    fc.assert(
      fc.property(reportOf, (report) => {
        seen.add(report.exitCode);
        const shown = read(write(report, options));
        // Formats with severities show each finding, and nothing of what was not checked.
        if (typeof shown !== 'boolean') expect([...shown].sort()).toEqual([...counting(report)].sort());
        const isIncomplete = typeof shown !== 'boolean' && report.notChecked.length > 0;
        expect(isRed(shown, report.failOn) || isIncomplete).toBe(report.exitCode === 1);
      }),
      { seed: 14, numRuns: 300 },
    );
    expect([...seen].sort()).toEqual([0, 1]);
  });
});
