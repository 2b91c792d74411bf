/**
 * Several real kubeadm nodes: two control planes of one cluster, a third one derived from them, and unrelated nodes.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Finding, Report } from '../../src/index.ts';
import { table } from '../../src/report/terminal/table.ts';
import { lintTrees, names } from '../cases/harness.ts';
import { corpus } from '../support/corpus.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { pathOf } from '../support/roles.ts';

const ownSans = ['DNS:cp-3', 'DNS:localhost', 'IP:192.0.2.12', 'IP:127.0.0.1', 'IP:::1'] as const;
const apiServerSans = [
  ...['api.example.test', 'cp-3', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'],
  ...['kubernetes.default.svc.corp.internal', 'lb.example.test'],
].map((name) => `DNS:${name}` as const);
const apiServerAddresses = ['IP:172.20.0.1', 'IP:192.0.2.12', 'IP:198.51.100.7', 'IP:2001:db8::7'] as const;

/** A third control plane, derived from the second. */
async function third(): Promise<NodeTree> {
  const node = await corpus('kubeadm-1.36-ha-node2');
  const rename = (text: string) => text.replaceAll('192.0.2.11', '192.0.2.12').replaceAll('cp-2', 'cp-3');
  const manifests = ['etcd', 'kube-apiserver'].map((name) => `manifests/${name}.yaml`);
  const kubeconfigs = ['controller-manager.conf', 'scheduler.conf', 'kubelet.conf'];
  for (const path of [...manifests, ...kubeconfigs, '/var/lib/kubelet/kubeadm-flags.env']) node.edit(path, rename);
  const both = 'cp-1=https://192.0.2.10:2380,cp-2=https://192.0.2.11:2380';
  return node
    .replaceFlag('etcd', 'initial-cluster', `${both},cp-3=https://192.0.2.12:2380`)
    .issue('kube-apiserver', { key: 'P-256', sans: [...apiServerSans, ...apiServerAddresses] })
    .issue('kube-etcd', { key: 'P-256', commonName: 'cp-3', sans: ownSans })
    .issue('kube-etcd-peer', { key: 'P-384', commonName: 'cp-3', sans: ownSans })
    .issue('kubelet.conf', { key: 'P-256', commonName: 'system:node:cp-3' });
}

let first: NodeTree;
let second: NodeTree;
beforeAll(async () => {
  [first, second] = [await corpus('kubeadm-1.36-ha'), await corpus('kubeadm-1.36-ha-node2')];
});

const alarms = ({ findings }: Report) => findings.filter(({ severity }) => severity !== 'info');
const onNode = ({ node, rule, subject, path }: Finding) => [node, rule, subject, path];

describe('three control planes of one cluster', () => {
  it('are healthy together, and every rule of clusters was asked of them', async () => {
    const report = await lintTrees([first, second, await third()]);
    expect(names(report)).toEqual([]);
    expect(report.skipped).toEqual([]);
    const asked = Object.entries(report.outcomes).filter(([rule]) => rule.startsWith('cluster/'));
    expect(asked.length).toBeGreaterThanOrEqual(10);
    // They do not encrypt.
    const other = asked.filter(([rule]) => rule !== 'cluster/encryption');
    expect(other.filter(([, counts]) => counts.pass !== 1)).toEqual([]);
    expect(report.connections.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
    // Each etcd member dials the other two.
    expect(report.connections.filter(({ id }) => id === 'etcd-peer')).toHaveLength(6);
  });

  it('name the odd one, and list what dies of it', async () => {
    const odd = await third();
    for (const end of ['crt', 'key']) odd.remove(`pki/etcd/ca.${end}`);
    const stranger = await corpus('kubeadm-1.36-default');
    for (const end of ['crt', 'key'] as const) odd.write(`pki/etcd/ca.${end}`, stranger.read(`pki/etcd/ca.${end}`));
    const leaves = [
      'kube-etcd',
      'kube-etcd-peer',
      'kube-etcd-healthcheck-client',
      'kube-apiserver-etcd-client',
    ] as const;
    for (const role of leaves) odd.issue(role);
    const report = await lintTrees([first, second, odd]);
    expect(alarms(report).map(onNode)).toEqual([['cp-3', 'cluster/authority', 'etcd-ca', pathOf('etcd-ca')]]);
    const [finding] = alarms(report);
    expect(finding?.message).toBe(
      'cp-3 trusts a different etcd-ca than cp-1 and cp-2 (certificates of other nodes are signed by theirs)',
    );
    expect(finding?.related.map(({ subject }) => subject)).toEqual([
      'etcd of cp-1 → https://192.0.2.12:2380 on cp-3',
      'etcd of cp-2 → https://192.0.2.12:2380 on cp-3',
      'etcd → https://192.0.2.10:2380 on cp-1',
      'etcd → https://192.0.2.11:2380 on cp-2',
    ]);
    const row = report.checklist.find(({ node, role }) => node === 'cp-3' && role === 'etcd-ca');
    expect(row).toMatchObject({ state: 'error', findings: [finding?.fingerprint] });
  });
});

describe('of two control planes that disagree, neither is named as the one that differs', () => {
  it('and the finding names both', async () => {
    const other = await corpus('kubeadm-1.36-default');
    const copy = await corpus('kubeadm-1.36-ha-node2');
    for (const name of ['sa.key', 'sa.pub']) copy.write(`pki/${name}`, other.read(`pki/${name}`));
    const report = await lintTrees([first, copy]);
    expect(alarms(report).map(onNode)).toEqual([
      ['cp-2', 'cluster/service-account', 'service-account', '/etc/kubernetes/pki/sa.pub'],
    ]);
    expect(alarms(report)[0]?.message).toBe(
      'the service account keys of cp-2 differ from those of cp-1 (pki-lint cannot tell which of them is correct)',
    );
    const text = await table(report, { quiet: true, verbose: false, width: 120, color: false });
    expect(text).toContain('cluster/service-account');
  });
});

describe('independent clusters', () => {
  it('are not compared, and no connection leads from one to the other', async () => {
    const strangers = ['kubeadm-1.36-default', 'kubeadm-1.22-default', 'kubeadm-1.36-external-etcd'] as const;
    const report = await lintTrees([first, second, ...(await Promise.all(strangers.map((name) => corpus(name))))]);
    expect(names(report)).toEqual([]);
    const servers = report.connections.filter(({ node }) => node === 'cp-2').map(({ server }) => server);
    expect(servers).toContain('kube-apiserver on cp-1 (-!/node-1)');
    expect(servers.join()).not.toMatch(/node-[345]/);
  });

  it('linted separately, no cluster rule runs', async () => {
    const report = await lintTrees([first, await corpus('kubeadm-1.22-default')]);
    expect(Object.keys(report.outcomes).filter((rule) => rule.startsWith('cluster/'))).toEqual([]);
    expect(report.nodes.map(({ name }) => name)).toEqual(['cp-1 (-!/node-1)', 'cp-1 (-!/node-2)']);
  });
});

describe('a cluster and a worker that was seen at two times', () => {
  it('is reported once, and the worker dials its own control plane', async () => {
    const trees = ['kubeadm-1.36-default', 'kubeadm-1.36-worker', 'kubeadm-1.36-worker-bootstrapped'] as const;
    const report = await lintTrees(await Promise.all(trees.map((name) => corpus(name))));
    expect(names(report)).toEqual(['cluster/node-twice@worker-1']);
    expect(report.findings.find(({ rule }) => rule === 'cluster/node-twice')).toMatchObject({
      node: 'worker-1 (-!/node-3)',
      message: 'worker-1 is in the input twice, as -!/node-2 and -!/node-3',
    });
    expect(new Set(report.findings.map(({ fingerprint }) => fingerprint)).size).toBe(report.findings.length);
  });
});
