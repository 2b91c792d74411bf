import type { NodeTree } from '../../support/node-tree.ts';
import { behindProxy } from '../../support/proxies.ts';
import type { Case } from '../harness.ts';

/** An API server that dials etcd at an address of the node, and at its loopback address. */
const apiServer = (exceptions: string, host: string) => (node: NodeTree) =>
  behindProxy(
    node.replaceFlag('kube-apiserver', 'etcd-servers', `https://127.0.0.1:2379,https://${host}:2379`),
    'kube-apiserver',
    exceptions,
  );

const found = ['etcd/no-proxy@kube-apiserver'];

/** NO_PROXY, and the host of etcd. */
const rows: readonly (readonly [exceptions: string, host: string, findings: readonly string[]])[] = [
  ['', 'localhost', []],
  ['10.0.0.0/8,.svc', '192.0.2.10', found],
  ['192.0.2.10:6443', '192.0.2.10', found],
  ['192.0.2.10', '192.0.2.10', []],
  ['192.0.2.10:2379', '192.0.2.10', []],
];

export const noProxy: readonly Case[] = rows.map(([text, host, findings]) => ({
  name: `kube-apiserver, whose etcd is at ${host}, with NO_PROXY="${text}"`,
  change: apiServer(text, host),
  findings,
}));
