/**
 * Whether a cluster has a CA for servers and another for clients, or one for members of etcd. Only its files show that.
 */
import { componentNamed, flagValue } from '../artifact/arguments.ts';
import type { Certificate } from '../artifact/certificate.ts';
import type { NodeLayout } from '../artifact/layout.ts';
import type { ScannedNode } from '../artifact/node.ts';
import { hostPath } from '../artifact/paths.ts';
import { certificatesInPem } from '../artifact/pem-blocks.ts';
import { buildChain } from '../x509/verify/chain.ts';
import { limitSignatures, signaturesOfQuestion } from '../x509/verify/signature-limit.ts';

/**
 * Returns the layout for separate CAs, if its layout has some: where the certificate of kube-apiserver is signed by the
 * CA that pods get (`--root-ca-file`), and not by that of clients (`--client-ca-file`), and where that of an etcd
 * member is signed by the CA of members (`--peer-trusted-ca-file`), and not by that of clients (`--trusted-ca-file`).
 * Otherwise the layout itself.
 */
export function layoutByCas<L extends NodeLayout>(node: ScannedNode<L>): L {
  const { separate } = node.layout;
  if (separate === undefined) return node.layout;
  const isSeparate = (leaf: Argument, own: Argument, clients: Argument) =>
    limitSignatures(signaturesOfQuestion, () => isSignedOnlyBy(node, leaf, own, clients)) === true;
  const servers = isSeparate(
    ['kube-apiserver', 'tls-cert-file'],
    ['kube-controller-manager', 'root-ca-file'],
    ['kube-apiserver', 'client-ca-file'],
  );
  const peers = isSeparate(['etcd', 'peer-cert-file'], ['etcd', 'peer-trusted-ca-file'], ['etcd', 'trusted-ca-file']);
  const chosen = servers && peers ? separate.both : servers ? separate.servers : peers ? separate.peers : node.layout;
  return chosen as L;
}

/** A component and a flag. */
type Argument = readonly [component: string, flag: string];

/** Whether the file of an argument has a certificate that is signed by that of `own`, and not by that of `other`. */
function isSignedOnlyBy(node: ScannedNode, file: Argument, own: Argument, other: Argument): boolean {
  const [leaf, ...intermediates] = certificatesOf(node, file);
  const others = certificatesOf(node, other);
  const isSignedBy = (anchors: readonly Certificate[]) =>
    leaf !== undefined && buildChain(leaf, intermediates, anchors) !== undefined;
  return others.length > 0 && isSignedBy(certificatesOf(node, own)) && !isSignedBy(others);
}

function certificatesOf(node: ScannedNode, [name, flag]: Argument): readonly Certificate[] {
  const component = componentNamed(node, name);
  const path = component && hostPath(component, flagValue(node, name, flag) ?? '');
  const content = node.files.get(path ?? '')?.content;
  return certificatesInPem(content?.type === 'pem' ? content.pem : undefined);
}
