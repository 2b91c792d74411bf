import { type Report, ruleDocs } from '../../../src/index.ts';
import { type CorpusName, corpus } from '../../support/corpus.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { isAuthority, isKubeconfig, pathOf, type Role, roles } from '../../support/roles.ts';

const day = 24 * 60 * 60 * 1000;

/** The roles for which the node has a certificate. */
export function rolesOf(node: NodeTree): readonly Role[] {
  return roles.filter((role) => {
    try {
      return node.certificate(role) !== '';
    } catch {
      return false;
    }
  });
}

/** A real node whose certificates are valid now, for programs that use the system clock. */
export async function freshNode(name: CorpusName): Promise<NodeTree> {
  return freshen(await corpus(name));
}

/** Moves the validity of a node's certificates to now. With `other`, a node of the same cluster, its CAs are used. */
export function freshen(node: NodeTree, other?: NodeTree): NodeTree {
  const notBefore = new Date(Date.now() - day);
  for (const role of rolesOf(node)) {
    const days = isAuthority(role) ? 3650 : 365;
    if (isAuthority(role) && other) node.write(pathOf(role), other.certificate(role));
    else node.issue(role, { notBefore, notAfter: new Date(notBefore.getTime() + days * day) });
    if (isKubeconfig(role)) {
      node.editKubeconfig(role, { certificateAuthority: (other ?? node).certificate('kubernetes-ca') });
    }
  }
  return node;
}

/** The findings that are errors, as `rule@subject`, sorted. */
export const errorsOf = (report: Report): readonly string[] =>
  report.findings
    .filter((finding) => finding.severity === 'error')
    .map((finding) => `${finding.rule}@${finding.subject}`)
    .sort();

/** All text of the errors, including that of the failures they cause. */
export const errorWords = (report: Report): string =>
  report.findings
    .filter(({ severity }) => severity === 'error')
    .flatMap(({ rule, message, found, related }) => [
      message,
      found,
      ...related.flatMap((one) => [one.message, one.error ?? '']),
      ruleDocs.find(({ id }) => id === rule)?.fails,
    ])
    .join('\n');

/** The value of a flag in a static pod's manifest; '' if it is not set. */
export const flagOf = (node: NodeTree, component: string, flag: string): string =>
  new RegExp(`- --${flag}=(.*)`).exec(node.read(`manifests/${component}.yaml`))?.[1] ?? '';

/**
 * Remembers etcd's healthy pair. The returned function writes it as the pair of one more client, whatever has changed
 * since.
 */
export function keepEtcdClient(node: NodeTree, pair: string): () => void {
  const [certificate, key] = ['crt', 'key'].map((kind) => node.read(`pki/etcd/peer.${kind}`));
  return () => node.write(`pki/${pair}.crt`, certificate ?? '').write(`pki/${pair}.key`, key ?? '');
}
