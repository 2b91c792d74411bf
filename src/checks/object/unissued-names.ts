/** Names that the configuration of kubeadm has, and that no certificate got: kubeadm certs renew does not add any. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { StoredConfig } from '../../artifact/objects/published.ts';
import { handful } from '../../core/text.ts';
import { canonicalHost, readAddress } from '../../model/facts/host.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { verifyHostname } from '../../x509/verify/host-name.ts';
import { type CheckResult, list, problem } from '../base/check.ts';
import { installedBy, withoutControlPlane } from './published.ts';

/** The lists of names in ClusterConfiguration, and the certificates that kubeadm gives them. */
const lists = [
  { field: 'apiServer.certSANs', role: roleIds.apiServer, phase: 'apiserver', of: (one: StoredConfig) => one.certSans },
  {
    field: 'etcd.local.serverCertSANs',
    role: roleIds.etcdServer,
    phase: 'etcd-server',
    of: (one: StoredConfig) => one.etcdServerSans,
  },
  {
    field: 'etcd.local.peerCertSANs',
    role: roleIds.etcdPeer,
    phase: 'etcd-peer',
    of: (one: StoredConfig) => one.etcdPeerSans,
  },
];

/** Judges a configuration: `object/unissued-names`. */
export function* unissuedNames(config: StoredConfig, dump: JudgedDump): Iterable<CheckResult> {
  const nodes = installedBy(dump);
  if (nodes.length === 0) return yield withoutControlPlane;
  for (const { field, role: id, phase, of } of lists) {
    const wanted = of(config).filter(isUsed);
    const lacking = nodes.flatMap(({ name, roles }) => {
      const role = roles.find((one) => one.id === id);
      const lacked = role?.leaf === undefined ? [] : wanted.filter((one) => !has(role.leaf as Certificate, one));
      return role === undefined || lacked.length === 0 ? [] : [{ name, role, lacked }];
    });
    const [first] = lacking;
    if (first === undefined) continue;
    const names = handful([...new Set(lacking.flatMap(({ lacked }) => lacked))], 5);
    const on = list(lacking.map(({ name }) => name));
    const values = { field, names, role: first.role.id, path: first.role.path, nodes: on, phase };
    yield problem(config.at, values, { object: config.object, key: field });
  }
}

/** kubeadm leaves out what is neither an address nor a name (util/pkiutil/pki_helpers.go, appendSANsToAltNames). */
const isUsed = (name: string): boolean =>
  readAddress(name) !== undefined || /^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(name);

function has(leaf: Certificate, name: string): boolean {
  const host = canonicalHost(name);
  return (
    (leaf.sans ?? []).some(({ value }) => canonicalHost(value) === host) || verifyHostname(leaf, name) === undefined
  );
}
