/** Evidence that two nodes are in one cluster: keys that a cluster shares, and files that refer to the other node. */

import { flagValue } from '../../core/arguments.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { hostOf, isLoopback, readAddress } from '../facts/host.ts';
import { kubeconfigServer } from '../roles/dialled-names.ts';
import type { Pki } from '../roles/pki.ts';
import type { Authority } from '../roles/role.ts';

export interface Evidence {
  readonly pki: Pki;
  /** Ids of the keys that a cluster shares, by authority or role. Unknown ones are left out. */
  readonly keys: ReadonlyMap<string, ReadonlySet<string>>;
  /** Hosts at which its kubeconfigs dial the API server. */
  readonly dialled: ReadonlySet<string>;
  readonly name: string | undefined;
  readonly addresses: ReadonlySet<string>;
  /** The node itself as an etcd member (`cp-1=https://192.0.2.10:2380`), and the members in `--initial-cluster`. */
  readonly member: readonly string[];
  readonly members: readonly string[];
  /** Hosts at which its API server dials etcd, and those that its etcd advertises to clients. */
  readonly etcdServers: ReadonlySet<string>;
  readonly etcdHosts: ReadonlySet<string>;
}

export function evidenceOf(pki: Pki): Evidence {
  const values = (component: string, flag: string) =>
    (flagValue(pki.node, component, flag) ?? '').split(',').filter(Boolean);
  const hosts = (urls: readonly string[]) => new Set(urls.flatMap((url) => canonicalHosts(hostOf(url))));
  const [name] = values('etcd', 'name');
  const dialled = pki.roles.flatMap((role) => (role.kind === 'kubeconfig' ? kubeconfigServer(role) : []));
  return {
    pki,
    keys: sharedKeys(pki),
    dialled: new Set(dialled.flatMap(({ host }) => canonicalHosts(host))),
    name: ownName(pki),
    addresses: addressesOf(pki),
    member: values('etcd', 'initial-advertise-peer-urls').map((url) => `${name}=${url}`),
    members: values('etcd', 'initial-cluster'),
    etcdServers: hosts(values('kube-apiserver', 'etcd-servers')),
    etcdHosts: hosts(values('etcd', 'advertise-client-urls')),
  };
}

/** Returns the node's name, unless it is from a kubeadm configuration: that may have been passed for several nodes. */
export function ownName({ facts }: Pki): string | undefined {
  return facts.nodeName?.source.startsWith('kubeadm config') ? undefined : facts.nodeName?.value;
}

export function addressesOf({ facts }: Pki): ReadonlySet<string> {
  const { advertiseAddress, nodeIps } = facts;
  const isShared = advertiseAddress?.source.startsWith('kubeadm config');
  return new Set([...(advertiseAddress && !isShared ? [advertiseAddress.value] : []), ...(nodeIps?.value ?? [])]);
}

/** The canonical form of a host; none for a loopback address, which every machine has. */
function canonicalHosts(host: string | undefined): readonly string[] {
  return host === undefined || isLoopback(host) ? [] : [readAddress(host) ?? host.toLowerCase()];
}

function sharedKeys(pki: Pki): Evidence['keys'] {
  const keys = new Map<string, ReadonlySet<string>>();
  const add = (id: string, of: readonly string[]) => {
    if (of.length > 0) keys.set(id, new Set(of));
  };
  for (const authority of pki.authorities) {
    if (authority.applies.answer === 'yes') add(authority.id, signingKeys(authority, pki));
  }
  const { applies, external, signers, verifiers } = pki.serviceAccount;
  if (applies.answer !== 'yes' || external) return keys;
  add(roleIds.serviceAccount, [
    ...signers.flatMap(({ loaded }) => (loaded?.ok ? [loaded.value.publicKey.id] : [])),
    ...verifiers.flatMap(({ loaded }) => (loaded?.ok ? loaded.value.map((key) => key.id) : [])),
  ]);
  return keys;
}

/** The keys that signed an authority's certificates. A root in the same file may belong to many clusters. */
function signingKeys(authority: Authority, pki: Pki): readonly string[] {
  const signed = pki.roles.flatMap((role) => {
    const key = role.parent.id === authority.id ? role.verified?.[1]?.publicKey.id : undefined;
    return key === undefined ? [] : [key];
  });
  if (signed.length > 0) return signed;
  return authority.loaded?.ok ? authority.loaded.value.map((certificate) => certificate.publicKey.id) : [];
}

/**
 * Compares the keys of two nodes: `yes` if more of them are the same than differ, `no` if more differ, else `unknown`.
 * A common key counts only once, because a company may have one CA for all clusters, and two clusters may share an
 * etcd.
 */
export function isOneCluster(one: Evidence, other: Evidence): 'yes' | 'no' | 'unknown' {
  const common = new Set<string>();
  let same = 0;
  let different = 0;
  for (const [id, keys] of one.keys) {
    const others = other.keys.get(id);
    if (others === undefined) continue;
    const shared = [...keys].filter((key) => others.has(key));
    if (shared.length > 0) same++;
    else different++;
    for (const key of shared) common.add(key);
  }
  const weight = Math.min(same, common.size) - different;
  return weight > 0 ? 'yes' : weight < 0 ? 'no' : 'unknown';
}

/** Whether files of one node refer to the other: its address, its etcd member, or a server that both dial. */
export function namesOther(one: Evidence, other: Evidence): boolean {
  return (
    one.member.some((member) => other.members.includes(member)) ||
    other.member.some((member) => one.members.includes(member)) ||
    sharesHost(one.dialled, other.addresses) ||
    sharesHost(other.dialled, one.addresses) ||
    sharesHost(one.dialled, other.dialled)
  );
}

/** Whether the API server of one keeps its data in the other, a machine that runs only etcd. */
export function keepsDataIn(one: Evidence, other: Evidence): boolean {
  return other.pki.kind === 'etcd' && sharesHost(one.etcdServers, other.etcdHosts);
}

/**
 * Whether the lists have a host in common. A name without a dot does not count: in every cluster, a name such as the
 * documentation's `cluster-endpoint` is a different machine.
 */
function sharesHost(hosts: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return [...hosts].some((host) => others.has(host) && (host.includes('.') || host.includes(':')));
}

/** Whether two nodes cannot be different machines of one cluster, because they have the same name or address. */
export function isSamePlace(one: Evidence, other: Evidence): boolean {
  return sharesName(one, other) || sharesAddress(one, other);
}

/** Whether two nodes are copies of one machine: they have the same name, and their addresses do not differ. */
export function isCopy(one: Evidence, other: Evidence): boolean {
  const isUnknown = one.addresses.size === 0 || other.addresses.size === 0;
  return sharesName(one, other) && (isUnknown || sharesAddress(one, other));
}

const sharesName = (one: Evidence, other: Evidence) => one.name !== undefined && one.name === other.name;

const sharesAddress = (one: Evidence, other: Evidence) =>
  [...one.addresses].some((address) => other.addresses.has(address));
