/** The members of the etcd on a node, as far as its files and the other nodes of the input show them. */
import { flagValue } from '../../artifact/arguments.ts';
import type { ScannedNode } from '../../artifact/node.ts';
import { hostOf, readAddress } from '../facts/host.ts';
import type { Pki } from '../roles/pki.ts';

/** The entries of `--initial-cluster` that are not this member's: `cp-2=https://192.0.2.11:2380`. */
function otherEntries(node: Pick<ScannedNode, 'components'>): readonly string[] {
  const name = flagValue(node, 'etcd', 'name');
  const entries = (flagValue(node, 'etcd', 'initial-cluster') ?? '').split(',').map((entry) => entry.trim());
  return entries.filter((entry) => entry !== '' && !entry.startsWith(`${name}=`));
}

/** Returns the addresses of the other members that this one joined. */
export function otherMembers(node: Pick<ScannedNode, 'components'>): readonly string[] {
  return otherEntries(node).flatMap((entry) => readAddress(hostOf(entry.slice(entry.indexOf('=') + 1)) ?? '') ?? []);
}

/**
 * Whether etcd on a node has no peers: the user says so, or none of the other nodes in the input runs etcd. One name in
 * `--initial-cluster` does not show it, because kubeadm upgrade removes the others (kubeadm etcd/local.go,
 * CreateLocalEtcdStaticPodManifestFile); several names, or the state `existing`, show the opposite.
 */
export function etcdPeersOf({ node, facts, input }: Pki): 'none' | 'some' | 'unknown' {
  const said = facts.etcdMembers?.value;
  if (said !== undefined) return said === 'one' ? 'none' : 'some';
  const joined = flagValue(node, 'etcd', 'initial-cluster-state') === 'existing';
  if (joined || otherEntries(node).length > 0 || input.etcds > 1) return 'some';
  return input.etcds === 1 ? 'none' : 'unknown';
}

/** The node as one whose etcd has no peers. */
export function withoutPeers(pki: Pki): Pki {
  const etcdMembers = { value: 'one', source: 'the only member', disagreeing: [] } as const;
  return { ...pki, facts: { ...pki.facts, etcdMembers } };
}
