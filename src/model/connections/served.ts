/** What a server shows to whoever dials it by a name. */
import { componentNamed, lastArgument } from '../../core/arguments.ts';
import { hostPath } from '../../core/mounts.ts';
import { verifyHostname } from '../../x509/host-name.ts';
import { type LeafChain, loadKeyPair, loadLeafChain } from '../../x509/load.ts';
import { readAddress } from '../host.ts';
import { fileId, slotId } from '../ids.ts';
import type { Pki } from '../pki.ts';
import { seenOfFile, sourceAt } from '../source.ts';
import { on, type Shown, shownBy } from './ends.ts';

/** The end that serves `role` on a node; for kube-apiserver the one that it picks for the name dialled. */
export function servedBy(pki: Pki, role: string, host: string | undefined): Shown {
  const held = pki.roles.find((one) => one.id === role);
  if (held === undefined) throw new Error(`no role ${role} in the tables`);
  return (role === 'kube-apiserver' && host !== undefined ? servedForName(pki, host) : undefined) ?? shownBy(pki, held);
}

const etcdPairs: readonly string[] = ['kube-etcd', 'kube-etcd-peer'];

/** What else a server loads before it listens at all: etcd both its pairs (etcd server/embed/etcd.go, StartEtcd). */
export function loadedBefore(pki: Pki, role: string): readonly Shown[] {
  const others = etcdPairs.includes(role) ? etcdPairs.filter((one) => one !== role) : [];
  return others.map((one) => servedBy(pki, one, undefined));
}

/**
 * The pair of `--tls-sni-cert-key` (`certificate,key` or `certificate,key:name,name`) for a name: by its own names where
 * it lists any, else by the certificate's (k8s.io/apiserver pkg/server/dynamiccertificates/named_certificates.go).
 */
function servedForName(pki: Pki, host: string): Shown | undefined {
  for (const slot of pki.slots) {
    if (slot.row.holds !== 'sni-pair' || slot.argument?.value === undefined) continue;
    const [, cert = '', key = '', names] = /^([^,]+),([^:]+)(?::(.*))?$/.exec(slot.argument.value) ?? [];
    const path = hostPath(slot.component, cert);
    if (!path?.startsWith('/')) continue;
    const { pem } = sourceAt(pki.node, path);
    const keyPem = sourceAt(pki.node, hostPath(slot.component, key) ?? '').pem;
    const loaded = pem && (keyPem ? loadKeyPair(pem, keyPem) : loadLeafChain(pem));
    if (!loaded?.ok) continue;
    const fits =
      names === undefined
        ? fitsCertificate(loaded.value, host)
        : names.split(',').some((one) => fitsPattern(one, host));
    if (!fits) continue;
    const blames = [slotId(slot), fileId(path)].map((id) => on(pki, id));
    return { has: { state: 'known', value: loaded.value }, blames, at: slot.argument.at };
  }
  return undefined;
}

const fitsCertificate = ({ leaf }: LeafChain, host: string): boolean => verifyHostname(leaf, host) === undefined;

/** A client sends no name for an address: then the server goes by the address at which it was dialled. */
function fitsPattern(pattern: string, host: string): boolean {
  if (pattern === host) return true;
  return (
    readAddress(host) === undefined && pattern.startsWith('*.') && pattern.slice(1) === host.slice(host.indexOf('.'))
  );
}

/**
 * What a kubelet serves: `tlsCertFile`, else the certificate that it was signed, else its own self-signed one
 * (k8s.io/kubernetes cmd/kubelet/app/server.go, InitializeTLS).
 */
export function servedByKubelet(pki: Pki): Shown {
  const kubelet = componentNamed(pki.node, 'kubelet');
  const value = (flag: string) => (kubelet && lastArgument(kubelet, flag)?.value) || undefined;
  const folder = value('cert-dir') ?? '/var/lib/kubelet/pki';
  const signed = `${folder}/kubelet-server-current.pem`;
  const bootstraps =
    value('rotate-server-certificates') === 'true' || seenOfFile(pki.node.files.get(signed)) === 'present';
  const path = value('tls-cert-file') ?? (bootstraps ? signed : `${folder}/kubelet.crt`);
  const source = sourceAt(pki.node, path);
  const end = { blames: [on(pki, fileId(path))], at: { path } };
  const loaded = source.pem && loadLeafChain(source.pem);
  if (loaded?.ok) return { ...end, has: { state: 'known', value: loaded.value } };
  if (loaded) return { ...end, has: { state: 'broken', reason: loaded.error } };
  // A kubelet that finds none makes one.
  return { ...end, has: { state: 'unknown', reason: `${path}: ${source.reason ?? 'not seen'}` } };
}
