/** What a server shows to whoever dials it by a name. */
import { componentNamed } from '../../core/arguments.ts';
import { etcdSides, makesCertificate } from '../etcd.ts';
import { authorityId, fileId, keyPairId, roleId } from '../ids.ts';
import type { Pki } from '../pki.ts';
import { sourceAt } from '../source.ts';
import { flagOf, isSecure, urlsOf } from './addresses.ts';
import { idsOfSlot, on, pathless, type Shown, shownBy, unread } from './ends.ts';
import { clientPair } from './etcd.ts';
import { namedPairs, servedForName } from './server-names.ts';

/** The end that serves `role` on a node; for kube-apiserver the one that it picks for the name dialled. */
export function servedBy(pki: Pki, role: string, host: string | undefined): Shown {
  const held = pki.roles.find((one) => one.id === role);
  if (held === undefined) throw new Error(`no role ${role} in the tables`);
  const shown = shownBy(pki, held);
  const usual = shown.has.state === 'none' ? { ...shown, has: withoutCertificate(pki, role) } : shown;
  return role === 'kube-apiserver' && host !== undefined ? servedForName(pki, host, usual) : usual;
}

/** What becomes of a server that is given no certificate. */
function withoutCertificate(pki: Pki, role: string): Shown['has'] {
  if (role === 'kube-apiserver') {
    if (componentNamed(pki.node, role) === undefined) return { state: 'unknown', reason: `${role} was not seen` };
    // k8s.io/apiserver pkg/server/options/serving.go, MaybeDefaultWithSelfSignedCerts
    const folder = flagOf(pki, role, 'cert-dir');
    if (folder !== undefined) return { state: 'unknown', reason: `it takes apiserver.crt from ${folder}, if there` };
    return { state: 'none', reason: 'no --tls-cert-file' };
  }
  const etcd = componentNamed(pki.node, 'etcd');
  if (etcd === undefined) return { state: 'unknown', reason: 'etcd was not seen' };
  const side = role === 'kube-etcd' ? '' : 'peer-';
  if (makesCertificate(etcd, side)) return { state: 'none', reason: `--${side}auto-tls` };
  const flag = `listen-${side === '' ? 'client' : 'peer'}-urls`;
  if (!urlsOf(pki, 'etcd', flag).some(isSecure)) return { state: 'none', reason: `no --${side}cert-file` };
  return { state: 'broken', reason: `TLS key/cert (--${side}cert-file, --${side}key-file) must be provided` };
}

const etcdPairs: readonly string[] = ['kube-etcd', 'kube-etcd-peer'];

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
  return role === 'service-account' ? [keyPairId] : [roleId(role), authorityId(role)];
}

/** The arguments of a component that name a file that is not there. */
function missingFiles(pki: Pki, component: string): readonly Shown[] {
  return pki.slots.flatMap((slot): Shown[] => {
    const { path, argument } = slot;
    if (slot.component.name !== component || argument === undefined) return [];
    const has = pathless<never>(slot) ?? (path === undefined ? undefined : unread<never>(sourceAt(pki.node, path)));
    const ids = [...idsOfSlot(slot), ...(path === undefined ? [] : [fileId(path)]), ...idsOfRole(slot.row.role)];
    return has === undefined ? [] : [{ has, owner: pki, blames: ids.map((id) => on(pki, id)), at: argument.at }];
  });
}
