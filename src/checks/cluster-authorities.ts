/**
 * Checks that the nodes of a cluster trust each other's certificates, by key and signature. Names and dates do not
 * count.
 */

import type { Certificate } from '../core/certificate.ts';
import { addressesOf } from '../model/cluster/evidence.ts';
import { isLoopback, readAddress } from '../model/facts/host.ts';
import { idOnNode } from '../model/handshake/ends.ts';
import { chainOf, sharesKey } from '../model/roles/authorities.ts';
import { kubeconfigServer } from '../model/roles/kubeconfig-server.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Authority, Role } from '../model/roles/role.ts';
import { authorityId, roleId } from '../model/roles/slots.ts';
import { roleIds } from '../tables/role-ids.ts';
import { issues } from '../x509/chain.ts';
import { check, notApplicable, problem, skip } from './check.ts';
import { isForeignAuthority } from './issuer.ts';
import { type Comparison, disputed, type Odd, oddData, oddOnes, oddValues } from './odd-nodes.ts';
import { swapWith } from './swapped-files.ts';

const isControlPlane = (pki: Pki) => pki.kind === 'control-plane';
const usesExternalEtcd = (pki: Pki) => isControlPlane(pki) && pki.facts.etcd?.value === 'external';
const runsEtcd = (pki: Pki) => pki.kind === 'etcd' || (isControlPlane(pki) && pki.facts.etcd?.value === 'stacked');

/** The certificates that are presented to other nodes, and to which nodes (kubernetes-pki-facts, section E). */
const presentedTo: Readonly<Record<string, (holder: Pki, verifier: Pki) => boolean>> = {
  [roleIds.apiServer]: () => true,
  [roleIds.kubeletClient]: () => true,
  [roleIds.frontProxyClient]: (_, verifier) => isControlPlane(verifier),
  [roleIds.etcdPeer]: (_, verifier) => runsEtcd(verifier),
  [roleIds.etcdServer]: (_, verifier) => usesExternalEtcd(verifier),
  [roleIds.etcdClient]: (holder, verifier) => usesExternalEtcd(holder) && runsEtcd(verifier),
};

function isPresentedTo(role: Role, holder: Pki, verifier: Pki): boolean {
  if (role.kind === 'certificate') return presentedTo[role.id]?.(holder, verifier) ?? false;
  const own = addressesOf(holder);
  const isElsewhere = ({ host }: { readonly host: string }) => !isLoopback(host) && !own.has(readAddress(host) ?? host);
  return isControlPlane(verifier) && kubeconfigServer(role).some(isElsewhere);
}

/** An authority of each node that has it, unless the node's own rules report it. */
interface Holders {
  readonly id: string;
  readonly held: ReadonlyMap<Pki, Held>;
}

interface Held {
  readonly authority: Authority;
  readonly fingerprints: ReadonlySet<string>;
}

function holdersOf(nodes: readonly Pki[], id: string): Holders {
  const held = new Map<Pki, Held>();
  for (const pki of nodes) {
    const authority = pki.authorities.find((one) => one.id === id);
    if (!authority?.loaded?.ok || isForeignAuthority(authority, pki)) continue;
    // node/swapped speaks of it: its own is on the node, and nothing has to come from elsewhere.
    if (swapWith([authority.source.path], pki).length > 0) continue;
    const fingerprints = new Set(authority.certificates.map(({ fingerprint256 }) => fingerprint256));
    held.set(pki, { authority, fingerprints });
  }
  return { id, held };
}

const holdsAll = (one: Held, other: Held) =>
  [...one.fingerprints].every((fingerprint) => other.fingerprints.has(fingerprint));

/** Whether a holder presents a certificate to a verifier that does not trust it. */
function refuses(verifier: Pki, holder: Pki, { id, held }: Holders): boolean {
  const [own, trusted] = [held.get(holder), held.get(verifier)];
  if (!own || !trusted || holdsAll(own, trusted)) return false;
  return presentedRoles(holder, verifier, id).some(
    (role) => chainOf(role, trusted.authority.certificates, verifier.strictness) === undefined,
  );
}

function presentedRoles(holder: Pki, verifier: Pki, id: string): readonly Role[] {
  return holder.roles.filter(
    (role) => role.parent.id === id && role.verified && role.inUse && isPresentedTo(role, holder, verifier),
  );
}

function agree(one: Pki, other: Pki, holders: Holders): boolean {
  if (refuses(one, other, holders) || refuses(other, one, holders)) return false;
  const { id, held } = holders;
  const isProven = presentedRoles(one, other, id).length > 0 || presentedRoles(other, one, id).length > 0;
  const certificates = (pki: Pki) => held.get(pki)?.authority.certificates ?? [];
  return isProven || isRelated(certificates(one), certificates(other));
}

/** How holders of an authority are compared. What is presented to a node depends only on its kind and its etcd. */
function comparisonOf(holders: Holders): Comparison {
  const nodes = [...holders.held.keys()];
  const kindOf = (pki: Pki) => [isControlPlane(pki), usesExternalEtcd(pki), runsEtcd(pki)].join();
  const examples = new Map(nodes.map((pki) => [kindOf(pki), pki]));
  const sides = new Map<string, { readonly pki: Pki; readonly presentsTo: readonly string[] }>();
  const sideOf = new Map(
    nodes.map((pki) => {
      const presents = ([, verifier]: readonly [string, Pki]) => presentedRoles(pki, verifier, holders.id).length > 0;
      const presentsTo = [...examples].filter(presents).map(([kind]) => kind);
      const side = [kindOf(pki), ...presentsTo].join(' ');
      sides.set(side, { pki, presentsTo });
      return [pki, side];
    }),
  );
  return {
    agree: (one, other) => agree(one, other, holders),
    sideOf: (pki) => sideOf.get(pki) ?? '',
    concern(side, other) {
      const [one, two] = [sides.get(side), sides.get(other)];
      if (one === undefined || two === undefined) throw new Error('a node without a side');
      const presents = one.presentsTo.includes(kindOf(two.pki)) || two.presentsTo.includes(kindOf(one.pki));
      return presents || (isControlPlane(one.pki) && isControlPlane(two.pki));
    },
  };
}

/** Whether two nodes that present no certificates to each other trust a common CA, or one CA signed the other. */
function isRelated(own: readonly Certificate[], others: readonly Certificate[]): boolean {
  const signs = (above: readonly Certificate[], below: readonly Certificate[]) =>
    above.some((parent) => below.some((child) => issues(parent, child)));
  return sharesKey(own, others) || signs(own, others) || signs(others, own);
}

/** Checks that nodes agree on these authorities. */
function sharedAuthority(...ids: readonly string[]) {
  return check('cluster', function* ({ nodes }) {
    let compared = false;
    for (const id of ids) {
      const concerned = nodes.filter((pki) =>
        pki.authorities.some((one) => one.id === id && one.applies.answer === 'yes'),
      );
      const holders = holdersOf(concerned, id);
      const sound = [...holders.held.keys()];
      compared ||= sound.length > 1;
      for (const node of concerned) {
        const source = node.authorities.find((one) => one.id === id)?.source;
        if (source?.seen === 'unseen') yield skip(`${source.path} of ${node.name}: ${source.reason}`);
      }
      for (const odd of oddOnes(sound, comparisonOf(holders))) yield oddAuthority(odd, holders);
    }
    if (!compared) yield notApplicable('fewer than two nodes have it');
  });
}

function oddAuthority(odd: Odd, { id, held }: Holders) {
  const { node } = odd;
  const path = held.get(node)?.authority.source.path ?? '';
  const explains = disputed(odd).flatMap((pki) => [
    idOnNode(pki, authorityId(id)),
    ...pki.roles.filter((role) => role.parent.id === id).map((role) => idOnNode(pki, roleId(role.id))),
  ]);
  const data = { ...oddData(odd), ...oddValues(odd, (pki) => describe(held.get(pki)?.authority)), role: id, path };
  return problem({ path }, data, { key: id, on: { node, subject: id, role: id, explains } });
}

function describe(authority: Authority | undefined): string {
  const certificates = authority?.certificates ?? [];
  return certificates.map(({ subject, fingerprint256 }) => `"${subject.text}" (SHA-256 ${fingerprint256})`).join(', ');
}

export const clusterAuthorityChecks = {
  'cluster/authority': sharedAuthority(roleIds.clusterCa, roleIds.etcdCa),
  /** kube-apiservers publish the union of their CAs for extension servers (clusterauthenticationtrust): no outage. */
  'cluster/front-proxy': sharedAuthority(roleIds.frontProxyCa),
};
