import { afterAll, beforeAll, expect, test } from 'vitest';
import { lintTree } from '../cases/harness.ts';
import { setFlags } from '../cases/manifest-edits.ts';
import { askEtcd, startEtcd } from './support/etcd.ts';
import { type Namespace, networkNamespace } from './support/namespace.ts';
import { flagOf, freshNode } from './support/nodes.ts';

const address = '192.0.2.10';
const own = 'https://192.0.2.10:2379';
const local = 'https://127.0.0.1:2379';

let network: Namespace;
beforeAll(() => {
  network = networkNamespace([address]);
});
afterAll(() => network?.remove());

/** What etcd listens at, what kube-apiserver dials, and whether it gets an answer. */
const listeners = [
  { listens: `${local},${own}`, dials: local, verdict: 'ok' },
  { listens: own, dials: local, verdict: 'fail' },
  { listens: own, dials: own, verdict: 'ok' },
  { listens: local, dials: own, verdict: 'fail' },
  { listens: `https://127.0.0.1:2389,${own}`, dials: local, verdict: 'fail' },
  { listens: `https://127.0.0.1:2389,${own}`, dials: 'https://127.0.0.1:2389', verdict: 'ok' },
  { listens: 'https://0.0.0.0:2379', dials: local, verdict: 'ok' },
  { listens: 'https://0.0.0.0:2379', dials: own, verdict: 'ok' },
  { listens: 'https://[::]:2379', dials: local, verdict: 'ok' },
  { listens: 'https://localhost:2379', dials: local, verdict: 'ok' },
  { listens: 'https://localhost:2379', dials: own, verdict: 'fail' },
  { listens: local, dials: 'https://localhost:2379', verdict: 'ok' },
  { listens: 'https://127.0.0.2:2379', dials: local, verdict: 'fail' },
  // It listens at http://localhost:2379, and ignores its certificate there.
  { listens: undefined, dials: local, verdict: 'fail' },
  { listens: undefined, dials: own, verdict: 'fail' },
] as const;

test.each(listeners)(
  'etcd that listens at $listens answers at $dials: $verdict',
  async ({ listens, dials, verdict }) => {
    const node = await freshNode('kubeadm-1.32-default');
    if (listens !== flagOf(node, 'etcd', 'listen-client-urls'))
      setFlags(node, 'etcd', { 'listen-client-urls': listens });
    if (dials !== local) setFlags(node, 'kube-apiserver', { 'etcd-servers': dials });
    const report = await lintTree(node, { at: new Date() });
    const connections = report.connections.filter(({ id }) => id === 'kube-apiserver-etcd');
    expect(connections.map((one) => [one.address, one.verdict])).toEqual([[dials, verdict]]);
    const member = startEtcd(node, network);
    try {
      expect(await member.until('ready to serve client requests'), member.output()).toBe('said');
      for (const connection of connections) {
        const { ok, said } = await askEtcd(member, node)(connection);
        expect(ok ? 'ok' : 'fail', said).toBe(verdict);
        const refused = /^dial tcp \S+: connect: connection refused/.exec(connection.reason ?? '')?.[0];
        if (refused !== undefined) expect(said).toContain(refused);
      }
    } finally {
      await member.stop();
    }
  },
);
