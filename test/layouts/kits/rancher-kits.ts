/** Clusters of k3s and RKE2, with each datastore, with CAs of the user, and in the middle of what their programs do. */
import type { Cluster } from './index.ts';
import type { KitChanges } from './kit.ts';
import { type Datastore, rancherAgent, rancherServer, registration, type ServerOptions } from './rancher.ts';
import type { Distribution } from './rancher-certificates.ts';
import { agentBefore, backedUp, rotating, rotatingCas } from './rancher-states.ts';

const title = { k3s: 'k3s', rke2: 'RKE2' } as const;

/** With another database, nothing reads the certificate of etcd's client. */
const withoutEtcd = { unjudged: ['/var/lib/rancher/k3s/server/tls/etcd/client.crt'] };

const alone = (distribution: Distribution, options: Partial<ServerOptions> = {}) => ({
  layout: distribution,
  kinds: ['control-plane'] as const,
  nodes: [(changes?: KitChanges) => rancherServer({ distribution, ...options }, changes)],
  ...(options.kind !== undefined && { chained: true as const }),
  ...(distribution === 'k3s' && !options.datastore?.endsWith('etcd') && withoutEtcd),
});

/** Servers that share an address, and an agent. */
const several = (distribution: Distribution, kind: ServerOptions['kind'] = 'own') => ({
  layout: distribution,
  agents: `${distribution}-agent`,
  ...(kind !== 'own' && { chained: true as const }),
  kinds: ['control-plane', 'control-plane', 'control-plane', 'worker'] as const,
  nodes: [
    ...[0, 1, 2].map(
      (index) => (changes?: KitChanges) =>
        rancherServer({ distribution, index, of: 3, datastore: 'etcd', kind, sans: [registration] }, changes),
    ),
    (changes?: KitChanges) => rancherAgent({ distribution, kind }, changes),
  ],
});

/** What both distributions have. */
function kitsOf<D extends Distribution>(distribution: D) {
  const name = title[distribution];
  const server = (datastore: Datastore) => alone(distribution, { datastore });
  return {
    [`${name} server with etcd`]: server('etcd'),
    [`${name} server with an SQL database`]: server('sql'),
    [`${name} servers and an agent`]: several(distribution),
    [`${name} agent`]: {
      layout: `${distribution}-agent`,
      kinds: ['worker'],
      nodes: [(changes?: KitChanges) => rancherAgent({ distribution }, changes)],
    },
    [`${name} agent that was a server`]: {
      layout: `${distribution}-agent`,
      kinds: ['worker'],
      nodes: [(changes?: KitChanges) => agentBefore(distribution, changes)],
    },
    [`${name} server with CAs of the user`]: alone(distribution, { kind: 'custom', datastore: 'etcd' }),
    [`${name} server after rotate-ca`]: alone(distribution, { kind: 'rotated', datastore: 'etcd' }),
    [`${name} servers and an agent after rotate-ca`]: several(distribution, 'rotated'),
    [`${name} server elsewhere`]: alone(distribution, { folder: '/data/cluster', datastore: 'etcd' }),
    [`${name} server with backups of certificates`]: {
      ...alone(distribution),
      nodes: [(changes?: KitChanges) => backedUp(distribution, changes)],
    },
    [`${name} server between rotate and start`]: {
      ...alone(distribution),
      unjudged: [],
      nodes: [(changes?: KitChanges) => rotating(distribution, changes)],
    },
    [`${name} server before rotate-ca`]: {
      ...alone(distribution),
      nodes: [(changes?: KitChanges) => rotatingCas(distribution, changes)],
    },
  } satisfies Readonly<Record<string, Cluster>>;
}

export const rancherKits: Readonly<Record<string, Cluster>> = {
  'k3s server': alone('k3s'),
  'k3s server with an etcd of its own': alone('k3s', { datastore: 'https-etcd' }),
  'RKE2 server with a CIS profile': alone('rke2', { profile: true, config: ['profile: cis'] }),
  ...kitsOf('k3s'),
  ...kitsOf('rke2'),
};
