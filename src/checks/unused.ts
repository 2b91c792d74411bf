/** What lies among the certificates and is read by nobody. */
import { componentNamed } from '../core/arguments.ts';
import type { Component, NodeFile } from '../core/artifact.ts';
import { hostPath } from '../core/mounts.ts';
import { count, handful } from '../core/text.ts';
import type { Pki } from '../model/pki.ts';
import { mostTold } from './access.ts';
import { check, notApplicable, problem } from './check.ts';

/** Certificates, private keys and kubeconfigs: a public key, a request or a note may lie wherever it likes. */
function isCredential(file: NodeFile | undefined): boolean {
  const content = file?.content;
  if (content?.type === 'kubeconfig') return true;
  return (
    content?.type === 'pem' && content.pem.blocks.some(({ type }) => type === 'certificate' || type === 'private-key')
  );
}

/** Every path in the value of an argument, whatever the argument is for: `CERT,KEY:NAME`, `KEY=PATH`. */
function namedBy(component: Component): readonly string[] {
  return component.arguments.flatMap(({ value = '' }) =>
    value.split(/[,:=]/).flatMap((part) => (part.startsWith('/') ? hostPath(component, part) : [])),
  );
}

/** The documented places. What lies there is not stray: where an argument leads elsewhere, other rules speak of it. */
function documentedPaths({ authorities, roles, serviceAccount, node }: Pki): readonly string[] {
  const rows = roles.flatMap((role) => (role.kind === 'certificate' ? [role.row.certificate, role.row.key] : []));
  const { private: secret, public: known } = serviceAccount.row;
  const own = [...authorities.flatMap(({ row }) => [row.certificate, row.key]), ...rows, secret, known];
  return [...own.map((path) => `${node.pki}/${path}`), ...authorities.map(({ key }) => key.path)];
}

/** Credentials in the PKI directory that no argument, role or kubeconfig names; told together. */
export const credentialsUsed = check('node', function* (pki) {
  const { node } = pki;
  if (componentNamed(node, 'kube-apiserver') === undefined && componentNamed(node, 'kubelet') === undefined) {
    return yield notApplicable('what reads them was not seen');
  }
  const resolved = (paths: readonly string[]) =>
    new Set(paths.flatMap((path) => [path, node.files.get(path)?.realPath ?? path]));
  const unusedBy = (used: ReadonlySet<string>) => (path: string) =>
    !used.has(path) && !used.has(node.files.get(path)?.realPath ?? path);
  const stray = node.pkiFiles
    .filter(unusedBy(resolved([...pki.uses.keys(), ...documentedPaths(pki)])))
    .filter((path) => isCredential(node.files.get(path)));
  const unused = stray.length === 0 ? [] : stray.filter(unusedBy(resolved(node.components.flatMap(namedBy))));
  const [first] = unused;
  if (first === undefined) return;
  const related =
    unused.length < 2
      ? []
      : unused.slice(0, mostTold).map((path) => ({ path, subject: path, message: 'nothing that was seen reads it' }));
  const data = { count: count(unused.length, 'file'), paths: handful(unused, 3) };
  yield problem({ path: node.pki }, data, { related });
});
