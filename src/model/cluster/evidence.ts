/**
 * Evidence that nodes are in one cluster: keys that a cluster shares, and files that refer to a different node. The
 * evidence about a group is the union of the evidence about its nodes, so that a node is compared with a whole group at
 * once.
 */

import { flagValue } from '../../artifact/arguments.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { loadGoPool } from '../../x509/load.ts';
import { kubeconfigServer } from '../dialling/kubeconfig-server.ts';
import { reachedAt, registrationHosts } from '../dialling/registrations.ts';
import { canonicalHost, hostOf, isLoopback } from '../facts/host.ts';
import { isFromInstaller } from '../facts/sources.ts';
import { chainOf } from '../roles/authorities.ts';
import type { Pki } from '../roles/pki.ts';
import type { Authority, Role } from '../roles/role.ts';

/** The keys that a node shares with its cluster, by authority or role. Unknown ones are left out. */
type Keys = ReadonlyMap<string, ReadonlySet<string>>;

export interface Evidence {
  readonly pkis: Pki[];
  /** Different sets of keys, each once, by a text that identifies it. */
  readonly keys: Map<string, Keys>;
  /** All of their keys: `kubernetes-ca ID`. */
  readonly allKeys: Set<string>;
  /** Hosts at which kubeconfigs dial the API server. */
  readonly dialled: Set<string>;
  readonly names: Set<string>;
  readonly addresses: Set<string>;
  /** The DNS servers that kubelets give to pods. */
  readonly dnsServers: Set<string>;
  /** The nodes themselves as etcd members (`cp-1=https://192.0.2.10:2380`), and the members in `--initial-cluster`. */
  readonly ownMembers: Set<string>;
  readonly members: Set<string>;
  /** Hosts at which API servers dial etcd, and those that machines which run only etcd advertise to clients. */
  readonly etcdServers: Set<string>;
  readonly etcdHosts: Set<string>;
  /**
   * Where the programs of agents and further servers register, and by what those of servers are reached:
   * `k3s 192.0.2.10`.
   */
  readonly joined: Set<string>;
  readonly reached: Set<string>;
}

/** Returns the evidence of one node. */
export function evidenceOf(pki: Pki): Evidence {
  const values = (component: string, flag: string) =>
    (flagValue(pki.node, component, flag) ?? '').split(',').filter(Boolean);
  const hosts = (urls: readonly string[]) => new Set(urls.flatMap((url) => canonicalHosts(hostOf(url))));
  const [member] = values('etcd', 'name');
  const dialled = pki.roles.flatMap((role) => (role.kind === 'kubeconfig' ? kubeconfigServer(role) : []));
  const keys = sharedKeys(pki);
  const allKeys = [...keys].flatMap(([id, own]) => [...own].map((key) => `${id} ${key}`)).sort();
  const name = ownName(pki);
  return {
    pkis: [pki],
    keys: new Map([[allKeys.join(), keys]]),
    allKeys: new Set(allKeys),
    // Names that a configuration gives the API server are dialled by some other node.
    dialled: new Set([...dialled.map(({ host }) => host), ...(pki.node.sans?.names ?? [])].flatMap(canonicalHosts)),
    names: new Set(name === undefined ? [] : [name]),
    addresses: new Set(addressesOf(pki)),
    dnsServers: new Set(values('kubelet', 'cluster-dns')),
    ownMembers: new Set(values('etcd', 'initial-advertise-peer-urls').map((url) => `${member}=${url}`)),
    members: new Set(values('etcd', 'initial-cluster')),
    etcdServers: hosts(values('kube-apiserver', 'etcd-servers')),
    etcdHosts: hosts(pki.kind === 'etcd' ? values('etcd', 'advertise-client-urls') : []),
    joined: new Set(ofProgram(pki, registrationHosts(pki))),
    reached: new Set(
      pki.kind === 'control-plane' ? ofProgram(pki, [...reachedAt(pki), name, ...addressesOf(pki)]) : [],
    ),
  };
}

/** Adds the evidence of more nodes. */
export function addEvidence(to: Evidence, more: Evidence): void {
  for (const pki of more.pkis) to.pkis.push(pki);
  for (const [text, keys] of more.keys) to.keys.set(text, keys);
  for (const part of parts) for (const one of more[part]) to[part].add(one);
}

const parts = [
  ...(['allKeys', 'dialled', 'names', 'addresses', 'dnsServers'] as const),
  ...(['ownMembers', 'members', 'etcdServers', 'etcdHosts', 'joined', 'reached'] as const),
];

/**
 * Returns the node's name, unless it is from the configuration of an installer: that may have been passed for several
 * nodes.
 */
export function ownName({ facts: { nodeName }, node }: Pki): string | undefined {
  return nodeName && isFromInstaller(nodeName, node) ? undefined : nodeName?.value;
}

export function addressesOf({ facts, node }: Pki): ReadonlySet<string> {
  const { advertiseAddress, nodeIps } = facts;
  const isShared = advertiseAddress && isFromInstaller(advertiseAddress, node);
  return new Set([...(advertiseAddress && !isShared ? [advertiseAddress.value] : []), ...(nodeIps?.value ?? [])]);
}

/** The canonical form of a host; none for a loopback address, which every machine has. */
function canonicalHosts(host: string | undefined): readonly string[] {
  return host === undefined || isLoopback(host) ? [] : [canonicalHost(host)];
}

/** Nodes register only with servers of the same program. */
const ofProgram = ({ layout: { supervisor } }: Pki, hosts: readonly (string | undefined)[]): readonly string[] =>
  supervisor === undefined ? [] : hosts.flatMap(canonicalHosts).map((host) => `${supervisor.program} ${host}`);

function sharedKeys(pki: Pki): Keys {
  const keys = new Map<string, ReadonlySet<string>>();
  const add = (id: string, of: readonly string[]) => {
    if (of.length > 0) keys.set(id, new Set(of));
  };
  const applying = pki.authorities.filter(({ applies: own, row }) => own.answer === 'yes' && !row.each);
  // Where a program copies CAs to workers, the copy of one that signed nothing there may be the one that is wrong.
  const isCopier = pki.kind === 'worker' && pki.layout.supervisor !== undefined;
  const isCopy = ({ issued, leaves }: Authority) => isCopier && issued.length === 0 && leaves.length === 0;
  const own = applying.filter((authority) => !isCopy(authority));
  for (const authority of own.length > 0 ? own : applying) add(authority.id, signingKeys(authority, pki));
  // A worker may have its CA only in the kubeconfig.
  for (const authority of pki.authorities.filter(({ row }) => applying.length === 0 && !row.each))
    add(authority.id, vouchedKeys(authority, pki));
  const { applies, external, signers, verifiers } = pki.serviceAccount;
  if (applies.answer !== 'yes' || external) return keys;
  add(roleIds.serviceAccount, [
    ...signers.flatMap(({ loaded }) => (loaded?.ok ? [loaded.value.publicKey.id] : [])),
    ...verifiers.flatMap(({ loaded }) => (loaded?.ok ? loaded.value.map((key) => key.id) : [])),
  ]);
  return keys;
}

/**
 * The keys that signed an authority's certificates. A root in the same file may belong to many clusters. If its file
 * signed none of them, a kubeconfig that embeds their issuer shows which cluster it is.
 */
function signingKeys(authority: Authority, pki: Pki): readonly string[] {
  const signed = pki.roles.flatMap((role) => {
    const key = role.parent.id === authority.id ? role.verified?.[1]?.publicKey.id : undefined;
    return key === undefined ? [] : [key];
  });
  if (signed.length > 0) return signed;
  const vouched = vouchedKeys(authority, pki);
  if (vouched.length > 0) return vouched;
  return authority.loaded?.ok ? authority.loaded.value.map((certificate) => certificate.publicKey.id) : [];
}

/** The keys of the CAs in kubeconfigs that signed the credentials there. */
const vouchedKeys = ({ id }: Authority, { roles }: Pki): readonly string[] =>
  roles.flatMap((role) => (role.parent.id === id ? issuerInKubeconfig(role) : []));

function issuerInKubeconfig(role: Role): readonly string[] {
  const pem = role.kubeconfig?.cluster?.certificateAuthority?.embedded;
  const pool = pem && loadGoPool(pem);
  return pool?.ok ? [chainOf(role, pool.value)?.[1]?.publicKey.id ?? []].flat() : [];
}

/**
 * Whether two groups share keys: `yes` for at least one pair of nodes, and `no` for none. Two clusters stay apart even
 * if they share something, such as an external etcd.
 */
export function sharesKeys(one: Evidence, other: Evidence): boolean {
  if (!meets(one.allKeys, other.allKeys)) return false;
  const verdicts = [...one.keys.values()].flatMap((keys) =>
    [...other.keys.values()].map((others) => isOneCluster(keys, others)),
  );
  return verdicts.includes('yes') && !verdicts.includes('no');
}

/**
 * Compares the keys of two nodes: `yes` if more of them are the same than differ, `no` if more differ, else `unknown`.
 * A common key counts only once, because a company may have one CA for all clusters, and two clusters may share an
 * etcd.
 */
function isOneCluster(one: Keys, other: Keys): 'yes' | 'no' | 'unknown' {
  const common = new Set<string>();
  let same = 0;
  let different = 0;
  for (const [id, keys] of one) {
    const others = other.get(id);
    if (others === undefined) continue;
    const shared = [...keys].filter((key) => others.has(key));
    if (shared.length > 0) same++;
    else different++;
    for (const key of shared) common.add(key);
  }
  const weight = Math.min(same, common.size) - different;
  return weight > 0 ? 'yes' : weight < 0 ? 'no' : 'unknown';
}

/** Whether two sets have an element in common that counts. */
export function meets(one: ReadonlySet<string>, other: ReadonlySet<string>, counts = (_: string) => true): boolean {
  const [small, large] = one.size < other.size ? [one, other] : [other, one];
  for (const element of small) if (large.has(element) && counts(element)) return true;
  return false;
}
