/** The flags of etcd in the guides that run it with TLS on both ports. */
import type { Flags } from './kit.ts';

interface Member {
  readonly name: string;
  readonly ip: string;
  /** All members, by name. */
  readonly cluster: Readonly<Record<string, string>>;
  /** The certificate and the key, for servers, clients and peers alike. */
  readonly pair: readonly [certificate: string, key: string];
  readonly ca: string;
}

export const tlsEtcdFlags = ({ name, ip, cluster, pair: [certificate, key], ca }: Member): Flags => ({
  name,
  'cert-file': certificate,
  'key-file': key,
  'peer-cert-file': certificate,
  'peer-key-file': key,
  'trusted-ca-file': ca,
  'peer-trusted-ca-file': ca,
  'peer-client-cert-auth': true,
  'client-cert-auth': true,
  'initial-advertise-peer-urls': `https://${ip}:2380`,
  'listen-peer-urls': `https://${ip}:2380`,
  'listen-client-urls': `https://${ip}:2379,https://127.0.0.1:2379`,
  'advertise-client-urls': `https://${ip}:2379`,
  'initial-cluster-token': 'etcd-cluster-0',
  'initial-cluster': Object.entries(cluster)
    .map(([each, address]) => `${each}=https://${address}:2380`)
    .join(),
  'initial-cluster-state': 'new',
  'data-dir': '/var/lib/etcd',
});

/** The flags that the guides write as `--name value`. */
export const isSpaced = (flag: string): boolean => /^(?:name|initial|listen|advertise)/.test(flag);
