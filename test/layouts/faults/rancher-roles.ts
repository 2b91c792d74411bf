/** Nodes of k3s and RKE2 that only look faulty: split roles, names of nodes, and datastores of the user. */
import type { KitName } from '../kits/index.ts';
import { hosts } from '../kits/profiles.ts';
import { type Distribution, own } from '../kits/rancher-certificates.ts';
import { formerCa, type KitFault, swap } from './fault.ts';

const title = { k3s: 'k3s', rke2: 'RKE2' } as const;
const distributions: readonly Distribution[] = ['k3s', 'rke2'];

const controlPlane = ['apiserver', 'controller-manager', 'scheduler'] as const;

/** Further lines of the configuration. */
const configured = (p: Distribution, lines: readonly string[]) => ({
  [`/etc/rancher/${p}/config.yaml`]: (text: string) => `${text}${lines.join('\n')}\n`,
});

const splitRoles = distributions.map((p): KitFault => {
  const pods = controlPlane.map((name) => [`/var/lib/rancher/${p}/agent/pod-manifests/kube-${name}.yaml`, null]);
  const settings = configured(
    p,
    controlPlane.map((name) => `disable-${name}: true`),
  );
  return {
    kit: `${title[p]} server with etcd` as KitName,
    name: `${title[p]}: a server that runs only etcd`,
    change: { files: { ...settings, ...(p === 'rke2' && Object.fromEntries(pods)) } },
    expects: null,
    source: 'docs.k3s.io/installation/server-roles: dedicated etcd nodes',
  };
});

const named = distributions.map((p): KitFault => {
  const settings = ['node-name: edge-7', 'with-node-id: true'];
  const name = 'edge-7-1a2b3c4d';
  const config = p === 'k3s' ? { '/etc/rancher/k3s/config.yaml': `${settings.join('\n')}\n` } : configured(p, settings);
  return {
    kit: `${title[p]} agent` as KitName,
    name: `${title[p]}: the name of a node is set, and has its id`,
    change: {
      files: { ...config, '/etc/rancher/node/id': '1a2b3c4d' },
      certificates: {
        [own('client-kubelet', 10)]: { commonName: `system:node:${name}` },
        [own('serving-kubelet', 10)]: { commonName: name, sans: hosts(name, 'localhost', '127.0.0.1', '10.0.0.21') },
      },
    },
    expects: null,
    source: 'k3s-io/k3s pkg/agent/config: node-name and with-node-id, /etc/rancher/node/id',
  };
});

const datastores: readonly KitFault[] = [
  {
    kit: 'k3s server with an etcd of its own' as KitName,
    name: 'k3s: the client of a datastore is of another CA than its servers',
    change: { certificates: { 'etcd-client': { issuer: formerCa } } },
    expects: null,
    source: 'docs.k3s.io/datastore: the etcd decides which CA it verifies clients by',
  },
  {
    kit: 'k3s server with an etcd of its own' as KitName,
    name: 'k3s: a datastore that a CA of the system signed',
    change: { files: { '/etc/rancher/k3s/config.yaml': swap(/datastore-cafile: .*\n/, '') } },
    expects: null,
    source: 'docs.k3s.io/datastore: datastore-cafile is optional',
  },
];

export const rancherRoles: readonly KitFault[] = [...splitRoles, ...named, ...datastores];
