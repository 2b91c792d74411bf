/** Where a kubelet keeps the certificates that it renews by itself. */
import { componentNamed, lastArgument } from '../core/arguments.ts';
import type { ScannedNode } from '../core/artifact.ts';

/** The folder that a kubelet keeps its certificates in (`--cert-dir`, by default `pki` in `--root-dir`). */
export function certificateFolder(node: Pick<ScannedNode, 'components'>): string {
  const kubelet = componentNamed(node, 'kubelet');
  const value = (flag: string) => (kubelet && lastArgument(kubelet, flag)?.value) || undefined;
  return value('cert-dir') ?? `${value('root-dir') ?? '/var/lib/kubelet'}/pki`;
}

/** The link to the credential that is in force (client-go util/certificate/certificate_store.go). */
export function currentCredential(node: Pick<ScannedNode, 'components'>): string {
  return `${certificateFolder(node)}/kubelet-client-current.pem`;
}
