/** Agents of k3s and RKE2, and what their servers expect of them; files of a datastore. */
import type { KitName } from '../kits/index.ts';
import type { KitChanges } from '../kits/kit.ts';

import { rancherServer, registration } from '../kits/rancher.ts';
import { type Distribution, own } from '../kits/rancher-certificates.ts';
import { error, type KitFault, swap, warning } from './fault.ts';

const title = { k3s: 'k3s', rke2: 'RKE2' } as const;
const distributions: readonly Distribution[] = ['k3s', 'rke2'];

const anew: KitChanges['certificates'] = { 'client-ca': { key: 'P-256' }, 'server-ca': { key: 'P-256' } };

const joined: readonly KitFault[] = distributions.flatMap((p): readonly KitFault[] => {
  const unit = p === 'k3s' ? '/etc/systemd/system/k3s-agent.service.env' : `/etc/rancher/${p}/config.yaml`;
  return [registration, '10.0.0.12', 'server-3'].map((host) => ({
    kit: `${title[p]} servers and an agent` as KitName,
    name: `${title[p]}: an agent that registers at ${host} has both CAs of another cluster`,
    change: [
      {},
      {},
      {},
      { certificates: anew, ...(host !== registration && { files: { [unit]: swap(registration, host) } }) },
    ],
    expects: error(/cluster\/authority .*agent-1 trusts a different/),
    source: 'docs.k3s.io/cli/certificate: after rotate-ca --force agents keep the former CAs until they restart',
  }));
});

const kubelets = distributions.map(
  (p): KitFault => ({
    kit: `${title[p]} agent` as KitName,
    name: `${title[p]}: the certificate that the kubelet of an agent serves has expired`,
    change: { certificates: { [own('serving-kubelet', 10)]: { notAfter: '2026-11-30' } } },
    expects: error(/serving-ended/),
    source: 'k3s-io/k3s pkg/daemons/control/server.go: kubelet-certificate-authority; kubectl logs fails',
  }),
);

const kubeletsOfServers = distributions.map(
  (p): KitFault => ({
    kit: `${title[p]} servers and an agent` as KitName,
    name: `${title[p]}: the servers refuse what the kubelet of an agent serves`,
    change: [{}, {}, {}, { certificates: { [own('serving-kubelet', 10)]: { notAfter: '2026-11-30' } } }],
    expects: error(/connection\/server-trust/),
    source: 'k3s-io/k3s pkg/daemons/control/server.go: kubelet-certificate-authority',
  }),
);

const datastores = ['cafile', 'certfile', 'keyfile'].map(
  (name): KitFault => ({
    kit: 'k3s server with an SQL database' as KitName,
    name: `k3s: datastore-${name} names a file that does not exist`,
    change: {
      files: { '/etc/rancher/k3s/config.yaml': (text) => `${text}datastore-${name}: /etc/ssl/database/${name}.pem\n` },
    },
    expects: error(new RegExp(`datastore-${name}.*no such file`)),
    source: 'k3s-io/kine pkg/drivers/pgsql prepareDSN: unable to read CA file',
  }),
);

/** The kubeconfig of administrators that the program wrote for a certificate which has expired. */
const formerAdmin = (p: Distribution): string =>
  rancherServer(
    { distribution: p, datastore: 'etcd' },
    { certificates: { 'client-admin': { notAfter: '2026-11-30' } } },
  ).read(`/etc/rancher/${p}/${p}.yaml`);

const copies = distributions.map(
  (p): KitFault => ({
    kit: `${title[p]} server with etcd` as KitName,
    name: `${title[p]}: root has an old copy of the kubeconfig of administrators`,
    change: { files: { '/root/.kube/config': formerAdmin(p) } },
    expects: warning(/kubeconfig\/copy .*outdated copy/),
    source: 'docs.k3s.io/cluster-access: cp /etc/rancher/k3s/k3s.yaml ~/.kube/config; k3s-io/k3s#5163',
  }),
);

export const rancherJoined: readonly KitFault[] = [
  ...joined,
  ...kubelets,
  ...kubeletsOfServers,
  ...datastores,
  ...copies,
];
