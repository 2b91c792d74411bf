/** Do the nodes of a cluster trust each other's certificates? By key and signature: bytes, names and dates decide nothing. */

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
import { check, notApplicable, problem, skip } from './check.ts';
import { isForeignAuthority } from './issuer.ts';

const isControlPlane = (pki: Pki) => pki.kind === 'control-plane';
const usesExternalEtcd = (pki: Pki) => isControlPlane(pki) && pki.facts.etcd?.value === 'external';
const runsEtcd = (pki: Pki) => pki.kind === 'etcd' || (isControlPlane(pki) && pki.facts.etcd?.value === 'stacked');

/** The certificates that other nodes are shown, and which nodes these are (kubernetes-pki-facts, section E). */
const shownTo: Readonly<Record<string, (holder: Pki, verifier: Pki) => boolean>> = {
  [roleIds.apiServer]: () => true,
  [roleIds.kubeletClient]: () => true,
  [roleIds.frontProxyClient]: (_, verifier) => isControlPlane(verifier),
  [roleIds.etcdPeer]: (_, verifier) => runsEtcd(verifier),
  [roleIds.etcdServer]: (_, verifier) => usesExternalEtcd(verifier),
  [roleIds.etcdClient]: (holder, verifier) => usesExternalEtcd(holder) && runsEtcd(verifier),
};

function isShownTo(role: Role, holder: Pki, verifier: Pki): boolean {
  if (role.kind === 'certificate') return shownTo[role.id]?.(holder, verifier) ?? false;
  const own = addressesOf(holder);
  const isElsewhere = ({ host }: { readonly host: string }) => !isLoopback(host) && !own.has(readAddress(host) ?? host);
  return isControlPlane(verifier) && kubeconfigServer(role).some(isElsewhere);
}

/** An authority of a node, where it is there and the node's own rules find no fault in it. */
function soundAuthority(pki: Pki, id: string): Authority | undefined {
  const authority = pki.authorities.find((one) => one.id === id);
  const isSound = authority?.applies.answer === 'yes' && authority.loaded?.ok && !isForeignAuthority(authority, pki);
  return isSound ? authority : undefined;
}

const holdsAll = (one: Authority, other: Authority) =>
  one.certificates.every(({ fingerprint256 }) =>
    other.certificates.some((certificate) => certificate.fingerprint256 === fingerprint256),
  );

/** Whether a node is shown a certificate of the other's that it does not trust. */
function refuses(verifier: Pki, holder: Pki, id: string): boolean {
  const [own, trusted] = [soundAuthority(holder, id), soundAuthority(verifier, id)];
  if (!own || !trusted || holdsAll(own, trusted)) return false;
  return shownRoles(holder, verifier, id).some(
    (role) => chainOf(role, trusted.certificates, verifier.strictness) === undefined,
  );
}

function shownRoles(holder: Pki, verifier: Pki, id: string): readonly Role[] {
  return holder.roles.filter(
    (role) => role.parent.id === id && role.verified && role.inUse && isShownTo(role, holder, verifier),
  );
}

function agree(one: Pki, other: Pki, id: string): boolean {
  if (refuses(one, other, id) || refuses(other, one, id)) return false;
  const isTold = shownRoles(one, other, id).length > 0 || shownRoles(other, one, id).length > 0;
  if (isTold || !isControlPlane(one) || !isControlPlane(other)) return true;
  return isRelated(soundAuthority(one, id)?.certificates ?? [], soundAuthority(other, id)?.certificates ?? []);
}

/** Whether two nodes without certificates to tell by trust one CA, or one a CA of the other's. */
function isRelated(own: readonly Certificate[], others: readonly Certificate[]): boolean {
  const signs = (above: readonly Certificate[], below: readonly Certificate[]) =>
    above.some((parent) => below.some((child) => issues(parent, child)));
  return sharesKey(own, others) || signs(own, others) || signs(others, own);
}

/** A rule's question of these authorities. */
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
  const { node, others } = odd;
  const path = soundAuthority(node, id)?.source.path ?? '';
  const explains = disputed(odd).flatMap((pki) => [
    idOnNode(pki, authorityId(id)),
    ...pki.roles.filter((role) => role.parent.id === id).map((role) => idOnNode(pki, roleId(role.id))),
  ]);
  const data = { ...oddData(odd), role: id, path, found: describe(node, id), wanted: describe(others[0] ?? node, id) };
  return problem({ path }, data, { key: id, on: { node, subject: id, role: id, explains } });
}

function describe(pki: Pki, id: string): string {
  const certificates = soundAuthority(pki, id)?.certificates ?? [];
  return certificates.map(({ subject, fingerprint256 }) => `"${subject.text}" (SHA-256 ${fingerprint256})`).join(', ');
}

export interface Odd {
  readonly node: Pki;
  /** Those that it disagrees with. */
  readonly others: readonly Pki[];
  /** What to add to a message where nobody is in the majority. */
  readonly hint: string;
}

/** The nodes outside the largest group that agrees; one alone, as one of two sides, where no group is the majority. */
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
  const told = odd.filter(({ others }) => others.length > 0);
  return isMajority ? told : told.slice(0, 1);
}

/** The nodes on which a connection may fail for it: the odd one, or both sides where nobody knows which is right. */
export function disputed({ node, others, hint }: Odd): readonly Pki[] {
  return hint === '' ? [node] : [node, ...others];
}

/** What a message says of an odd node: `{node}`, `{others}`, one of them as `{other}`, and `{hint}`. */
export function oddData({ node, others, hint }: Odd): Record<'node' | 'others' | 'other' | 'hint', string> {
  return { node: node.name, others: namesOf(others), other: others[0]?.name ?? '', hint };
}

/** `cp-1 and cp-2`, `cp-1, cp-2, cp-3 and 4 more`. */
export function namesOf(nodes: readonly Pki[]): string {
  const names = nodes.map(({ name }) => name);
  if (names.length < 2 || names.length > 4) return handful(names, 3);
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

export const clusterAuthorityChecks = {
  'cluster/authority': sharedAuthority(roleIds.clusterCa, roleIds.etcdCa),
  /** kube-apiservers publish the union of their CAs for extension servers (clusterauthenticationtrust): no outage. */
  'cluster/front-proxy': sharedAuthority(roleIds.frontProxyCa),
};
