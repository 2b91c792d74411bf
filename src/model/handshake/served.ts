/** What a server shows to whoever dials it by a name. */

import { componentNamed } from '../../core/arguments.ts';
import { hostPath } from '../../core/paths.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { verifyHostname } from '../../x509/host-name.ts';
import { loadKeyPair, loadLeafChain } from '../../x509/load.ts';
import { isLoopback, readAddress } from '../facts/host.ts';
import { etcdSides, makesCertificate } from '../roles/etcd-listeners.ts';
import type { Pki } from '../roles/pki.ts';
import { authorityId, fileId, keyPairId, roleId, type Slot, slotId } from '../roles/slots.ts';
import { sourceAt } from '../roles/source.ts';
import { flagOf, isAt, isSecure, urlsOf } from './addresses.ts';
import { fromLoaded, idOnNode, idsOfSlot, pathless, type Shown, shownBy, unread } from './ends.ts';
import { clientPair } from './etcd.ts';

/** The end that serves `role` on a node; for kube-apiserver the one that it picks for the name dialled. */
export function servedBy(pki: Pki, role: string, host: string | undefined): Shown {
  const found = pki.roles.find((one) => one.id === role);
  if (found === undefined) throw new Error(`no role ${role} in the tables`);
  const shown = shownBy(pki, found);
  const usual = shown.has.state === 'none' ? { ...shown, has: withoutCertificate(pki, role) } : shown;
  return role === roleIds.apiServer && host !== undefined ? servedForName(pki, host, usual) : usual;
}

/** What becomes of a server that is given no certificate. */
function withoutCertificate(pki: Pki, role: string): Shown['has'] {
  if (role === roleIds.apiServer) {
    if (componentNamed(pki.node, role) === undefined) return { state: 'unknown', reason: `${role} was not seen` };
    // k8s.io/apiserver pkg/server/options/serving.go, MaybeDefaultWithSelfSignedCerts
    const folder = flagOf(pki, role, 'cert-dir');
    if (folder !== undefined) return { state: 'unknown', reason: `it takes apiserver.crt from ${folder}, if there` };
    return { state: 'none', reason: 'no --tls-cert-file' };
  }
  const etcd = componentNamed(pki.node, 'etcd');
  if (etcd === undefined) return { state: 'unknown', reason: 'etcd was not seen' };
  const side = role === roleIds.etcdServer ? '' : 'peer-';
  if (makesCertificate(etcd, side)) return { state: 'none', reason: `--${side}auto-tls` };
  const flag = `listen-${side === '' ? 'client' : 'peer'}-urls`;
  if (!urlsOf(pki, 'etcd', flag).some(isSecure)) return { state: 'none', reason: `no --${side}cert-file` };
  return { state: 'broken', reason: `TLS key/cert (--${side}cert-file, --${side}key-file) must be provided` };
}

const etcdPairs: readonly string[] = [roleIds.etcdServer, roleIds.etcdPeer];

/**
 * What else a server loads before it listens at all: every file that it is given; etcd both its pairs (etcd
 * server/embed/etcd.go, StartEtcd) and what it shows as a client, kube-apiserver the pairs of `--tls-sni-cert-key`.
 */
export function loadedBefore(pki: Pki, role: string): readonly Shown[] {
  const known = asked.get(pki) ?? new Map<string, readonly Shown[]>();
  const files = known.get(role) ?? loadedFor(pki, role);
  asked.set(pki, known.set(role, files));
  return files;
}

/** Most connections lead to one server. */
const asked = new WeakMap<Pki, Map<string, readonly Shown[]>>();

function loadedFor(pki: Pki, role: string): readonly Shown[] {
  const isEtcd = etcdPairs.includes(role);
  const missing = missingFiles(pki, isEtcd ? 'etcd' : role);
  if (!isEtcd) return [...missing, ...namedPairs(pki).map(({ shown }) => shown)];
  const others = etcdPairs.filter((one) => one !== role).map((one) => servedBy(pki, one, undefined));
  return [...missing, ...others, ...etcdSides.flatMap((side) => clientPair(pki, side) ?? [])];
}

/** What a role may be: that of a certificate, of a CA, or of the keys of service accounts. */
function idsOfRole(role: string | null): readonly string[] {
  if (role === null) return [];
  return role === roleIds.serviceAccount ? [keyPairId] : [roleId(role), authorityId(role)];
}

/** The arguments of a component that name a file that is not there. */
function missingFiles(pki: Pki, component: string): readonly Shown[] {
  return pki.slots.flatMap((slot): Shown[] => {
    const { path, argument } = slot;
    if (slot.component.name !== component || argument === undefined) return [];
    const has = pathless<never>(slot) ?? (path === undefined ? undefined : unread<never>(sourceAt(pki.node, path)));
    const ids = [...idsOfSlot(slot), ...(path === undefined ? [] : [fileId(path)]), ...idsOfRole(slot.row.role)];
    return has === undefined ? [] : [{ has, owner: pki, blames: ids.map((id) => idOnNode(pki, id)), at: argument.at }];
  });
}

export interface NamedPair {
  readonly shown: Shown;
  /** Names given with it, which count before those of any certificate. */
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
    const blames = [slotId(slot), ...paths.map(fileId)].map((id) => idOnNode(pki, id));
    const has = pairAt(pki, slot, paths);
    return [{ shown: { has, owner: pki, blames, at: argument.at }, given: names?.split(',') ?? [] }];
  });
}

function pairAt(pki: Pki, { argument }: Slot, paths: readonly string[]): Shown['has'] {
  if (paths.some((path) => !path.startsWith('/'))) return { state: 'unknown', reason: `${argument?.value}: not seen` };
  const [certificate, key] = paths.map((path) => sourceAt(pki.node, path));
  const missing = certificate && unread(certificate);
  if (missing || !certificate?.pem) return (missing ?? { state: 'unknown', reason: 'not read' }) as Shown['has'];
  return fromLoaded(key?.pem ? loadKeyPair(certificate.pem, key.pem) : loadLeafChain(certificate.pem));
}

/** What is served to a client that dials `host`. */
export function servedForName(pki: Pki, host: string, usual: Shown): Shown {
  const pairs = namedPairs(pki);
  if (pairs.length === 0) return usual;
  const address = readAddress(host);
  // A client names no address: the server goes by its own, at which the connection came in.
  const name = address === undefined ? host.replace(/\.$/, '').toLowerCase() : localAddress(pki, host, address);
  const wildcard = address === undefined ? name.replace(/^[^.]*/, '*') : name;
  for (const wanted of [name, wildcard]) {
    const found =
      pairs.find(({ given }) => given.includes(wanted)) ??
      pairs.find(({ given, shown }) => given.length === 0 && ownNames(shown).includes(wanted));
    if (found) return found.shown;
  }
  if (address !== undefined || covers(usual, host)) return usual;
  return pairs.find(({ shown }) => covers(shown, host))?.shown ?? usual;
}

function localAddress(pki: Pki, host: string, address: string): string {
  return isLoopback(host) || isAt(pki, host) ? address : (pki.facts.advertiseAddress?.value ?? address);
}

/** The names of a certificate that count without being given: no addresses. */
function ownNames({ has }: Shown): readonly string[] {
  if (has.state !== 'known') return [];
  const { subject, sans } = has.value.leaf;
  const names = (sans ?? []).flatMap(({ type, value }) => (type === 'DNS' ? [value] : []));
  const common = subject.commonName;
  return readAddress(common) === undefined && common !== '' ? [common, ...names] : names;
}

/** Whether a pair of `--tls-sni-cert-key` has a certificate for a name. */
export function hasPairFor(pki: Pki, host: string): boolean {
  return namedPairs(pki).some(({ shown }) => covers(shown, host));
}

const covers = ({ has }: Shown, host: string): boolean =>
  has.state === 'known' && verifyHostname(has.value.leaf, host) === undefined;
