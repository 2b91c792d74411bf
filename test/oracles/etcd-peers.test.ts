import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Connection, lint } from '../../src/index.ts';
import { setFlags } from '../cases/manifest-edits.ts';
import { buildNode } from '../support/build-node.ts';
import { sample } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { asCluster, type Member, startEtcd } from './support/etcd.ts';
import { type Namespace, networkNamespace } from './support/namespace.ts';
import { errorsOf, freshen } from './support/nodes.ts';
import { temporaryFolder } from './support/programs.ts';
import { compare, goWords, judged, type Reality } from './support/verdicts.ts';

const address = '192.0.2.10';
const otherAddress = '192.0.2.11';

let network: Namespace;
const folder = temporaryFolder();
beforeAll(() => {
  network = networkNamespace([address, otherAddress]);
  network.part(address, otherAddress);
});
afterAll(() => {
  network?.remove();
  folder.remove();
});

type Pair<T> = readonly [cp1: T, cp2: T];

/** Two healthy members of one cluster. */
function healthyPair(): Pair<NodeTree> {
  const cp1 = freshen(buildNode({ release: '1.32', ip: address }));
  const cp2 = freshen(buildNode({ release: '1.32', name: 'cp-2', ip: otherAddress }), cp1);
  asCluster([cp1, address], [cp2, otherAddress]);
  return [cp1, cp2];
}

/** Lints both nodes as one cluster. */
async function lintBoth(nodes: Pair<NodeTree>) {
  const paths = nodes.map((_, i) => join(folder.path, `cp-${i + 1}.tar.gz`));
  for (const [i, node] of nodes.entries()) writeFileSync(paths[i] ?? '', await node.toTar());
  return lint({ paths, at: new Date() });
}

const established = /"established TCP streaming connection with remote peer","stream-reader-type"/;
const rejected = (from: string) => new RegExp(`"rejected connection on peer endpoint","remote-addr":"${from}:`);

/** Whether one member can dial the other: it then reads the other's stream. A member logs the peers that it rejects. */
async function dial([cp1, cp2]: Pair<Member>, { address: url, reason }: Connection): Promise<Reality> {
  const first = url?.includes(otherAddress);
  const [from, to, own] = first ? [cp1, cp2, address] : [cp2, cp1, otherAddress];
  const is = (words: string) => words === 'said';
  const ok = await Promise.race([from.until(established).then(is), to.until(rejected(own)).then(() => false)]);
  const words = goWords(reason ?? '');
  if (!ok) await Promise.race([from, to].map((member) => member.until(words)));
  return { ok, said: from.output() + to.output() };
}

interface Variant {
  readonly name: string;
  readonly change: (cp1: NodeTree, cp2: NodeTree) => unknown;
  /** Our errors, as `rule@subject`. */
  readonly errors: readonly string[];
  /** The nodes that cannot dial the other one. */
  readonly fails: readonly string[];
}

const anHourAgo = () => new Date(Date.now() - 3_600_000);
const peer = 'kube-etcd-peer';
const skip = 'experimental-peer-skip-client-san-verification';

const variants: readonly Variant[] = [
  { name: 'as they are', change: () => undefined, errors: [], fails: [] },
  {
    name: 'no client auth',
    change: (cp1) => cp1.issue(peer, { usages: ['serverAuth'] }),
    errors: ['cert/usage@kube-etcd-peer'],
    fails: ['cp-1'],
  },
  {
    name: 'no server auth',
    change: (cp1) => cp1.issue(peer, { usages: ['clientAuth'] }),
    errors: ['cert/usage@kube-etcd-peer'],
    fails: ['cp-2'],
  },
  {
    name: 'a certificate of the cluster CA',
    change: (cp1) => cp1.issue(peer, { issuer: 'kubernetes-ca' }),
    errors: ['cert/issuer@kube-etcd-peer'],
    fails: ['cp-1', 'cp-2'],
  },
  {
    name: 'an expired certificate',
    change: (cp1) => cp1.issue(peer, { notAfter: anHourAgo() }),
    errors: ['cert/expired@kube-etcd-peer'],
    fails: ['cp-1', 'cp-2'],
  },
  {
    name: 'a certificate of another address',
    change: (cp1) => cp1.issue(peer, { sans: [`IP:${otherAddress}`] }),
    errors: ['san/coverage@kube-etcd-peer'],
    fails: ['cp-1', 'cp-2'],
  },
  {
    name: 'a certificate of another address, at a peer that does not mind where clients come from',
    change: (cp1, cp2) => {
      cp1.issue(peer, { sans: [`IP:${otherAddress}`] });
      cp2.replaceFlag('etcd', skip, 'true');
    },
    errors: ['san/coverage@kube-etcd-peer'],
    fails: ['cp-2'],
  },
  {
    name: 'a certificate without names',
    change: (cp1) => cp1.issue(peer, { sans: null }),
    errors: ['san/coverage@kube-etcd-peer'],
    fails: ['cp-2'],
  },
  {
    name: 'the name that the other wants',
    change: (_, cp2) => cp2.replaceFlag('etcd', 'peer-cert-allowed-cn', 'cp-1'),
    errors: [],
    fails: [],
  },
  {
    name: 'not the name that the other wants, of whom it dials too',
    change: (_, cp2) => cp2.replaceFlag('etcd', 'peer-cert-allowed-cn', 'member'),
    errors: ['connection/identity@etcd → etcd peers'],
    fails: ['cp-1', 'cp-2'],
  },
  {
    name: 'the host name that the other wants',
    change: (_, cp2) => cp2.replaceFlag('etcd', 'peer-cert-allowed-hostname', 'cp-1'),
    errors: [],
    fails: [],
  },
  {
    name: 'a peer that trusts the cluster CA',
    change: (_, cp2) => {
      const path = '/etc/kubernetes/pki/etcd/other.crt';
      cp2.write(path, cp2.read('pki/ca.crt')).replaceFlag('etcd', 'peer-trusted-ca-file', path);
    },
    errors: ['argument/target@etcd --peer-trusted-ca-file'],
    fails: ['cp-1', 'cp-2'],
  },
  {
    name: 'a peer that trusts both CAs, and a certificate of the cluster CA',
    change: (cp1, cp2) => {
      const path = 'pki/etcd/both.crt';
      for (const node of [cp1, cp2]) {
        node.write(path, node.read('pki/etcd/ca.crt') + node.read('pki/ca.crt'));
        node.replaceFlag('etcd', 'peer-trusted-ca-file', `/etc/kubernetes/${path}`);
      }
      cp1.issue(peer, { issuer: 'kubernetes-ca' });
    },
    errors: [],
    fails: [],
  },
  {
    name: 'a peer that asks nobody, and trusts nobody',
    change: (_, cp2) =>
      setFlags(cp2, 'etcd', { 'peer-client-cert-auth': undefined, 'peer-trusted-ca-file': undefined }),
    errors: ['etcd/open@etcd'],
    fails: ['cp-2'],
  },
  {
    name: 'a peer that asks everybody, and trusts nobody',
    change: (_, cp2) => cp2.replaceFlag('etcd', 'peer-trusted-ca-file', undefined),
    errors: ['argument/required@etcd --peer-trusted-ca-file'],
    fails: ['cp-1', 'cp-2'],
  },
];

test.each(sample(variants, 8))('two members of etcd: $name', async ({ change, errors, fails }) => {
  const nodes = healthyPair();
  change(...nodes);
  const report = await lintBoth(nodes);
  expect(errorsOf(report)).toEqual(errors);
  const connections = judged(report, ['etcd-peer']);
  expect(connections.filter(({ verdict }) => verdict === 'fail').map(({ node }) => node)).toEqual(fails);
  const members = [startEtcd(nodes[0], network), startEtcd(nodes[1], network)] as const;
  try {
    await compare(connections, (connection) => dial(members, connection));
  } finally {
    for (const member of members) await member.stop();
  }
});
