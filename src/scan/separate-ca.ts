/** Whether a cluster has one CA for servers and another for clients. Only its files show that. */
import { componentNamed, flagValue } from '../artifact/arguments.ts';
import type { Certificate } from '../artifact/certificate.ts';
import type { NodeLayout } from '../artifact/layout.ts';
import type { ScannedNode } from '../artifact/node.ts';
import { hostPath } from '../artifact/paths.ts';
import { buildChain } from '../x509/chain.ts';
import { limitSignatures, signaturesOfQuestion } from '../x509/signature-limit.ts';

/**
 * Returns the layout for separate CAs, if its layout has one and the certificate of kube-apiserver is signed by the CA that pods
 * get (`--root-ca-file`), and not by that of clients (`--client-ca-file`); otherwise the layout itself.
 */
export function layoutByCas<L extends NodeLayout>(node: ScannedNode<L>): L {
  const { layout } = node;
  const { separate } = layout;
  if (separate === undefined) return layout;
  const certificatesOf = (name: string, flag: string): readonly Certificate[] => {
    const component = componentNamed(node, name);
    const path = component && hostPath(component, flagValue(node, name, flag) ?? '');
    const content = node.files.get(path ?? '')?.content;
    return content?.type !== 'pem'
      ? []
      : content.pem.blocks.flatMap((block) => (block.type === 'certificate' ? [block.certificate] : []));
  };
  const [leaf, ...intermediates] = certificatesOf('kube-apiserver', 'tls-cert-file');
  const isSignedBy = (anchors: readonly Certificate[]) =>
    leaf !== undefined && buildChain(leaf, intermediates, anchors) !== undefined;
  const servers = certificatesOf('kube-controller-manager', 'root-ca-file');
  const clients = certificatesOf('kube-apiserver', 'client-ca-file');
  const isSeparate = limitSignatures(
    signaturesOfQuestion,
    () => clients.length > 0 && isSignedBy(servers) && !isSignedBy(clients),
  );
  return isSeparate === true ? (separate as L) : layout;
}
