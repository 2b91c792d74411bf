/** Findings about objects of a cluster are excused like those about nodes. */
import { createHash, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { updateBaseline, withBaseline } from '../../src/compare/baseline.ts';
import { diffReports } from '../../src/compare/diff.ts';
import { parseReport } from '../../src/compare/read-report.ts';
import type { Report } from '../../src/index.ts';
import { allReporters } from '../../src/report/index.ts';
import type { ExceptionMatch, Policy } from '../../src/settings/policy.ts';
import { lintObjects } from '../objects/harness.ts';
import { bundleOf, documents, server, servingSecret, webhookCa, webhookConfiguration } from '../objects/objects.ts';
import { buildNode } from '../support/build-node.ts';
import { withExceptions } from '../support/exceptions.ts';
import { keyNamed } from '../support/keys.ts';
import { policyWith } from '../support/policy.ts';

const ca = webhookCa();
const secret = servingSecret(ca);
const served = server(secret);
const { raw } = new X509Certificate(Buffer.from(/tls\.crt: (.*)/.exec(secret)?.[1] ?? '', 'base64'));
const sha256 = createHash('sha256').update(raw).digest('hex');
const subject = 'ValidatingWebhookConfiguration policy';
const match = { rule: 'webhook/bundle', subject };

const dumpWith = (bundle: string) => documents(webhookConfiguration(bundle), served);
const broken = dumpWith('Cg==');
const healed = dumpWith(bundleOf(ca));

const lintWith = (policy?: Policy, objects = broken, nodes?: () => ReturnType<typeof buildNode>[]) =>
  lintObjects({ name: '', objects, findings: [], options: { ...(policy && { policy }) }, ...(nodes && { nodes }) });
const excusing = (given: ExceptionMatch, objects?: string, more: Partial<Policy> = {}) =>
  lintWith(withExceptions([{ match: given }], more), objects);
const rulesOf = ({ findings }: Report) => findings.map(({ rule, suppressed }) => [rule, suppressed !== null]);

describe('an exception', () => {
  it('excuses a finding about an object, which then does not count', async () => {
    const report = await excusing(match);
    const plain = await lintWith();
    expect([plain.exitCode, report.exitCode]).toEqual([1, 0]);
    expect(report.findings).toEqual([
      {
        ...plain.findings[0],
        suppressed: {
          by: 'pki-lint.config.yaml:10',
          reason: 'replaced together with the load balancer',
          until: '2027-03-31',
        },
      },
    ]);
    expect(report.summary).toMatchObject({ errors: 0, suppressed: 1 });
    expect(report.exceptions).toMatchObject([{ state: 'in-force', findings: 1 }]);
  });

  it('is compared with the path, the fingerprint and the certificate as well', async () => {
    const [plain] = (await lintWith()).findings;
    expect(rulesOf(await excusing({ path: plain?.path ?? '' }))).toEqual([['webhook/bundle', true]]);
    expect(rulesOf(await excusing({ fingerprint: plain?.fingerprint ?? '' }))).toEqual([['webhook/bundle', true]]);
    const other = dumpWith(bundleOf(webhookCa({ key: keyNamed('other webhook-ca') })));
    expect(rulesOf(await excusing({ sha256 }, other))).toEqual([['webhook/serving', true]]);
    expect(rulesOf(await excusing({ sha256: 'a'.repeat(64) }, other))).toEqual([['webhook/serving', false]]);
  });

  it('for a node matches no object', async () => {
    expect(rulesOf(await excusing({ ...match, node: 'cp-1' }))).toEqual([['webhook/bundle', false]]);
  });

  it('excuses nothing that is never excused, or after its last day', async () => {
    const never = await excusing(match, broken, { exceptionPolicy: { never: ['webhook/*'] } });
    expect(rulesOf(never).sort()).toEqual([
      ['policy/forbidden', false],
      ['webhook/bundle', false],
    ]);
    const late = await lintWith(withExceptions([{ match, until: '2026-11-30' }]));
    expect(rulesOf(late).sort()).toEqual([
      ['policy/expired', false],
      ['webhook/bundle', false],
    ]);
    expect(late.findings.find(({ rule }) => rule === 'policy/expired')?.message).toMatch(/1 finding counts again$/);
  });

  it('is unused if the object is there and right, and never if the dump does not show it', async () => {
    const unused = await excusing(match, healed);
    expect(unused.findings.map(({ rule, message }) => [rule, message])).toEqual([
      ['policy/unused', `the exception for ${match.rule} of ${subject} excuses nothing`],
    ]);
    const absent = { ...match, subject: 'MutatingWebhookConfiguration other' };
    expect((await excusing(absent, healed)).exceptions).toMatchObject([{ state: 'in-force', findings: 0 }]);
    const misspelt = await excusing({ ...match, subject: 'ValidatingWebhookConfiguration polcy' });
    expect(misspelt.exceptions).toMatchObject([
      { state: 'unused', why: `the most similar is webhook/bundle of ${subject} at -` },
    ]);
    const ofNode = await excusing({ rule: 'cert/expired', subject: 'kube-apiserver' });
    expect(ofNode.exceptions).toMatchObject([{ state: 'in-force', findings: 0 }]);
    const info = { rule: 'object/cluster-info', subject: 'ConfigMap kube-public/cluster-info' };
    expect((await excusing(info, healed)).exceptions).toMatchObject([{ state: 'in-force' }]);
  });

  it('for a rule of nodes and one for an object work in the same run', async () => {
    const node = () => [buildNode().issue('kube-apiserver', { notAfter: '2026-11-01' })];
    const path = '/etc/kubernetes/pki/apiserver.crt';
    const policy = withExceptions([{ match }, { match: { rule: 'cert/expired', path } }]);
    const { exceptions, exitCode, summary } = await lintWith(policy, broken, node);
    expect(exceptions?.map(({ state, findings }) => [state, findings])).toEqual([
      ['in-force', 1],
      ['in-force', 1],
    ]);
    expect([exitCode, summary.errors, summary.suppressed]).toEqual([0, 0, 2]);
  });
});

it('a policy that switches a rule off says so of a dump without nodes', async () => {
  const { findings, policy, summary } = await lintWith(
    policyWith({ rules: { 'webhook/bundle': { severity: 'off' } } }),
  );
  expect(findings).toEqual([]);
  expect([policy?.off, summary.off]).toEqual([1, 1]);
});

it.each<[keyof typeof allReporters.report, RegExp]>([
  ['table', /^ {2}excused +by pki-lint\.config\.yaml:10, until 2027-03-31: replaced/m],
  ['concise', /: error \(excused\): /],
  ['github', /^::notice .*title=webhook\/bundle \(excused\)::/m],
  ['csv', /,2027-03-31,/],
  ['sarif', /"suppressions"/],
  ['gitlab', /excused until 2027-03-31: /],
  ['markdown', /error \(excused\)/],
])('an excused finding about an object is in %s only if asked for', async (format, pattern) => {
  const report = await excusing(match);
  const text = (more = {}) =>
    allReporters.report[format](report, { width: 100, color: false, quiet: false, verbose: false, ...more });
  expect(await text()).not.toMatch(pattern);
  expect(await text({ showSuppressed: true })).toMatch(pattern);
});

describe('a baseline', () => {
  const none = { schemaVersion: 1, tool: 'x', findings: [] } as const;
  const known = async () => updateBaseline(await lintWith(), none, [], '2026-12-01').baseline;
  const use = async () => ({ file: 'b', baseline: await known(), never: [], isPartial: false, requireComplete: false });

  it('knows what it has, and what was fixed', async () => {
    const same = withBaseline(await lintWith(), await use());
    expect([same.exitCode, same.baseline?.known, same.baseline?.new]).toEqual([0, 1, 0]);
    const { baseline } = withBaseline(await lintWith(undefined, healed), await use());
    expect(baseline?.fixed).toMatchObject([{ rule: 'webhook/bundle', subject }]);
    expect(updateBaseline(await lintWith(undefined, healed), await known(), [], '2026-12-02')).toMatchObject({
      removed: 1,
      baseline: { findings: [] },
    });
  });

  it('keeps what a run without a dump, or one that skips it, does not show', async () => {
    const withoutBundle = dumpWith("''");
    for (const objects of [served, withoutBundle])
      expect(withBaseline(await lintWith(undefined, objects), await use()).baseline?.fixed).toEqual([]);
  });
});

it('diff says what became of a finding about an object', async () => {
  const read = async (objects?: string) => {
    const report = await lintWith(undefined, objects);
    return { file: 'x', report: parseReport(JSON.stringify(report), 'x') };
  };
  const [old, now, elsewhere] = [await read(), await read(healed), await read(served)];
  expect(diffReports(old, now, 'error')).toMatchObject({ fixed: [{ subject }], added: [], exitCode: 0 });
  expect(diffReports(now, old, 'error')).toMatchObject({ added: [{ subject }], exitCode: 1 });
  expect(diffReports(old, elsewhere, 'error')).toMatchObject({ fixed: [], unjudged: [{ reason: 'not checked' }] });
});
