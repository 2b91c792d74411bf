/** One cause, one finding: what a finding stands for, and what of it depends on the options. */
import { describe, expect, it } from 'vitest';
import { glob } from '../src/core/glob.ts';
import { commandsOfPlans } from '../src/issue/fix-command.ts';
import { judgeAlone } from '../src/lint/judge.ts';
import { rules } from '../src/tables/catalog.ts';
import { lintTree, lintTrees, names, pkiOf } from './cases/harness.ts';
import { shown } from './hostile/support/shown.ts';
import { buildNode } from './support/build-node.ts';
import { controlPlane } from './support/cluster.ts';

const lost = () => buildNode().remove('pki/etcd');
const members = [
  'authority/present@etcd-ca',
  'cert/present@kube-etcd',
  'cert/present@kube-etcd-healthcheck-client',
  'cert/present@kube-etcd-peer',
];
const oneKeyLess = () => [controlPlane(2).remove('pki/ca.key'), controlPlane(1)];
const ofRule = (wanted: string) => (finding: { readonly rule: string }) => finding.rule === wanted;

describe('a finding with members', () => {
  it('is as severe, and sorted, as the worst of them', async () => {
    const { findings } = await lintTrees(oneKeyLess());
    expect(findings.find(ofRule('cluster/incomplete'))).toMatchObject({
      severity: 'error',
      impact: 'outage',
      node: 'cp-2',
      merged: 1,
      members: [{ rule: 'argument/file', severity: 'error', line: expect.any(Number), found: expect.any(String) }],
    });
  });

  it('is that of their rows in the checklist, and of the connections that they break', async () => {
    const { findings, checklist, connections } = await lintTree(lost());
    const group = findings.find(ofRule('node/folder'));
    const rows = checklist.filter(({ role }) => members.some((name) => name.endsWith(`@${role}`)));
    expect(rows.map(({ state, findings: found }) => [state, found])).toEqual(
      rows.map(() => ['error', [group?.fingerprint]]),
    );
    expect(rows).toHaveLength(4);
    const failing = connections.filter(({ verdict }) => verdict === 'fail');
    expect(new Set(failing.map(({ cause }) => cause))).toEqual(new Set([group?.fingerprint]));
    expect(group?.related.map(({ subject }) => subject)).toContain('kube-apiserver → https://127.0.0.1:2379');
  });

  it('has the same fingerprint at a different time and with different members', async () => {
    const early = await lintTree(buildNode().issue('admin.conf', { notAfter: '2027-12-20' }), {
      at: new Date('2027-12-01'),
    });
    const late = await lintTree(buildNode(), { at: new Date('2028-01-01') });
    const [one, other] = [early, late].map(({ findings }) => findings.find(ofRule('cert/expired')));
    expect([one?.merged, other?.merged]).toEqual([11, 12]);
    expect(one?.fingerprint).toBe(other?.fingerprint);
  });

  it('is one for all certificates that expire soon, and names the first day', async () => {
    const node = buildNode().issue('scheduler.conf', { notAfter: '2027-11-10' });
    const { findings } = await lintTree(node, { at: new Date('2027-11-01') });
    expect(findings.map(({ rule, merged }) => [rule, merged])).toEqual([['cert/ends-soon', 12]]);
    expect(findings[0]?.message).toContain('12 certificates expire soon, the first in 9 days, on 2027-11-10T');
    // One of the twelve is kubelet.conf, and no upgrade renews that.
    expect(findings[0]?.members?.map(({ subject }) => subject)).toContain('kubelet.conf');
    expect(findings[0]?.why).toMatch(/^Until then nothing fails; .* but never kubelet\.conf\./);
  });

  it('says the same of each of two keys that are swapped', async () => {
    const node = buildNode();
    const [key, other] = [node.read('pki/ca.key'), node.read('pki/etcd/ca.key')];
    const { findings } = await lintTree(node.write('pki/ca.key', other).write('pki/etcd/ca.key', key));
    expect(findings.map((one) => one.members?.map(({ found }) => found))).toEqual([
      ['a different key', 'a different key'],
    ]);
  });

  it('says so in the table', async () => {
    const text = await shown(await lintTree(lost(), { picture: true }));
    expect(text).toMatch(/which +etcd-ca: no such file/);
    expect(text).toContain('kube-etcd-peer');
  });

  it('has the commands of all of them', async () => {
    const { findings } = await lintTree(buildNode(), { at: new Date('2027-12-01') });
    const fix = findings.find(ofRule('cert/expired'))?.fix ?? [];
    const backup = '/root/pki-backup-20271201-0000';
    const kubeconfigs = ['admin', 'super-admin', 'controller-manager', 'scheduler'].map(
      (name) => `/etc/kubernetes/${name}.conf`,
    );
    expect(fix.map((steps) => steps.slice(0, 3).map(({ text }) => text))).toEqual([
      [
        `mkdir -p ${backup}`,
        `cp -a --parents --backup=numbered /etc/kubernetes/pki ${kubeconfigs.join(' ')} ${backup}/`,
        'kubeadm certs renew all',
      ],
      ['pki-lint issue --write --renew', expect.any(String), expect.any(String)],
    ]);
  });
});

describe('what the user does not select', () => {
  const after = async (options: Parameters<typeof lintTree>[1]) => {
    const report = await lintTree(lost(), options);
    return names({ findings: report.findings.filter(({ rule }) => rule !== 'san/page') });
  };

  it.each([
    ['only their rules', { only: ['cert/*', 'authority/*'] }],
    ['only their roles', { only: ['etcd-ca', 'kube-etcd', 'kube-etcd-healthcheck-client', 'kube-etcd-peer'] }],
    ['not the rule of the cause', { rules: { 'node/folder': 'off' } }],
  ] as const)('explains nothing: %s', async (_, options) => {
    expect(await after(options)).toEqual(members);
  });

  it('is no member', async () => {
    const { findings } = await lintTree(lost(), { rules: { 'cert/present': 'off' } });
    expect(findings.find(ofRule('node/folder'))?.members).toHaveLength(1);
  });

  it('leaves the cause with its own severity', async () => {
    const { findings } = await lintTrees(oneKeyLess(), { rules: { 'argument/file': 'off' } });
    expect(findings.find(ofRule('cluster/incomplete'))).toMatchObject({ severity: 'warning' });
    expect(findings.find(ofRule('cluster/incomplete'))).not.toHaveProperty('members');
  });
});

it('the gate of issue compares findings one by one', async () => {
  const { findings } = judgeAlone(await pkiOf(lost()), commandsOfPlans());
  expect(names({ findings })).toEqual(expect.arrayContaining(members));
});

describe('the catalogue', () => {
  const explained = (id: string) =>
    rules.filter((rule) => rules.find(ofId(id))?.explains.some((pattern) => glob(pattern)(rule.id)));
  const ofId = (id: string) => (rule: { readonly id: string }) => rule.id === id;

  it('explains only rules that exist', () => {
    const patterns = rules.flatMap(({ explains }) => explains);
    expect(patterns.filter((pattern) => !rules.some(({ id }) => glob(pattern)(id)))).toEqual([]);
  });

  it('explains no rule by itself, not even through others', () => {
    const reaches = (from: string, to: string): boolean =>
      explained(from).some(({ id }) => id === to || reaches(id, to));
    expect(rules.filter(({ id }) => reaches(id, id)).map(({ id }) => id)).toEqual([]);
  });
});
