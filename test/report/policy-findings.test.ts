/** Findings about exceptions, which are on no node, and excused findings: in the table and in every format. */
import { beforeAll, describe, expect, it } from 'vitest';
import { allReporters } from '../../src/report/index.ts';
import type { Finding } from '../../src/results/finding.ts';
import type { Report } from '../../src/results/report.ts';
import { lintTrees } from '../cases/harness.ts';
import { controlPlane } from '../support/cluster.ts';
import { withExceptions } from '../support/exceptions.ts';

const options = { width: 80, color: false, quiet: false, verbose: false };
const inRepository = (file: string) =>
  file.endsWith('.yaml') && !file.includes('!/') ? `clusters/${file}` : undefined;

let report: Report;
let finding: Finding;
beforeAll(async () => {
  const trees = ([1, 2] as const).map((number) =>
    controlPlane(number).issue('kube-apiserver', { notAfter: '2026-11-01' }),
  );
  const match = { rule: 'cert/expired', path: '/etc/kubernetes/pki/apiserver.crt' };
  report = await lintTrees(trees, {
    policy: withExceptions([
      { match: { ...match, node: 'cp-1' } },
      { match: { ...match, node: 'cp-2' }, until: '2026-11-30' },
    ]),
  });
  finding = report.findings.find(({ rule }) => rule === 'policy/expired') as Finding;
});

const text = (format: keyof typeof allReporters.report, more = {}) =>
  allReporters.report[format](report, { ...options, inRepository, ...more });

describe('a finding about an exception', () => {
  const message = 'the exception for cert/expired at /etc/kubernetes/pki/apiserver.crt on cp-2';

  it('is in the table without a node', async () => {
    const table = await text('table');
    expect(table).toMatch(/^✖ the exception for cert\/expired at/m);
    expect(table).toContain('pki-lint.config.yaml:20');
    expect(table).toMatch(/2 problems \(2 errors, 0 warnings\).*1 excused until 2027-03-31/);
    expect(table).not.toMatch(/on another machine|run on {2}/);
  });

  it.each<[keyof typeof allReporters.report, RegExp]>([
    ['concise', /^pki-lint\.config\.yaml:20: error: the exception/m],
    [
      'github',
      /^::error file=clusters\/pki-lint\.config\.yaml,line=20,endLine=20,col=5,title=policy\/expired::the exception/m,
    ],
    ['csv', /^error,hygiene,policy\/expired,,"?cert\/expired at .*,pki-lint\.config\.yaml,20,/m],
    ['junit', /<testsuite name="policy" tests="\d+" failures="1"/],
    ['markdown', /\| ❌ error \| policy\/expired \| {2}?\| clusters\/pki-lint\.config\.yaml:20 \|/],
    [
      'openmetrics',
      /^pki_lint_findings\{node="",severity="error",impact="hygiene",rule="policy\/expired",role="",path="[^"]*"\} 1$/m,
    ],
  ])('is in %s', async (format, pattern) => {
    expect(await text(format)).toMatch(pattern);
  });

  it('is at its line in SARIF and GitLab, relative to the repository', async () => {
    const [run] = JSON.parse(await text('sarif')).runs;
    const result = run.results.find((one: { readonly ruleId: string }) => one.ruleId === 'policy/expired');
    expect(result.message.text).toContain(message);
    expect(result.locations[0]).toMatchObject({
      physicalLocation: { artifactLocation: { uri: 'clusters/pki-lint.config.yaml' }, region: { startLine: 20 } },
      logicalLocations: [{ fullyQualifiedName: expect.stringMatching(/^cert\/expired/) }],
    });
    const issue = JSON.parse(await text('gitlab')).find(
      (one: { readonly check_name: string }) => one.check_name === 'policy/expired',
    );
    expect(issue.location).toEqual({ path: 'clusters/pki-lint.config.yaml', lines: { begin: 20 } });
  });

  it('has the path of the policy outside of a repository', async () => {
    const [issue] = JSON.parse(await text('gitlab', { inRepository: () => undefined })).slice(-1);
    expect([issue.check_name, issue.location.path]).toEqual(['policy/expired', 'pki-lint.config.yaml']);
  });

  it('is a line of NDJSON without a node, and each exception is one', async () => {
    const lines = (await text('ndjson'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ rule }) => rule === 'policy/expired')).toMatchObject([{ type: 'finding', node: null }]);
    expect(lines.filter(({ type }) => type === 'exception').map(({ state, by, node }) => [state, by, node])).toEqual([
      ['expired', 'pki-lint.config.yaml:20', null],
      ['in-force', 'pki-lint.config.yaml:10', null],
    ]);
    expect(lines.filter(({ type }) => type === 'excused')).toMatchObject([{ node: 'cp-1', until: '2027-03-31' }]);
  });

  it('is not in the bill of materials', async () => {
    expect(await text('cyclonedx')).not.toContain('policy/');
  });
});

describe('an excused finding', () => {
  const counts = async (format: keyof typeof allReporters.report, pattern: RegExp, more = {}) =>
    [...(await text(format, more)).matchAll(pattern)].length;

  it.each<[keyof typeof allReporters.report, RegExp]>([
    ['table', /^ {2}excused +by pki-lint\.config\.yaml:10, until 2027-03-31: replaced/gm],
    ['concise', /: error \(excused\): /g],
    ['github', /^::notice .*title=cert\/expired \(excused\)::/gm],
    ['csv', /,2027-03-31,/g],
    ['sarif', /"suppressions"/g],
    ['gitlab', /excused until 2027-03-31: /g],
    ['markdown', /error \(excused\)/g],
  ])('is in %s only if asked for', async (format, pattern) => {
    expect([await counts(format, pattern), await counts(format, pattern, { showSuppressed: true })]).toEqual([0, 1]);
  });

  it('is a skipped case of JUnit, and a metric of its end', async () => {
    expect(await counts('junit', /<skipped message="excused until 2027-03-31: /g)).toBeGreaterThan(0);
    const end = Date.parse('2027-04-01T00:00:00Z') / 1000;
    expect(await text('openmetrics')).toContain(
      `pki_lint_exception_until_timestamp_seconds{rule="cert/expired"} ${end}\n`,
    );
  });

  it('is counted until the last day of all', async () => {
    const later = { by: 'x:1', reason: 'y', until: '2027-12-31' };
    const findings = report.findings.map((one) =>
      one.rule === 'cert/expired' && one.node === 'cp-2' ? { ...one, suppressed: later } : one,
    );
    const both = { ...report, findings, summary: { ...report.summary, suppressed: 2 } };
    expect(await allReporters.report.table(both, { ...options, width: 100 })).toContain(
      '2 excused until 2027-12-31 at the latest',
    );
  });

  it('says what it is, by its own message', () => {
    expect(finding).toMatchObject({ node: '', severity: 'error', suppressed: null });
  });
});
