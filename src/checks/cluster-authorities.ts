/**
 * Checks that the nodes of a cluster trust each other's certificates, by key and signature. Names and dates do not
 * count.
 */

import type { Certificate } from '../core/certificate.ts';
import { handful } from '../core/text.ts';
import { addressesOf } from '../model/cluster/evidence.ts';
import { isLoopback, readAddress } from '../model/facts/host.ts';
import { idOnNode } from '../model/handshake/ends.ts';
import { chainOf, sharesKey } from '../model/roles/authorities.ts';
import { kubeconfigServer } from '../model/roles/dialled-names.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Authority, Role } from '../model/roles/role.ts';
import { authorityId, roleId } from '../model/roles/slots.ts';
import { roleIds } from '../tables/role-ids.ts';
import { issues } from '../x509/chain.ts';
import { check, list, notApplicable, problem, skip } from './check.ts';
import { isForeignAuthority } from './issuer.ts';

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

/** An authority of a node, if it exists and the node's own rules do not report it. */
function soundAuthority(pki: Pki, id: string): Authority | undefined {
  const authority = pki.authorities.find((one) => one.id === id);
  const isSound = authority?.applies.answer === 'yes' && authority.loaded?.ok && !isForeignAuthority(authority, pki);
  return isSound ? authority : undefined;
}

const holdsAll = (one: Authority, other: Authority) =>
  one.certificates.every(({ fingerprint256 }) =>
    other.certificates.some((certificate) => certificate.fingerprint256 === fingerprint256),
  );

/** Whether a holder presents a certificate to a verifier that does not trust it. */
function refuses(verifier: Pki, holder: Pki, id: string): boolean {
  const [own, trusted] = [soundAuthority(holder, id), soundAuthority(verifier, id)];
  if (!own || !trusted || holdsAll(own, trusted)) return false;
  return presentedRoles(holder, verifier, id).some(
    (role) => chainOf(role, trusted.certificates, verifier.strictness) === undefined,
  );
}

function presentedRoles(holder: Pki, verifier: Pki, id: string): readonly Role[] {
  return holder.roles.filter(
    (role) => role.parent.id === id && role.verified && role.inUse && isPresentedTo(role, holder, verifier),
  );
}

function agree(one: Pki, other: Pki, id: string): boolean {
  if (refuses(one, other, id) || refuses(other, one, id)) return false;
  const isProven = presentedRoles(one, other, id).length > 0 || presentedRoles(other, one, id).length > 0;
  if (isProven || !isControlPlane(one) || !isControlPlane(other)) return true;
  return isRelated(soundAuthority(one, id)?.certificates ?? [], soundAuthority(other, id)?.certificates ?? []);
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
      const sound = concerned.filter((pki) => soundAuthority(pki, id) !== undefined);
      compared ||= sound.length > 1;
      for (const node of concerned) {
        const source = node.authorities.find((one) => one.id === id)?.source;
        if (source?.seen === 'unseen') yield skip(`${source.path} of ${node.name}: ${source.reason}`);
      }
      for (const odd of oddOnes(sound, (one, other) => agree(one, other, id))) yield oddAuthority(odd, id);
    }
    if (!compared) yield notApplicable('no two nodes hold it');
  });
}

function oddAuthority(odd: Odd, id: string) {
  const { node } = odd;
  const path = soundAuthority(node, id)?.source.path ?? '';
  const explains = disputed(odd).flatMap((pki) => [
    idOnNode(pki, authorityId(id)),
    ...pki.roles.filter((role) => role.parent.id === id).map((role) => idOnNode(pki, roleId(role.id))),
  ]);
  const data = { ...oddData(odd), ...oddValues(odd, (pki) => describe(pki, id)), role: id, path };
  return problem({ path }, data, { key: id, on: { node, subject: id, role: id, explains } });
}

function describe(pki: Pki, id: string): string {
  const certificates = soundAuthority(pki, id)?.certificates ?? [];
  return certificates.map(({ subject, fingerprint256 }) => `"${subject.text}" (SHA-256 ${fingerprint256})`).join(', ');
}

export interface Odd {
  readonly node: Pki;
  /** The nodes that it disagrees with. */
  readonly others: readonly Pki[];
  /** What to add to a message if there is no majority. */
  readonly hint: string;
}

/** The nodes outside the largest group that agrees. If no group is the majority only one, for all sides. */
export function oddOnes(nodes: readonly Pki[], agree: (one: Pki, other: Pki) => boolean): readonly Odd[] {
  const groups: Pki[][] = [];
  for (const node of nodes) {
    const group = groups.find((members) => members.every((member) => agree(member, node)));
    if (group === undefined) groups.push([node]);
    else group.push(node);
  }
  const [main = [], ...rest] = groups.sort((one, other) => other.length - one.length);
  const isMajority = main.length > nodes.length / 2;
  const odd = rest.flat().map((node) => ({
    node,
    others: (isMajority ? main : nodes).filter((other) => other !== node && !agree(other, node)),
    hint: isMajority ? '' : ' (which of them is right cannot be told from here)',
  }));
  const disagreeing = odd.filter(({ others }) => others.length > 0);
  return isMajority ? disagreeing : disagreeing.slice(0, 1);
}

/** The nodes whose connections can fail because of it: the odd one, or both sides if either can be wrong. */
export function disputed({ node, others, hint }: Odd): readonly Pki[] {
  return hint === '' ? [node] : [node, ...others];
}

/** The placeholders of messages about an odd node: `{node}`, `{others}`, one of them as `{other}`, and `{hint}`. */
export function oddData({ node, others, hint }: Odd): Record<'node' | 'others' | 'other' | 'hint', string> {
  return { node: node.name, others: namesOf(others), other: others[0]?.name ?? '', hint };
}

/** What an odd node has, and what one of the others has: `{found}` and `{wanted}`. */
export function oddValues({ node, others: [other = node] }: Odd, describe: (pki: Pki) => string) {
  return { found: describe(node), wanted: describe(other) };
}

/** `cp-1 and cp-2`, `cp-1, cp-2, cp-3 and 4 more`. */
export function namesOf(nodes: readonly Pki[]): string {
  const names = nodes.map(({ name }) => name);
  return names.length > 4 ? handful(names, 3) : list(names);
}

export const clusterAuthorityChecks = {
  'cluster/authority': sharedAuthority(roleIds.clusterCa, roleIds.etcdCa),
  /** kube-apiservers publish the union of their CAs for extension servers (clusterauthenticationtrust): no outage. */
  'cluster/front-proxy': sharedAuthority(roleIds.frontProxyCa),
};
