/** What a kubelet presents to kube-apiserver. */
import { componentNamed, flagValue, isOn, kubeletCertificates } from '../../core/arguments.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { authorityOf, type Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';
import { kubeconfigFiles } from '../roles/role-files.ts';
import { componentId, fileId } from '../roles/slots.ts';
import { seenAt, sourceAt } from '../roles/source.ts';
import { endOf, type Presented, pairOf, unknown } from './ends.ts';

/**
 * Returns the certificate of `tlsCertFile`, else the one that the cluster signed, else the kubelet's self-signed one
 * (k8s.io/kubernetes cmd/kubelet/app/server.go, InitializeTLS).
 */
export function servedByKubelet(pki: Pki): Presented {
  const { server, selfSigned } = pki.layout.kubelet;
  const folder = kubeletCertificates(pki.node);
  const named = flagValue(pki.node, 'kubelet', 'tls-cert-file');
  const signed = `${folder}/${server}`;
  const kubelet = componentNamed(pki.node, 'kubelet');
  // The kubelet's settings say whether the cluster signs its certificate. If they are unknown, look for the file.
  const isSigned =
    kubelet && kubelet.unknown === undefined
      ? isOn(kubelet, 'rotate-server-certificates')
      : seenAt(pki.node, signed) === 'present';
  const usualPair = isSigned
    ? [signed, signed]
    : [`${folder}/${selfSigned.certificate}`, `${folder}/${selfSigned.key}`];
  const [path = '', keyPath = ''] =
    named === undefined ? usualPair : [named, flagValue(pki.node, 'kubelet', 'tls-private-key-file') ?? named];
  const material =
    isSigned && named !== undefined
      ? unknown('it is given one certificate, and asks for another')
      : servingPair(pki, path, keyPath);
  return endOf(pki, [fileId(path), fileId(keyPath), ...(kubelet ? [componentId(kubelet)] : [])], { path }, material);
}

/** A kubelet that finds no certificate generates one, or requests one. */
function servingPair({ node }: Pki, path: string, keyPath: string): Presented['material'] {
  const certificate = sourceAt(node, path);
  if (certificate.pem === undefined) return unknown(`${path}: ${certificate.reason ?? 'not seen'}`);
  const key = sourceAt(node, keyPath);
  const isKeySeen = key.pem?.blocks.some(({ type }) => type === 'private-key');
  return pairOf(certificate, isKeySeen ? key : undefined);
}

/** Returns kube-proxy's kubeconfig as a role; undefined if there is none. */
export function kubeProxy({ node, layout, authorities }: Pki): Role | undefined {
  const row = layout.undocumented.find(({ role }) => role === roleIds.kubeProxy);
  if (row === undefined || node.files.get(row.path)?.state !== 'file') return undefined;
  return {
    ...kubeconfigFiles(node, [], row),
    applies: { answer: 'yes' },
    inUse: true,
    parent: authorityOf(authorities, roleIds.clusterCa),
    verified: undefined,
    signedBy: undefined,
  };
}
