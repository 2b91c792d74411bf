/** Checks whether a control plane has the manifests of a different one: one place is the address of two nodes. */
import { componentNamed, flagValue, lastArgument } from '../../artifact/arguments.ts';
import { fileIn, type SetBy } from '../../artifact/place.ts';
import { remember } from '../../core/collections.ts';
import { ownName } from '../../model/cluster/evidence.ts';
import { canonicalHost, hostOf, isLoopback } from '../../model/facts/host.ts';
import { oddAddresses } from '../../model/facts/odd-address.ts';
import { isUnspecified } from '../../model/handshake/addresses.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { roleId } from '../../model/roles/slots.ts';
import { check, list, notApplicable, problem } from '../base/check.ts';
import { fits, namedRoles } from '../base/copied-nodes.ts';

/** What the manifests of a node say about its place. */
interface Stated {
  readonly node: Pki;
  readonly member: string | undefined;
  /** `--initial-advertise-peer-urls` of etcd, without loopback addresses: only one machine can listen there. */
  readonly peers: readonly string[];
  readonly peerHosts: readonly string[];
  /** `--advertise-address` of kube-apiserver. */
  readonly advertised: string | undefined;
}

function statedBy(node: Pki): Stated {
  const value = (component: string, flag: string) => flagValue(node.node, component, flag) || undefined;
  const urls = (value('etcd', 'initial-advertise-peer-urls') ?? '').split(',');
  const peers = urls.filter((url) => isOfOneMachine(hostOf(url)));
  const address = value('kube-apiserver', 'advertise-address');
  return {
    node,
    member: value('etcd', 'name'),
    peers,
    peerHosts: peers.map((url) => canonicalHost(hostOf(url) ?? '')),
    advertised: isOfOneMachine(address) ? canonicalHost(address ?? '') : undefined,
  };
}

const isOfOneMachine = (host: string | undefined): boolean =>
  host !== undefined && host !== '' && !isLoopback(host) && !isUnspecified(host);

/** Which components of a node say that they run at the place of a different one. */
function takenFrom(one: Stated, other: Stated): readonly ('etcd' | 'kube-apiserver')[] {
  const isMember = one.peers.some((url) => other.peers.includes(url));
  const { advertised } = one;
  // All API servers may advertise one load balancer. The address of a different node's etcd is none.
  const isAtOther = advertised !== undefined && other.peerHosts.includes(advertised);
  const isElsewhere = isMember ? other.advertised === advertised : one.peers.length > 0;
  const isServer = isAtOther && isElsewhere && (isMember || !one.peerHosts.includes(advertised));
  return [...(isMember ? (['etcd'] as const) : []), ...(isServer ? (['kube-apiserver'] as const) : [])];
}

/**
 * Counts what on a node contradicts its manifests: its name, other flags, and certificates that do not name their
 * addresses.
 */
export const contradictions = remember((node: Pki): number => {
  const [name, member] = [ownName(node), flagValue(node.node, 'etcd', 'name')];
  const isOther = name !== undefined && member !== undefined && shortName(name) !== shortName(member);
  return Number(isOther) + oddAddresses(node.node).length + namedRoles(node).filter((role) => !fits(role, node)).length;
});

const shortName = (name: string): string => name.split('.')[0] ?? name;

export const clusterManifestsChecks = {
  'cluster/manifests': check('cluster', function* ({ nodes }) {
    const all = nodes.filter(({ kind }) => kind === 'control-plane' || kind === 'etcd').map(statedBy);
    if (all.length < 2) return yield notApplicable('fewer than two nodes of the control plane or etcd');
    for (const one of all) {
      const odd = contradictions(one.node);
      // Nothing is taken from elsewhere on a node without contradictions: a healthy fleet is not compared pair by pair.
      if (odd === 0) continue;
      const isOdder = (other: Stated) => odd > contradictions(other.node);
      const other = all.find((owner) => owner !== one && isOdder(owner) && takenFrom(one, owner).length > 0);
      if (other !== undefined) yield copied(one, other, takenFrom(one, other));
    }
  }),
};

const places = { etcd: 'initial-advertise-peer-urls', 'kube-apiserver': 'advertise-address' } as const;

function copied(one: Stated, other: Stated, components: readonly (keyof typeof places)[]) {
  const { node } = one;
  const own = components.map((name) => ({ name, component: componentNamed(node.node, name) }));
  const argumentOf = ({ name, component }: (typeof own)[number]) => component && lastArgument(component, places[name]);
  const at: SetBy = own.map(argumentOf).find((argument) => argument !== undefined)?.at ?? { path: node.node.pki };
  const isEtcd = components.includes('etcd');
  const said = [
    ...(isEtcd ? [`etcd is member ${one.member ?? '?'} at ${one.peers.join()}`] : []),
    ...(components.includes('kube-apiserver') ? [`kube-apiserver advertises ${one.advertised}`] : []),
  ];
  const [peer = ''] = one.peers;
  const error = isEtcd
    ? `listen tcp ${peer.replace(/^https?:\/\//, '')}: bind: cannot assign requested address`
    : `${node.name} is not among the endpoints of the Service kubernetes`;
  const manifests = own.flatMap(({ component }) => (component && fileIn(component.at)) ?? []);
  const data = {
    node: node.name,
    other: other.node.name,
    manifests: list(manifests.map((path) => path.slice(path.lastIndexOf('/') + 1))),
    paths: list(manifests),
    verb: manifests.length === 1 ? 'is the manifest' : 'are the manifests',
    said: list(said),
    error,
  };
  // Clients of either node may dial the address that both state.
  const explains = [one, other].flatMap((side) =>
    namedRoles(side.node).map(({ id }) => idOnNode(side.node, roleId(id))),
  );
  return problem(at, data, {
    key: other.node.name,
    isNodeKey: true,
    stops: isEtcd ? ['etcd'] : [],
    on: { node, subject: node.name, explains },
  });
}
