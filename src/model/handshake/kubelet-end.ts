/** What a kubelet serves to kube-apiserver. */
import { componentNamed, isOn } from '../../core/arguments.ts';
import { kubeconfigPath } from '../../tables/layouts.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { KubeconfigRow } from '../../tables/tables.ts';
import { loadKeyPair, loadLeafChain } from '../../x509/load.ts';
import { authorityOf, type Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';
import { kubeconfigFiles } from '../roles/role-files.ts';
import { componentId, fileId } from '../roles/slots.ts';
import { type PemSource, seenOfFile, sourceAt } from '../roles/source.ts';
import { flagOf } from './addresses.ts';
import { fromLoaded, idOnNode, type Shown } from './ends.ts';

/**
 * `tlsCertFile`, else the certificate that it was signed, else its own self-signed one
 * (k8s.io/kubernetes cmd/kubelet/app/server.go, InitializeTLS).
 */
export function servedByKubelet(pki: Pki): Shown {
  const kubelet = componentNamed(pki.node, 'kubelet');
  const [path, keyPath] = pairOf(pki);
  const source = sourceAt(pki.node, path);
  const ids = [fileId(path), fileId(keyPath), ...(kubelet ? [componentId(kubelet)] : [])];
  const end = { owner: pki, blames: ids.map((id) => idOnNode(pki, id)), at: { path } };
  if (bootstraps(pki) && flagOf(pki, 'kubelet', 'tls-cert-file') !== undefined) {
    return { ...end, has: { state: 'unknown', reason: 'it is given one certificate, and asks for another' } };
  }
  return { ...end, has: loaded(source, sourceAt(pki.node, keyPath)) };
}

function pairOf(pki: Pki): readonly [certificate: string, key: string] {
  const value = (flag: string) => flagOf(pki, 'kubelet', flag);
  const { folder: usual, certificates, server, selfSigned } = pki.layout.kubelet;
  const folder = value('cert-dir') ?? `${usual}/${certificates}`;
  const named = value('tls-cert-file');
  if (named !== undefined) return [named, value('tls-private-key-file') ?? named];
  const signed = `${folder}/${server}`;
  return bootstraps(pki) ? [signed, signed] : [`${folder}/${selfSigned.certificate}`, `${folder}/${selfSigned.key}`];
}

/** Whether the cluster signs what it serves: its settings say so; where they were not seen, the file does. */
function bootstraps(pki: Pki): boolean {
  const kubelet = componentNamed(pki.node, 'kubelet');
  if (kubelet && kubelet.unknown === undefined) return isOn(kubelet, 'rotate-server-certificates');
  const { folder: usual, certificates, server } = pki.layout.kubelet;
  const folder = flagOf(pki, 'kubelet', 'cert-dir') ?? `${usual}/${certificates}`;
  return seenOfFile(pki.node.files.get(`${folder}/${server}`)) === 'present';
}

/** A kubelet that finds no certificate makes one, and asks for one; a key that was not seen is taken to fit. */
function loaded({ pem, path, reason }: PemSource, key: PemSource): Shown['has'] {
  if (pem === undefined) return { state: 'unknown', reason: `${path}: ${reason ?? 'not seen'}` };
  const isKeySeen = key.pem?.blocks.some(({ type }) => type === 'private-key') ?? false;
  return fromLoaded(key.pem && isKeySeen ? loadKeyPair(pem, key.pem) : loadLeafChain(pem));
}

/** No table of the page has it; the name is the user that kube-proxy's default binding names (facts section E, row 13). */
const row: KubeconfigRow = {
  role: 'kube-proxy.conf',
  credential: '',
  cn: 'system:kube-proxy',
  o: [],
  usedBy: 'kube-proxy',
  on: 'any',
  optional: true,
  without: 'degraded',
  authorizedBy: 'user',
  anyGroup: false,
  renewed: false,
  kubeadm: [],
};

/** What plays the part of a role; undefined where there is no such kubeconfig. */
export function kubeProxy({ node, authorities }: Pki): Role | undefined {
  const path = kubeconfigPath(node.layout, row.role);
  if (node.files.get(path)?.state !== 'file') return undefined;
  return {
    ...kubeconfigFiles(node, [], { ...row, path }),
    applies: { answer: 'yes' },
    inUse: true,
    parent: authorityOf(authorities, roleIds.clusterCa),
    verified: undefined,
    signedBy: undefined,
  };
}
