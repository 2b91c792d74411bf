/** What speaks for two nodes being of one cluster: keys that a cluster shares, and files that name the other node. */

import { componentNamed, lastArgument } from '../../core/arguments.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { hostOf, isLoopback, readAddress } from '../facts/host.ts';
import { kubeconfigServer } from '../roles/dialled-names.ts';
import type { Pki } from '../roles/pki.ts';
import type { Authority, KubeconfigRole } from '../roles/role.ts';

export interface Evidence {
  readonly pki: Pki;
  /** Ids of keys by the thing that a cluster shares: an authority, or the service account keys. Unknown things are left out. */
  readonly keys: ReadonlyMap<string, ReadonlySet<string>>;
  /** Hosts at which its kubeconfigs look for the API server. */
  readonly dialled: ReadonlySet<string>;
  readonly name: string | undefined;
  readonly addresses: ReadonlySet<string>;
  /** `cp-1=https://192.0.2.10:2380`: itself as an etcd member, and the members that its etcd was started with. */
  readonly member: readonly string[];
  readonly members: readonly string[];
  /** Hosts at which its API server looks for etcd, and those at which its etcd is to be found. */
  readonly etcdServers: ReadonlySet<string>;
  readonly etcdHosts: ReadonlySet<string>;
}

export function evidenceOf(pki: Pki): Evidence {
  const values = (name: string, flag: string) => {
    const component = componentNamed(pki.node, name);
    return ((component && lastArgument(component, flag)?.value) || '').split(',').filter(Boolean);
  };
  const hosts = (urls: readonly string[]) => new Set(urls.flatMap((url) => canonicalHosts(hostOf(url))));
  const [name] = values('etcd', 'name');
  return {
    pki,
    keys: sharedKeys(pki),
    dialled: new Set(pki.roles.flatMap((role) => (role.kind === 'kubeconfig' ? kubeconfigHosts(role) : []))),
    name: ownName(pki),
    addresses: addressesOf(pki),
    member: values('etcd', 'initial-advertise-peer-urls').map((url) => `${name}=${url}`),
    members: values('etcd', 'initial-cluster'),
    etcdServers: hosts(values('kube-apiserver', 'etcd-servers')),
    etcdHosts: hosts(values('etcd', 'advertise-client-urls')),
  };
}

/** The node's name, where a file of its own says it: one kubeadm configuration may be given for many nodes. */
export function ownName({ facts }: Pki): string | undefined {
  return facts.nodeName?.source.startsWith('kubeadm config') ? undefined : facts.nodeName?.value;
}

export function addressesOf({ facts }: Pki): ReadonlySet<string> {
  const { advertiseAddress, nodeIps } = facts;
  const advertised = advertiseAddress?.source.startsWith('kubeadm config') ? undefined : advertiseAddress?.value;
  return new Set([...(advertised === undefined ? [] : [advertised]), ...(nodeIps?.value ?? [])]);
}

function kubeconfigHosts(role: KubeconfigRole): readonly string[] {
  return kubeconfigServer(role).flatMap(({ host }) => canonicalHosts(host));
}

/** A host in its canonical form; none for what every machine means itself by. */
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

/** The keys that signed an authority's certificates: a root that lies beside them may be that of many clusters. */
function signingKeys(authority: Authority, pki: Pki): readonly string[] {
  const signed = pki.roles.flatMap((role) => {
    const key = role.parent.id === authority.id ? role.verified?.[1]?.publicKey.id : undefined;
    return key === undefined ? [] : [key];
  });
  if (signed.length > 0) return signed;
  return authority.loaded?.ok ? authority.loaded.value.map((certificate) => certificate.publicKey.id) : [];
}

/**
 * One cluster if of the things that both hold more are the same than differ, a key counted once: a company may have one
 * CA for all, and a second cluster its etcd from the first. `unknown`: neither is more.
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

/** Whether a file of one names the other: its address, its etcd member, or the server that the other dials too. */
export function namesOther(one: Evidence, other: Evidence): boolean {
  return (
    one.member.some((member) => other.members.includes(member)) ||
    other.member.some((member) => one.members.includes(member)) ||
    meetsAt(one.dialled, other.addresses) ||
    meetsAt(other.dialled, one.addresses) ||
    meetsAt(one.dialled, other.dialled)
  );
}

/** Whether the API server of one keeps its data in the other, a machine that runs etcd alone. */
export function keepsDataIn(one: Evidence, other: Evidence): boolean {
  return other.pki.kind === 'etcd' && meetsAt(one.etcdServers, other.etcdHosts);
}

/** A name without a dot, such as the documentation's `cluster-endpoint`, is another machine in every cluster. */
function meetsAt(hosts: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return [...hosts].some((host) => others.has(host) && (host.includes('.') || host.includes(':')));
}

/** Whether two nodes cannot be two machines of one cluster: they have one name, or one address. */
export function isSamePlace(one: Evidence, other: Evidence): boolean {
  return isNamesake(one, other) || sharesAddress(one, other);
}

/** Whether nothing tells two nodes apart: one name, and no address by which they differ. */
export function isCopy(one: Evidence, other: Evidence): boolean {
  const unknown = one.addresses.size === 0 || other.addresses.size === 0;
  return isNamesake(one, other) && (unknown || sharesAddress(one, other));
}

const isNamesake = (one: Evidence, other: Evidence) => one.name !== undefined && one.name === other.name;

const sharesAddress = (one: Evidence, other: Evidence) =>
  [...one.addresses].some((address) => other.addresses.has(address));
