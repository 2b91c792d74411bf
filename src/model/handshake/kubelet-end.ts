/** What a kubelet presents to kube-apiserver. */
import { componentNamed, isOn } from '../../core/arguments.ts';
import { kubeconfigPath } from '../../tables/layouts.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { KubeconfigRow } from '../../tables/tables.ts';
import { authorityOf, type Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';
import { kubeconfigFiles } from '../roles/role-files.ts';
import { componentId, fileId } from '../roles/slots.ts';
import { seenAt, sourceAt } from '../roles/source.ts';
import { flagOf } from './addresses.ts';
import { endOf, type Presented, pairOf, unknown } from './ends.ts';

/**
 * `tlsCertFile`, else the certificate that the cluster signed for it, else its own self-signed one
 * (k8s.io/kubernetes cmd/kubelet/app/server.go, InitializeTLS).
 */
export function servedByKubelet(pki: Pki): Presented {
  const kubelet = componentNamed(pki.node, 'kubelet');
  const [path, keyPath] = servingPaths(pki);
  const ids = [fileId(path), fileId(keyPath), ...(kubelet ? [componentId(kubelet)] : [])];
  return endOf(pki, ids, { path }, servingPair(pki, path, keyPath));
}

function servingPair(pki: Pki, path: string, keyPath: string): Presented['material'] {
  if (bootstraps(pki) && flagOf(pki, 'kubelet', 'tls-cert-file') !== undefined) {
    return unknown('it is given one certificate, and asks for another');
  }
  const certificate = sourceAt(pki.node, path);
  // A kubelet that finds no certificate generates one, or requests one.
  if (certificate.pem === undefined) return unknown(`${path}: ${certificate.reason ?? 'not seen'}`);
  const key = sourceAt(pki.node, keyPath);
  const isKeySeen = key.pem?.blocks.some(({ type }) => type === 'private-key');
  return pairOf(certificate, isKeySeen ? key : undefined);
}

function servingPaths(pki: Pki): readonly [certificate: string, key: string] {
  const named = flagOf(pki, 'kubelet', 'tls-cert-file');
  if (named !== undefined) return [named, flagOf(pki, 'kubelet', 'tls-private-key-file') ?? named];
  const { server, selfSigned } = pki.layout.kubelet;
  const folder = folderOf(pki);
  const signed = `${folder}/${server}`;
  return bootstraps(pki) ? [signed, signed] : [`${folder}/${selfSigned.certificate}`, `${folder}/${selfSigned.key}`];
}

function folderOf(pki: Pki): string {
  const { folder, certificates } = pki.layout.kubelet;
  return flagOf(pki, 'kubelet', 'cert-dir') ?? `${folder}/${certificates}`;
}

/** Whether the cluster signs its serving certificate: its settings say so; if they were not seen, the file shows it. */
function bootstraps(pki: Pki): boolean {
  const kubelet = componentNamed(pki.node, 'kubelet');
  if (kubelet && kubelet.unknown === undefined) return isOn(kubelet, 'rotate-server-certificates');
  return seenAt(pki.node, `${folderOf(pki)}/${pki.layout.kubelet.server}`) === 'present';
}

/** kube-proxy is not in the documented tables; the name is the user of its default binding (facts section E, row 13). */
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

/** kube-proxy's kubeconfig as a role; undefined if there is none. */
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
