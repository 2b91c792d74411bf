import { buildNode, type NodeOptions } from '../support/build-node.ts';
import type { San } from '../support/certificates.ts';
import type { NodeTree } from '../support/node-tree.ts';
import type { FixCase } from './fix-case.ts';

const folder = '/etc/kubernetes';

type Pair = readonly [string, string];

function swappedOn(node: NodeTree, pairs: readonly Pair[]): NodeTree {
  for (const [one, other] of pairs) {
    const [first, second] = [node.read(one), node.read(other)];
    node.write(one, second).write(other, first);
  }
  return node;
}

const moves = ([one, other]: Pair) => [
  `mv ${folder}/${one} ${folder}/${one}.swap`,
  `mv ${folder}/${other} ${folder}/${one}`,
  `mv ${folder}/${one}.swap ${folder}/${other}`,
];

const restart = (component: string) => `restart ${component}`;

const pairOf = (one: string, other: string): readonly Pair[] => [
  [`pki/${one}.crt`, `pki/${other}.crt`],
  [`pki/${one}.key`, `pki/${other}.key`],
];

const anyRestart = /crictl|systemctl|starts by itself/;

/**
 * Files that are put in their place: only what reads one at its start has to restart, and that depends on the release.
 */
function fixAfter(
  pairs: readonly Pair[],
  release: NonNullable<NodeOptions['release']>,
  after: readonly string[],
  never = anyRestart,
): FixCase {
  return {
    name: `${pairs.map((pair) => pair.join(' and ')).join(', ')} in ${release}`,
    nodes: () => [swappedOn(buildNode({ release }), pairs)],
    rule: pairs.length === 1 ? 'node/swapped' : 'node/swapped-pairs',
    steps: [...pairs.flatMap(moves), ...after],
    never,
  };
}

const manager = 'kube-controller-manager';

/**
 * etcd's serving certificate and that of its peers, with names of their own, after some of their files were swapped.
 */
function etcdWith(server: readonly San[], peer: readonly San[], ...files: readonly string[]): NodeTree {
  const common = ['DNS:cp-1', 'DNS:localhost', 'IP:192.0.2.10'] as const;
  const node = buildNode()
    .issue('kube-etcd', { sans: [...common, ...server] })
    .issue('kube-etcd-peer', { sans: [...common, ...peer] });
  return swappedOn(
    node,
    files.map((ending) => [`pki/etcd/server.${ending}`, `pki/etcd/peer.${ending}`]),
  );
}

/** What moves if the certificates of etcd, or their keys, have been swapped. */
const etcdFix = (name: string, node: () => NodeTree, moved: string): FixCase => ({
  name: `etcd: ${name}`,
  nodes: () => [node()],
  rule: 'node/swapped',
  steps: moves([`pki/etcd/server.${moved}`, `pki/etcd/peer.${moved}`]),
});

const dialled = 'IP:127.0.0.1';

export const swapFixes: readonly FixCase[] = [
  etcdFix('certificates of which one has the name that is dialled', () => etcdWith([dialled], [], 'crt'), 'crt'),
  etcdFix('keys, and each certificate has the names of its place', () => etcdWith([dialled], [], 'key'), 'key'),
  etcdFix(
    'no place needs the names by which the certificates differ',
    () => etcdWith([dialled, 'DNS:etcd.example.test'], [dialled], 'crt'),
    'crt',
  ),
  ...(
    ['ca.crt apiserver.crt', 'front-proxy-ca.crt front-proxy-client.crt', 'etcd/ca.crt etcd/server.crt'] as const
  ).map((both): FixCase => {
    const [ca = '', leaf = ''] = both.split(' ').map((name) => `pki/${name}`);
    return {
      name: `the certificates of a CA and of a leaf: ${both}`,
      nodes: () => [swappedOn(buildNode(), [[ca, leaf]])],
      rule: 'node/swapped',
      steps: moves([leaf, ca]),
      never: /\.key/,
    };
  }),
  {
    name: 'a certificate and its key: the key may not be as readable as the certificate was',
    nodes: () => [swappedOn(buildNode(), [['pki/apiserver.crt', 'pki/apiserver.key']])],
    rule: 'node/swapped',
    steps: [...moves(['pki/apiserver.crt', 'pki/apiserver.key']), `chmod 600 ${folder}/pki/apiserver.key`],
  },
  fixAfter([['pki/ca.key', 'pki/sa.key']], '1.36', [restart('kube-apiserver'), restart(manager)], /openssl|pki-lint/),
  fixAfter([['pki/apiserver.key', 'pki/sa.key']], '1.36', [restart('kube-apiserver'), restart(manager)], /openssl/),
  fixAfter([['pki/ca.key', 'pki/etcd/ca.key']], '1.36', [`${manager} reads it by itself`], /crictl/),
  fixAfter([['pki/etcd/ca.key', 'pki/front-proxy-ca.key']], '1.36', ['nothing needs a restart']),
  fixAfter([['pki/apiserver.key', 'pki/front-proxy-client.key']], '1.36', ['kube-apiserver reads it by itself']),
  fixAfter(
    pairOf('apiserver-kubelet-client', 'front-proxy-client'),
    '1.22',
    [restart('kube-apiserver')],
    /etcd|scheduler|controller/,
  ),
  fixAfter(pairOf('apiserver-kubelet-client', 'front-proxy-client'), '1.28', [
    'no restart: these files are reloaded automatically within five minutes',
  ]),
  fixAfter(
    [['pki/ca.crt', 'pki/etcd/ca.crt']],
    '1.28',
    ['systemctl restart kubelet', ...['etcd', 'kube-apiserver', manager].map(restart)],
    /scheduler/,
  ),
  fixAfter(
    [['pki/ca.crt', 'pki/etcd/ca.crt']],
    '1.36',
    ['etcd', 'kube-apiserver', manager].map(restart),
    /kubelet$|scheduler/,
  ),
  fixAfter(
    [['controller-manager.conf', 'scheduler.conf']],
    '1.36',
    [restart(manager), restart('kube-scheduler')],
    /etcd/,
  ),
  fixAfter([['admin.conf', 'super-admin.conf']], '1.36', [
    'copy admin.conf to where kubectl reads it',
    'nothing needs a restart',
  ]),
  fixAfter([['admin.conf', 'kubelet.conf']], '1.36', ['systemctl restart kubelet'], /crictl/),
  fixAfter([['pki/etcd/server.key', 'pki/etcd/healthcheck-client.key']], '1.36', [
    'no restart: these files are reloaded automatically within five minutes',
  ]),
];
