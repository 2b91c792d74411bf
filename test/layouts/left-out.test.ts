/** Layouts that lack what kubeadm's has, and rows that are wrong. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import schema from '../../rules/schema/tables.schema.json' with { type: 'json' };
import { issueIn } from '../../src/api/issue.ts';
import { connectionRows } from '../../src/tables/connections.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { layoutOf } from '../../src/tables/layouts/join.ts';
import type { TableChanges } from '../../src/tables/layouts/row.ts';
import { nodeOf } from '../cases/configuration/k3s-nodes.ts';
import { at, lintTrees } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { hardWayServer } from './kits/hard-way.ts';
import { type KitName, kits } from './kits/index.ts';
import type { Kit } from './kits/kit.ts';
import { kubeadmRow } from './kubeadm-row.ts';
import { askAll } from './run.ts';
import { row as twoCas } from './two-cas.ts';

function changed(changes: TableChanges) {
  return layoutOf({ ...kubeadmRow, changes }, layouts[0].remedies);
}

const connectionsOf = (changes: TableChanges) => {
  const left = new Set(changed(changes).connections.map(({ id }) => id));
  return connectionRows.flatMap(({ id }) => (left.has(id) ? [] : [id]));
};

const ofEtcd = ['kube-apiserver-etcd', 'etcd-peer', 'etcdctl-etcd', 'etcd-gateway'];

function onDisk(tree: NodeTree): string {
  const root = mkdtempSync(join(tmpdir(), 'left-out-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  tree.toDisk(root);
  return root;
}

describe('a layout without', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['etcd-ca', ['kube-etcd', 'kube-etcd-peer', 'kube-etcd-healthcheck-client', 'kube-apiserver-etcd-client'], ofEtcd],
    ['service-account', [], ['pods-kube-apiserver']],
    ['front-proxy-ca', ['front-proxy-client'], ['aggregator-extension', 'kube-apiserver-peer']],
    ['kube-apiserver', [], connectionRows.flatMap(({ id, serves }) => (serves === 'kube-apiserver' ? [id] : []))],
  ])('%s lacks what needs it, and has every question answered', async (role, roles, connections) => {
    const layout = changed({ without: [role] });
    const lost = changed({}).roles.filter((one) => !layout.roles.includes(one));
    expect(lost.sort()).toEqual([role, ...roles].sort());
    expect(connectionsOf({ without: [role] })).toEqual(connections);
    const { report, ...answers } = await askAll(buildNode(), { layouts: [layout] });
    expect(report.failures).toEqual([]);
    expect([0, 1]).toContain(report.exitCode);
    expect(report.checklist.map((row) => row.role)).toEqual(layout.roles);
    expect(report.connections.map(({ id }) => id).filter((id) => connections.includes(id))).toEqual([]);
    expect(answers.expectations.length).toBeGreaterThan(5);
    expect(answers.graph.nodes.length).toBeGreaterThan(10);
    const root = onDisk(buildNode().remove('pki/front-proxy-client.crt'));
    const { plan } = await issueIn({ at, cwd: '/', rootfs: root, replace: ['scheduler.conf'] }, { layouts: [layout] });
    expect(plan.actions.map((action) => action.role)).toContain('scheduler.conf');
  });

  it('an authority keeps its files where flags name them', () => {
    const rows = changed({ without: ['etcd-ca'] }).arguments.filter(({ flag }) => flag === 'etcd-cafile');
    expect(rows).toMatchObject([{ role: null, holds: 'etcd-pool', path: null, when: 'never', optional: true }]);
  });

  it('an authority has what it says of its own', () => {
    const own = changed({
      certificates: [{ role: 'kube-etcd', parent: 'kubernetes-ca' }],
      arguments: [{ component: 'etcd', flag: 'trusted-ca-file', role: 'kubernetes-ca' }],
      without: ['etcd-ca'],
    });
    expect(own.roles).toContain('kube-etcd');
    expect(own.arguments.find(({ flag }) => flag === 'trusted-ca-file')?.path).toBe('ca.crt');
    expect(own.connections.map(({ id }) => id)).toContain('etcd-gateway');
  });

  it('an argument or a connection loses that alone', () => {
    const without = ['kube-apiserver requestheader-client-ca-file', 'super-admin-kube-apiserver'];
    expect(connectionsOf({ without }).toSorted()).toEqual([
      'aggregator-extension',
      'kube-apiserver-peer',
      'super-admin-kube-apiserver',
    ]);
  });
});

describe('a wrong change', () => {
  /** A row that is not complete, or refers to nothing: the types of rows would refuse it. */
  const joining = (changes: Readonly<Record<string, readonly object[] | readonly string[]>>) => () =>
    changed(changes as TableChanges);

  it.each([
    [
      { certificates: [{ role: 'node-agent', cn: 'x' }] },
      /^kubeadm: certificates: node-agent is a new row, and has no parent, o, /,
    ],
    [
      { certificates: [{ role: 'kube-apiserver', parent: 'servers' }] },
      'kubeadm: certificates: kube-apiserver: there is no servers',
    ],
    [{ kubeconfigs: [{ role: 'admin.conf', parent: 'users' }] }, 'kubeadm: kubeconfigs: admin.conf: there is no users'],
    [
      { certificates: [{ role: 'kube-etcd', cn: 'x' }], without: ['etcd-ca'] },
      'kubeadm: certificates: kube-etcd: there is no etcd-ca',
    ],
    [
      { arguments: [{ component: 'etcd', flag: 'cert-file', role: 'x' }] },
      'kubeadm: arguments: etcd cert-file: there is no x',
    ],
    [{ arguments: [{ component: 'etcd', flag: 'x' }] }, /^kubeadm: arguments: etcd x is a new row, and has no role, /],
    [{ connections: [{ id: 'etcd-peer', presents: 'x' }] }, 'kubeadm: connections: etcd-peer: there is no x'],
    [{ connections: [{ id: 'etcd-peer', trust: 'x' }] }, 'kubeadm: connections: etcd-peer: there is no x'],
    [
      { keyPairs: [{ role: 'service-account' }, { role: 'service-account' }] },
      'kubeadm: keyPairs: two changes of one row',
    ],
    [{ without: ['etc-ca'] }, 'kubeadm: without: there is no etc-ca'],
  ])('%o is an error', (changes, message) => {
    expect(joining(changes)).toThrow(message);
  });
});

describe('the schema of layouts', () => {
  const ajv = new Ajv2020({ strict: true, strictTypes: false });
  ajv.addSchema(schema);
  const obeys = (changes: object) => ajv.validate(`${schema.$id}#/$defs/LayoutRow`, { ...kubeadmRow, changes });

  it('takes fields of documented rows, and whole rows of others', () => {
    expect([obeys({}), obeys(twoCas.changes)]).toEqual([true, true]);
  });

  it.each([
    [{ certificates: [{ role: 'node-agent', cn: 'x' }] }],
    [{ authorities: [{ role: 'client-ca', certificate: 'client-ca.crt' }] }],
    [{ kubeconfigs: [{ role: 'agent.conf', parent: 'kubernetes-ca' }] }],
    [{ keyPairs: [{ private: 'sa.key' }] }],
    [{ certificates: [{ role: 'kube-apiserver', file: 'x' }] }],
    [{ arguments: [{ flag: 'cert-file' }] }],
    [{ connections: [{ presents: 'admin.conf' }] }],
    [{ files: [] }],
  ])('refuses %o', (changes) => {
    expect(obeys(changes)).toBe(false);
  });
});

it('takes a copy without keys for one, although a configuration in it has keys', async () => {
  const node = hardWayServer();
  const keys = [...node.entries.keys()].filter((path) => path.endsWith('.key'));
  expect(keys).not.toEqual([]);
  for (const path of keys) node.remove(path);
  const { findings } = await lintTrees([node]);
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
});

/** Copies a node without private keys, also in its kubeconfigs. */
function withoutKeys(node: NodeTree): NodeTree {
  for (const [path, entry] of [...node.entries]) {
    if (entry.type !== 'file') continue;
    const text = entry.content.toString();
    if (text.includes('PRIVATE KEY')) node.remove(path);
    else if (path.endsWith('.json')) node.write(path, text.replace(/,\s*"tls\.key":\s*"[^"]*"/, ''));
    else if (text.includes('client-key-data:')) node.write(path, text.replace(/^ *client-key-data: .*\n/gm, ''));
  }
  return node;
}

describe('a copy without keys, of which kubeconfigs have none either,', () => {
  const names: readonly KitName[] = ['MicroK8s node', 'k8s snap node', 'k0s controller', 'kops control plane'];
  it.each(names)('%s: has nothing that is missing', async (name) => {
    const { findings } = await lintTrees(kits[name].nodes.map((make: Kit) => withoutKeys(make())));
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  const rancher = ['k3s server with etcd', 'RKE2 server with a CIS profile'] as const;
  it.each(rancher)('%s: the same', async (name) => {
    const { findings } = await lintTrees([withoutKeys(nodeOf(name, 0))]);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it.each(rancher)('%s: nor without *.key, while two files keep a key next to its certificate', async (name) => {
    const node = nodeOf(name, 0);
    for (const path of [...node.entries.keys()]) if (path.endsWith('.key')) node.remove(path);
    const { findings } = await lintTrees([node]);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('has it where one kubeconfig has its key', async () => {
    const make: Kit = kits['k0s controller'].nodes[0];
    const node = withoutKeys(make());
    const path = '/var/lib/k0s/pki/scheduler.conf';
    node.write(path, make().read(path));
    const { findings } = await lintTrees([node]);
    expect(findings.filter(({ rule }) => rule === 'cert/key')).not.toEqual([]);
  });
});
