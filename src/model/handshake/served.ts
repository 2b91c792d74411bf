/** What a server presents to clients that dial it by a name. */

import { componentNamed, flagValue } from '../../core/arguments.ts';
import { hostPath } from '../../core/paths.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { verifyHostname } from '../../x509/host-name.ts';
import { isLoopback, readAddress } from '../facts/host.ts';
import { etcdSides, makesCertificate } from '../roles/etcd-listeners.ts';
import type { Pki } from '../roles/pki.ts';
import { authorityId, fileId, keyPairId, roleId, type Slot, slotId } from '../roles/slots.ts';
import { sourceAt } from '../roles/source.ts';
import { isAt, isSecure, urlsOf } from './addresses.ts';
import {
  broken,
  endOf,
  idsOfSlotAndFile,
  none,
  type Presented,
  pairOf,
  pathless,
  presentedBy,
  unknown,
  unread,
} from './ends.ts';
import { clientPair } from './etcd.ts';

/** What serves `role` on a node presents; kube-apiserver picks a certificate by the name that is dialled. */
export function servedBy(pki: Pki, id: string, host: string | undefined): Presented {
  const role = pki.roles.find((one) => one.id === id);
  if (role === undefined) throw new Error(`no role ${id} in the tables`);
  const presented = presentedBy(pki, role);
  const isGiven = presented.material.state !== 'none';
  const usual = isGiven ? presented : { ...presented, material: withoutCertificate(pki, id) };
  return id === roleIds.apiServer && host !== undefined ? servedForName(pki, host, usual) : usual;
}

/** What a server presents that is given no certificate. */
function withoutCertificate(pki: Pki, role: string): Presented['material'] {
  if (role === roleIds.apiServer) {
    if (componentNamed(pki.node, role) === undefined) return unknown(`${role} was not seen`);
    // k8s.io/apiserver pkg/server/options/serving.go, MaybeDefaultWithSelfSignedCerts
    const folder = flagValue(pki.node, role, 'cert-dir');
    return folder === undefined
      ? none('no --tls-cert-file')
      : unknown(`it takes apiserver.crt from ${folder}, if there`);
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
 * What else a server loads before it listens at all: every file that it is given; etcd both its pairs (etcd
 * server/embed/etcd.go, StartEtcd) and its client pairs, kube-apiserver the pairs of `--tls-sni-cert-key`.
 */
export function loadedBefore(pki: Pki, role: string): readonly Presented[] {
  const known = loadedByRole.get(pki) ?? new Map<string, readonly Presented[]>();
  const files = known.get(role) ?? loadedFor(pki, role);
  loadedByRole.set(pki, known.set(role, files));
  return files;
}

/** Most connections lead to one server. */
const loadedByRole = new WeakMap<Pki, Map<string, readonly Presented[]>>();

function loadedFor(pki: Pki, role: string): readonly Presented[] {
  const isEtcd = etcdPairs.includes(role);
  const missing = missingFiles(pki, isEtcd ? 'etcd' : role);
  if (!isEtcd) return [...missing, ...namedPairs(pki).map(({ presented }) => presented)];
  const others = etcdPairs.filter((one) => one !== role).map((one) => servedBy(pki, one, undefined));
  return [...missing, ...others, ...etcdSides.flatMap((side) => clientPair(pki, side) ?? [])];
}

/** The ids that a role can have: of a certificate and of a CA, or of the service account keys. */
function idsOfRole(role: string | null): readonly string[] {
  if (role === null) return [];
  return role === roleIds.serviceAccount ? [keyPairId] : [roleId(role), authorityId(role)];
}

/** The arguments of a component that name a file that is not there. */
function missingFiles(pki: Pki, component: string): readonly Presented[] {
  return pki.slots.flatMap((slot): Presented[] => {
    const { path, argument, row } = slot;
    if (slot.component.name !== component || argument === undefined) return [];
    const missing = pathless(slot) ?? (path === undefined ? undefined : unread(sourceAt(pki.node, path)));
    const ids = [...idsOfSlotAndFile(slot), ...idsOfRole(row.role)];
    return missing === undefined ? [] : [endOf(pki, ids, argument.at, missing)];
  });
}

export interface NamedPair {
  readonly presented: Presented;
  /** Names given with it, which take precedence over those of any certificate. */
  readonly given: readonly string[];
}

/** The pairs of `--tls-sni-cert-key`: `certificate,key` or `certificate,key:name,name`. */
export function namedPairs(pki: Pki): readonly NamedPair[] {
  return pki.slots.flatMap((slot): NamedPair[] => {
    const { argument, row } = slot;
    if (row.holds !== 'sni-pair') return [];
    const parts = /^([^,]+),([^:]+)(?::(.*))?$/.exec(argument?.value ?? '');
    if (!argument || !parts) return [];
    const [, certificate = '', key = '', names] = parts;
    const paths = [certificate, key].map((path) => hostPath(slot.component, path));
    const ids = [slotId(slot), ...paths.map(fileId)];
    const presented = endOf(pki, ids, argument.at, pairAt(pki, slot, paths));
    return [{ presented, given: names?.split(',') ?? [] }];
  });
}

function pairAt(pki: Pki, { argument }: Slot, paths: readonly string[]): Presented['material'] {
  const [certificate, key] = paths.map((path) => (path.startsWith('/') ? sourceAt(pki.node, path) : undefined));
  if (!certificate || !key) return unknown(`${argument?.value}: not seen`);
  return unread(certificate) ?? pairOf(certificate, key);
}

/** What is served to a client that dials `host`. */
function servedForName(pki: Pki, host: string, usual: Presented): Presented {
  const pairs = namedPairs(pki);
  if (pairs.length === 0) return usual;
  const address = readAddress(host);
  // A client sends no address as the server name: the server uses its own, on which the connection came in.
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

/** The names of a certificate that count if none are given: no addresses. */
function ownNames({ material }: Presented): readonly string[] {
  if (material.state !== 'known') return [];
  const { subject, sans } = material.value.leaf;
  const names = (sans ?? []).flatMap(({ type, value }) => (type === 'DNS' ? [value] : []));
  const common = subject.commonName;
  return readAddress(common) === undefined && common !== '' ? [common, ...names] : names;
}

/** Whether a pair of `--tls-sni-cert-key` has a certificate for a name. */
export function hasPairFor(pki: Pki, host: string): boolean {
  return namedPairs(pki).some(({ presented }) => covers(presented, host));
}

const covers = ({ material }: Presented, host: string): boolean =>
  material.state === 'known' && verifyHostname(material.value.leaf, host) === undefined;
