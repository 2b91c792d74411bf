import { type Report, ruleDocs } from '../../../src/index.ts';
import { type CorpusName, corpus } from '../../support/corpus.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { isAuthority, isKubeconfig, type Role, roles } from '../../support/roles.ts';

const day = 24 * 60 * 60 * 1000;

/** The roles of which the node has a certificate. */
export function rolesOf(node: NodeTree): readonly Role[] {
  return roles.filter((role) => {
    try {
      return node.certificate(role) !== '';
    } catch {
      return false;
    }
  });
}

/** A real node with the validity of its certificates moved to now, for programs that ask the machine's clock. */
export async function freshNode(name: CorpusName): Promise<NodeTree> {
  const node = await corpus(name);
  const notBefore = new Date(Date.now() - day);
  for (const role of rolesOf(node)) {
    node.issue(role, { notBefore, notAfter: new Date(notBefore.getTime() + (isAuthority(role) ? 3650 : 365) * day) });
    if (isKubeconfig(role)) {
      node.editKubeconfig(role, { certificateAuthority: node.certificate('kubernetes-ca') });
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

/** All that the errors say of themselves, and of what fails because of them. */
export const errorWords = (report: Report): string =>
  report.findings
    .filter(({ severity }) => severity === 'error')
    .flatMap(({ rule, message, found, related }) => [
      message,
      found,
      ...related.map((one) => one.message),
      ruleDocs.find(({ id }) => id === rule)?.fails,
    ])
    .join('\n');
