/** What exceptions excuse, and what they leave. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Finding, LintOptions, Report } from '../../src/index.ts';
import type { ExceptionMatch, ExceptionPolicy } from '../../src/settings/policy.ts';
import { lintTree, lintTrees, names } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { controlPlane } from '../support/cluster.ts';
import { type Given, withExceptions } from '../support/exceptions.ts';
import type { NodeTree } from '../support/node-tree.ts';

const pki = '/etc/kubernetes/pki';
const at = new Date('2027-12-01');
const long = { until: '2028-12-31' };

/** Every certificate but the CAs has expired by then. */
const late = (given: readonly Given[], options: LintOptions = {}, exceptionPolicy: ExceptionPolicy = {}) =>
  lintTree(buildNode(), { at, policy: withExceptions(given, { exceptionPolicy }), ...options });

const ofRule = (rule: string, { findings }: Pick<Report, 'findings'>) => findings.filter((one) => one.rule === rule);
const membersOf = (finding: Finding | undefined) => finding?.members?.map(({ subject }) => subject) ?? [];

let without: Report;
beforeAll(async () => {
  without = await lintTree(buildNode(), { at });
});

describe('without a policy', () => {
  it('the report has nothing of it', () => {
    expect(without).not.toHaveProperty('exceptions');
    expect(Object.keys(without.outcomes).filter((id) => id.startsWith('policy/'))).toEqual([]);
  });

  it('is the same as with one that excuses nothing, but for its rules', async () => {
    const { exceptions, outcomes, summary, policy: _policy, ...report } = await late([]);
    const { outcomes: _, summary: counts, ...others } = without;
    expect(report).toEqual(others);
    expect(exceptions).toEqual([]);
    expect(summary).toEqual({ ...counts, rules: counts.rules + 7 });
  });
});

describe('an excused finding', () => {
  const match = { rule: 'cert/expired' };

  it('is the same finding, does not count, and still is the cause of connections', async () => {
    const path = '/etc/*';
    const report = await late([{ match: { ...match, path }, ...long }]);
    const [own] = ofRule('cert/expired', report);
    const suppressed = {
      by: 'pki-lint.config.yaml:10',
      reason: 'replaced together with the load balancer',
      until: '2028-12-31',
    };
    expect(report.findings).toEqual(
      without.findings.map((one) => (one.rule === 'cert/expired' ? { ...one, suppressed } : one)),
    );
    const { errors, warnings, suppressed: count } = report.summary;
    expect([errors, warnings, count, report.exitCode]).toEqual([0, without.summary.warnings, 1, 0]);
    expect(without.exitCode).toBe(1);
    expect(report.connections).toEqual(without.connections);
    expect(report.connections.some(({ cause }) => cause === own?.fingerprint)).toBe(true);
    expect(report.checklist).toEqual(without.checklist);
  });

  it('is in force through the end of its last day, in UTC', async () => {
    const given = [{ match: { ...match, path: '/*t' }, until: '2027-12-01' }];
    const states = ['2027-12-01T00:00:00Z', '2027-12-01T23:59:59Z', '2027-12-02T00:00:00Z'].map(async (time) => {
      const { summary, exceptions } = await late(given, { at: new Date(time) });
      return [summary.suppressed, exceptions?.[0]?.state, exceptions?.[0]?.daysLeft];
    });
    expect(await Promise.all(states)).toEqual([
      [1, 'ends-soon', 0],
      [1, 'ends-soon', 0],
      [0, 'expired', -1],
    ]);
  });

  it('is never one for which a day does not exist', async () => {
    const { exceptions, summary } = await late([{ match: { ...match, path: '/*t' }, until: '2028-02-30' }]);
    expect([summary.suppressed, exceptions?.[0]?.state]).toEqual([0, 'forbidden']);
  });

  it('is excused by the exception that expires last', async () => {
    const given = ['2028-01-31', '2028-06-30', '2028-03-31'].map((until) => ({
      match: { ...match, path: '/*t' },
      until,
    }));
    const report = await late(given);
    expect(ofRule('cert/expired', report)[0]?.suppressed?.by).toBe('pki-lint.config.yaml:20');
    expect(report.exceptions?.map(({ state, findings }) => [state, findings])).toEqual(Array(3).fill(['in-force', 1]));
  });
});

describe('a finding of which only some faults are excused', () => {
  const excuse = (match: ExceptionMatch) => late([{ match: { rule: 'cert/expired', ...match }, ...long }]);
  const all = () => membersOf(ofRule('cert/expired', without)[0]).sort();

  it.each<[string, ExceptionMatch, string[]]>([
    ['by path', { path: `${pki}/etcd/*` }, ['kube-etcd', 'kube-etcd-healthcheck-client', 'kube-etcd-peer']],
    ['by subject', { subject: 'kube-etcd-p*' }, ['kube-etcd-peer']],
    ['by a kubeconfig', { path: '/etc/kubernetes/admin.conf' }, ['admin.conf']],
  ])('is split: %s', async (_, match, excused) => {
    const [first] = ofRule('cert/expired', without);
    const findings = ofRule('cert/expired', await excuse(match));
    const open = findings.filter(({ suppressed }) => suppressed === null);
    const others = findings.filter(({ suppressed }) => suppressed !== null);
    expect(open.map(({ fingerprint }) => fingerprint)).toEqual([first?.fingerprint]);
    expect(membersOf(open[0]).sort()).toEqual(all().filter((name) => !excused.includes(name)));
    expect(others.flatMap((one) => (one.members ?? [one]).map(({ subject }) => subject)).sort()).toEqual(excused);
    expect(new Set(findings.map(({ fingerprint }) => fingerprint)).size).toBe(2);
  });

  it('keeps its fingerprint, even if only one is left', async () => {
    const [first] = ofRule('cert/expired', without);
    const subjects = all().filter((name) => name !== 'kube-apiserver');
    const given = subjects.map((subject) => ({ match: { rule: 'cert/expired', subject }, ...long }));
    const open = ofRule('cert/expired', await late(given)).filter(({ suppressed }) => suppressed === null);
    expect(open).toMatchObject([{ subject: 'kube-apiserver', fingerprint: first?.fingerprint, suppressed: null }]);
  });

  it('is excused as a whole by its fingerprint', async () => {
    const [first] = ofRule('cert/expired', without);
    const report = await late([{ match: { fingerprint: first?.fingerprint ?? '' }, ...long }]);
    expect(ofRule('cert/expired', report)).toMatchObject([{ merged: first?.merged, fingerprint: first?.fingerprint }]);
    expect([report.summary.suppressed, report.summary.errors]).toEqual([1, 0]);
  });
});

describe('a cause that explains others', () => {
  const lost = (match: ExceptionMatch) =>
    lintTree(buildNode().remove('pki/etcd'), { policy: withExceptions([{ match, until: '2027-12-31' }]) });

  it('is excused without what it explains, which then has findings of its own', async () => {
    const { findings } = await lost({ rule: 'node/folder', path: `${pki}/etcd` });
    const open = findings.filter(({ suppressed }) => suppressed === null);
    expect(names({ findings: findings.filter(({ suppressed }) => suppressed !== null) })).toEqual([
      expect.stringMatching(/^node\/folder@/),
    ]);
    expect(names({ findings: open })).toEqual(
      expect.arrayContaining(['authority/present@etcd-ca', 'cert/present@kube-etcd']),
    );
  });

  it('is not excused with one of them', async () => {
    const { findings } = await lost({ rule: 'cert/present', subject: 'kube-etcd' });
    expect(findings.find(({ rule }) => rule === 'node/folder')).toMatchObject({ merged: 3, suppressed: null });
    expect(findings.find(({ rule }) => rule === 'cert/present')).toMatchObject({ subject: 'kube-etcd' });
  });

  it('is excused with them by its fingerprint', async () => {
    const { findings } = await lintTree(buildNode().remove('pki/etcd'));
    const fingerprint = findings.find(({ rule }) => rule === 'node/folder')?.fingerprint ?? '';
    const report = await lost({ fingerprint });
    expect(report.findings.find((one) => one.fingerprint === fingerprint)).toMatchObject({
      merged: 4,
      suppressed: { until: '2027-12-31' },
    });
    expect(report.summary.errors).toBe(0);
  });
});

describe('what matches', () => {
  const damaged = () =>
    [controlPlane(1), controlPlane(2)].map((node) => node.issue('kube-apiserver', { notAfter: '2026-11-01' }));
  const excusedOn = async (match: ExceptionMatch, trees: () => readonly NodeTree[] = damaged) => {
    const { findings } = await lintTrees(trees(), { policy: withExceptions([{ match }]) });
    return findings.flatMap(({ suppressed, rule, node }) => (suppressed === null ? [] : [`${rule}@${node}`]));
  };
  const expired = ['cert/expired@cp-1', 'cert/expired@cp-2'];

  it.each<[string, ExceptionMatch, string[]]>([
    ['a path on all nodes', { path: `${pki}/apiserver.crt` }, expired],
    ['a node', { rule: 'cert/expired', node: 'cp-2' }, expired.slice(1)],
    ['a pattern of nodes', { rule: 'cert/*', node: '*-1', path: '*', subject: 'kube-apiserver' }, expired.slice(0, 1)],
    ['a different rule', { rule: 'cert/issuer', path: `${pki}/apiserver.crt` }, []],
    ['a rule that only begins like it', { rule: 'cert/expire', path: '/etc/x' }, []],
  ])('%s', async (_, match, excused) => {
    expect(await excusedOn(match)).toEqual(excused);
  });

  it('a certificate', async () => {
    const trees = damaged();
    const { inventory } = await lintTrees(trees);
    const own = inventory.find(({ node, path }) => node === 'cp-2' && path === `${pki}/apiserver.crt`);
    expect(await excusedOn({ sha256: own?.fingerprint256 ?? '' }, () => trees)).toEqual(['cert/expired@cp-2']);
  });

  it('a finding of a cluster, and one that an upgrade brings', async () => {
    const beside = () => [
      controlPlane(1),
      controlPlane(2).replaceFlag('kube-apiserver', 'service-cluster-ip-range', '10.1.0.0/16'),
    ];
    const plain = await lintTrees(beside());
    const [cluster] = plain.findings.filter(({ rule }) => rule.startsWith('cluster/'));
    const match = { rule: cluster?.rule ?? '', node: cluster?.node ?? '' };
    expect(await excusedOn(match, beside)).toEqual([`${match.rule}@${match.node}`]);
    const old = buildNode({ release: '1.32' }).issue('front-proxy-client', { serial: -5n });
    const options = { targetVersion: 'v1.33.0', facts: { kubernetesVersion: 'v1.31.3' } };
    const { findings } = await lintTree(old, options);
    const upcoming = findings.filter(({ message }) => message.startsWith('with v'));
    expect(upcoming.length).toBeGreaterThan(0);
    const given = upcoming.map(({ rule, path, subject }) => ({ match: { rule, path, subject } }));
    const excused = await lintTree(old, { ...options, policy: withExceptions(given) });
    expect(excused.findings.filter(({ suppressed }) => suppressed !== null).map(({ message }) => message)).toEqual(
      upcoming.map(({ message }) => message),
    );
  });
});
