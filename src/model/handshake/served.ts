/** What a server presents to clients that dial it by a name. */

import { componentNamed, flagValue } from '../../artifact/arguments.ts';
import { remember } from '../../core/collections.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import { isLoopback, readAddress } from '../facts/host.ts';
import { etcdSides, makesCertificate } from '../roles/etcd-listeners.ts';
import { keySlotOf } from '../roles/other-certificates.ts';
import type { Pki } from '../roles/pki.ts';
import { idOfSlot, type Role } from '../roles/role.ts';
import { authorityId, keyPairId, roleId, type Slot } from '../roles/slots.ts';
import { sourceAt } from '../roles/source.ts';
import { overlapError, refusedOverlap } from '../trust/client-authorities.ts';
import { isAt, isSecure, urlsOf } from './addresses.ts';
import {
  broken,
  endOf,
  idsOfSlotAndFile,
  none,
  type Presented,
  pairOf,
  pathless,
  placeOfSlot,
  presentedBy,
  unknown,
  unread,
} from './ends.ts';
import { clientPair } from './etcd.ts';

/** Returns what the server with role `id` presents. kube-apiserver picks a certificate by the name that is dialled. */
export function servedBy(pki: Pki, id: string, host: string | undefined): Presented {
  const role = pki.roles.find((one) => one.id === id);
  // A server and its client may have different layouts.
  if (role === undefined) return endOf(pki, [], { path: pki.node.pki }, unknown(`${pki.layout.name} has no ${id}`));
  const presented = presentedBy(pki, role);
  const isGiven = presented.material.state !== 'none';
  const usual = isGiven ? presented : { ...presented, material: withoutCertificate(pki, id) };
  return id === roleIds.apiServer && host !== undefined ? servedForName(pki, host, usual) : usual;
}

/** What a server presents if no certificate is configured. */
function withoutCertificate(pki: Pki, role: string): Presented['material'] {
  if (role === roleIds.apiServer) {
    if (componentNamed(pki.node, role) === undefined) return unknown(`${role} was not seen`);
    // k8s.io/apiserver pkg/server/options/serving.go, MaybeDefaultWithSelfSignedCerts
    const folder = flagValue(pki.node, role, 'cert-dir');
    return folder === undefined
      ? none('no --tls-cert-file')
      : unknown(`kube-apiserver uses apiserver.crt from ${folder}, if it exists`);
  }
  const etcd = componentNamed(pki.node, 'etcd');
  if (etcd === undefined) return unknown('etcd was not seen');
  const side = role === roleIds.etcdServer ? '' : 'peer-';
  if (makesCertificate(etcd, side)) return none(`--${side}auto-tls`);
  const flag = `listen-${side === '' ? 'client' : 'peer'}-urls`;
  if (!urlsOf(pki, 'etcd', flag).some(isSecure)) return none(`no --${side}cert-file`);
  return broken(`TLS key/cert (--${side}cert-file, --${side}key-file) must be provided`);
}

const etcdPairs: readonly string[] = [roleIds.etcdServer, roleIds.etcdPeer];

/**
 * Returns what else a server must load before it listens: the file of every argument; for etcd also both its serving
 * pairs (etcd server/embed/etcd.go, StartEtcd) and its client pairs, for kube-apiserver those of `--tls-sni-cert-key`.
 * Most connections lead to the same servers, so the results are remembered.
 */
export const loadedBefore = remember((pki: Pki, role: string): readonly Presented[] => {
  const isEtcd = etcdPairs.includes(role);
  const missing = missingFiles(pki, isEtcd ? 'etcd' : role);
  if (!isEtcd) return [...missing, ...overlap(pki), ...namedPairs(pki).map(({ presented }) => presented)];
  const others = etcdPairs.filter((one) => one !== role).map((one) => servedBy(pki, one, undefined));
  return [...missing, ...others, ...etcdSides.flatMap((side) => clientPair(pki, side) ?? [])];
});

/** CA files with which kube-apiserver does not start. */
function overlap(pki: Pki): readonly Presented[] {
  const slot = refusedOverlap(pki)?.slot;
  if (slot === undefined) return [];
  const at = slot.argument?.at ?? slot.component.at;
  return [endOf(pki, [authorityId(roleIds.frontProxyCa), ...idsOfSlotAndFile(slot)], at, broken(overlapError))];
}

/** The ids that a role may have: that of a certificate, an authority or the service account keys. */
function idsOfRole(role: string | null): readonly string[] {
  if (role === null) return [];
  return role === roleIds.serviceAccount ? [keyPairId] : [roleId(role), authorityId(role)];
}

/** The arguments of a component that name a file that cannot be read. */
function missingFiles(pki: Pki, component: string): readonly Presented[] {
  return pki.slots.flatMap((slot): Presented[] => {
    const { path, argument, row } = slot;
    const id = idOfSlot(pki.roles, slot);
    if (slot.component.name !== component || argument === undefined) return [];
    const unseen = path === undefined ? undefined : unread(sourceAt(pki.node, path));
    const missing = pathless(slot) ?? (unseen && { ...unseen, reason: `${row.said ?? ''}${unseen.reason}` });
    const ids = [...idsOfSlotAndFile(slot), ...idsOfRole(id)];
    return missing === undefined ? [] : [endOf(pki, ids, argument.at, missing)];
  });
}

export interface NamedPair {
  readonly presented: Presented;
  /** Names from the argument. They take precedence over the names in certificates. */
  readonly given: readonly string[];
}

/** Returns the pairs of kube-apiserver's `--tls-sni-cert-key`. */
export const namedPairs = remember((pki: Pki): readonly NamedPair[] =>
  pki.slots.flatMap((slot): NamedPair[] => {
    const { argument, names, component } = slot;
    if (names === undefined || !argument || component.name !== roleIds.apiServer) return [];
    const keySlot = keySlotOf(pki.slots, slot);
    if (!keySlot) return [];
    const roles = pki.roles.filter(({ path }) => path === slot.path).map(({ id }) => roleId(id));
    const ids = [...[slot, keySlot].flatMap(idsOfSlotAndFile), ...roles];
    return [{ presented: endOf(pki, ids, placeOfSlot(slot), pairAt(pki, slot, keySlot)), given: names }];
  }),
);

function pairAt(pki: Pki, slot: Slot, keySlot: Slot): Presented['material'] {
  const missing = pathless(slot) ?? pathless(keySlot);
  if (missing !== undefined) return missing;
  const [certificate, key] = [slot, keySlot].map(({ path }) => sourceAt(pki.node, path ?? ''));
  return certificate ? (unread(certificate) ?? pairOf(certificate, key)) : unknown('not seen');
}

/** What is served to a client that dials `host`. */
function servedForName(pki: Pki, host: string, usual: Presented): Presented {
  const pairs = namedPairs(pki);
  if (pairs.length === 0) return usual;
  const address = readAddress(host);
  // Clients do not send an address as server name. The server then uses its own address of the connection.
  const name = address === undefined ? host.replace(/\.$/, '').toLowerCase() : localAddress(pki, host, address);
  const wildcard = address === undefined ? name.replace(/^[^.]*/, '*') : name;
  for (const wanted of [name, wildcard]) {
    const found =
      pairs.find(({ given }) => given.includes(wanted)) ??
      pairs.find(({ given, presented }) => given.length === 0 && ownNames(presented).includes(wanted));
    if (found) return found.presented;
  }
  if (address !== undefined || covers(usual, host)) return usual;
  return pairs.find(({ presented }) => covers(presented, host))?.presented ?? usual;
}

function localAddress(pki: Pki, host: string, address: string): string {
  return isLoopback(host) || isAt(pki, host) ? address : (pki.facts.advertiseAddress?.value ?? address);
}

/** The names of a certificate that count if the argument lists none. Addresses do not count. */
function ownNames({ material }: Presented): readonly string[] {
  if (material.state !== 'known') return [];
  const { subject, sans } = material.value.leaf;
  const names = (sans ?? []).flatMap(({ type, value }) => (type === 'DNS' ? [value] : []));
  const common = subject.commonName;
  return readAddress(common) === undefined && common !== '' ? [common, ...names] : names;
}

/** Whether a pair of `--tls-sni-cert-key` has a certificate for a name, even if its key is at fault. */
export function hasPairFor(pki: Pki, host: string): boolean {
  const paths = pki.slots.flatMap(({ names, path }) => (names && path) ?? []);
  const isFor = ({ path, leaf }: Role) => leaf !== undefined && paths.includes(path) && hasName(leaf, host);
  return namedPairs(pki).some(({ presented }) => covers(presented, host)) || pki.roles.some(isFor);
}

const covers = ({ material }: Presented, host: string): boolean =>
  material.state === 'known' && hasName(material.value.leaf, host);
