/**
 * The names of a server certificate beyond those of the tables: the endpoint of the control plane, addresses of load
 * balancers and `certSANs`, which all control planes of a cluster share. A certificate that is issued again has the
 * same ones, with kubeadm and with `pki-lint issue`.
 */
import type { Certificate, SubjectAltName } from '../../artifact/certificate.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { hasName, isHostname } from '../../x509/verify/host-name.ts';
import { dialledNames } from '../dialling/dialled-names.ts';
import { otherMembers } from '../dialling/etcd-members.ts';
import { expectedHosts } from '../dialling/expected.ts';
import { diallingAround, isMachine } from '../dialling/index.ts';
import { areOfDifferentSites } from '../dialling/sites.ts';
import { areOneMachine, canonicalHost, isLoopback, readAddress, sanForHost } from '../facts/host.ts';
import { type Pki, withoutOthers } from '../roles/pki.ts';
import type { CertificateRole } from '../roles/role.ts';
import { strangeNames } from './strange-names.ts';

const keyOf = ({ type, value }: SubjectAltName): string => `${type} ${value.toLowerCase()}`;

/**
 * Returns the additional names of a certificate that is issued again: those of the old one to which a client can
 * connect, without those of another node, and those that the other control planes share.
 */
export function keptNames(role: CertificateRole, old: Certificate | undefined, pki: Pki): readonly SubjectAltName[] {
  const gone = old === undefined ? [] : namesOfOther(role, old, pki);
  const kept = (old?.sans ?? []).filter((san) => isDialable(san) && !gone.includes(san.value));
  const shared = sharedNames(role, pki).map(sanForHost);
  return [...new Map([...kept, ...shared].map((san) => [keyOf(san), san])).values()];
}

/** Returns the names of a certificate that is issued again that only other nodes of the input show. */
export function shownByOthers(role: CertificateRole, pki: Pki): readonly string[] {
  const namesIn = (input: Pki['input']): readonly string[] => {
    const seen = { ...pki, input };
    const kept = keptNames(role, role.leaf, seen).map(({ value }) => value);
    return [...kept, ...dialledNames(role, seen).map(({ host }) => host)].map(canonicalHost);
  };
  const alone = new Set(namesIn(withoutOthers));
  return [...new Set(namesIn(pki.input))].filter((name) => !alone.has(name));
}

const isDialable = ({ type, value }: SubjectAltName): boolean =>
  type === 'IP' || (type === 'DNS' && sanForHost(value).type === 'DNS' && isHostname(value, true));

/** Whether a certificate was copied from a different machine. Names with dots may be those of the cluster. */
export const isOfAnotherNode = (old: Certificate, { row }: CertificateRole, pki: Pki): boolean =>
  strangeNames(old, pki, row.accepted?.sans).some((name) => !name.includes('.'));

/** The names in a certificate that only a different node has; none if it is this node's own. */
function namesOfOther(role: CertificateRole, old: Certificate, pki: Pki): readonly string[] {
  if (!isOfAnotherNode(old, role, pki)) return [];
  const { machines } = diallingAround(pki);
  const own = new Set(ownNames(role, pki));
  const others = [
    ...[...machines].filter((name) => !own.has(name)),
    ...strangeNames(old, pki, role.row.accepted?.sans).filter((name) => !name.includes('.')),
    ...otherMembers(pki.node).map(canonicalHost),
  ];
  const isOthers = (value: string) => others.some((name) => areOneMachine(canonicalHost(value), name));
  const left = (old.sans ?? []).filter(({ type, value }) => {
    const host = canonicalHost(value);
    return type === 'IP' && !own.has(host) && !isLoopback(host) && !isOthers(host) && !isShared(host, role, pki);
  });
  // Next to the address of the other node there may be that of a load balancer, which its etcd does not have.
  const ofEtcd = pki.roles.filter(({ id }) => id !== role.id && (id === roleIds.etcdServer || id === roleIds.etcdPeer));
  const certain = left.filter(({ value }) => ofEtcd.some(({ leaf }) => leaf && hasName(leaf, value)));
  const addresses = certain.length > 0 ? certain : left.length === 1 && !hasOtherAddress(old, others) ? left : [];
  return [...(old.sans ?? []).filter(({ value }) => isOthers(value)), ...addresses].map(({ value }) => value);
}

const hasOtherAddress = (old: Certificate, others: readonly string[]): boolean =>
  (old.sans ?? []).some(({ type, value }) => type === 'IP' && others.includes(canonicalHost(value)));

/** The names that the certificate has anyway, in canonical form. */
function ownNames(role: CertificateRole, pki: Pki): readonly string[] {
  const hosts = [...expectedHosts(role.row, pki).hosts, ...dialledNames(role, pki).map(({ host }) => host)];
  return hosts.map(canonicalHost);
}

/** Returns the names that all other control planes share, beyond what the certificate has anyway, in canonical form. */
export function sharedNames(role: CertificateRole, pki: Pki): readonly string[] {
  const own = new Set(ownNames(role, pki));
  const names = othersOf(role, pki).flatMap(({ leaf }) => (leaf.sans ?? []).filter(isDialable));
  const hosts = new Set(names.map(({ value }) => canonicalHost(value)));
  const shared = [...hosts].filter((host) => !own.has(host) && !host.includes('*') && isShared(host, role, pki));
  // A short name is that of a machine which is not in the input, and so may each address be.
  const isAddress = (host: string) => readAddress(host) !== undefined;
  const isShort = (host: string) => !isAddress(host) && !host.includes('.');
  return shared.some(isShort) ? shared.filter((host) => !isAddress(host) && !isShort(host)).sort() : shared.sort();
}

/** The certificates of the other control planes, without those behind a different load balancer. */
function othersOf(role: CertificateRole, pki: Pki) {
  const known = diallingAround(pki);
  const { label } = pki.node;
  const all = known.named.get(role.id) ?? [];
  return all.filter(({ node }) => node !== label && !areOfDifferentSites(node, label, known));
}

/**
 * Whether a name is of no node, and all other control planes have it. If there is only one, a client of a different
 * node or the configuration of the cluster must say the same: it may be one more name of that node.
 */
function isShared(host: string, role: CertificateRole, pki: Pki): boolean {
  const known = diallingAround(pki);
  const others = othersOf(role, pki);
  if (isMachine(known, host)) return false;
  if (others.length === 0 || !others.every(({ leaf }) => hasName(leaf, host))) return false;
  const [only, second] = others;
  if (second !== undefined) return true;
  const isDialled = known.clients.some((client) => client.host === host && client.node !== only?.node);
  return isDialled || only?.configured.some((name) => canonicalHost(name) === host) === true;
}
