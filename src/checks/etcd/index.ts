/** The checks of the rules `etcd/*`, whose words are in `rules/catalog/etcd.json`. */
import { etcdAccessChecks } from './access.ts';
import { etcdAddressChecks } from './address.ts';
import { etcdClientsChecks } from './clients.ts';
import { etcdDataChecks } from './data.ts';
import { etcdNoProxyChecks } from './no-proxy.ts';
import { etcdRevocationChecks } from './revocation.ts';

export const etcdChecks = {
  ...etcdAccessChecks,
  ...etcdAddressChecks,
  ...etcdClientsChecks,
  ...etcdDataChecks,
  ...etcdNoProxyChecks,
  ...etcdRevocationChecks,
};
