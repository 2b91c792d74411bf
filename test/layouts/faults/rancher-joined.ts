/** Agents and further servers of k3s and RKE2 that register with a server of the input, but have other CAs. */
import type { KitName } from '../kits/index.ts';
import type { KitChanges } from '../kits/kit.ts';

import { registration } from '../kits/rancher.ts';
import type { Distribution } from '../kits/rancher-certificates.ts';
import { error, type KitFault, swap } from './fault.ts';

const title = { k3s: 'k3s', rke2: 'RKE2' } as const;
const distributions: readonly Distribution[] = ['k3s', 'rke2'];

const anew: KitChanges['certificates'] = { 'client-ca': { key: 'P-256' }, 'server-ca': { key: 'P-256' } };

export const rancherJoined: readonly KitFault[] = distributions.flatMap((p): readonly KitFault[] => {
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
