/**
 * Which node a request is for. Nothing in a request shows that if all nodes have the same name in it, as in that of the
 * scheduler. Nodes with one folder of requests would get the same private keys, so each request begins with its node.
 */
import { UserError } from '../../core/errors.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { readGivenFile } from '../../scan/input-file.ts';
import { requestTargets } from '../plan/action.ts';
import { isThere } from './output-dirs.ts';

const label = 'Node: ';

/**
 * A request in PEM after the name of its node. Readers of PEM skip text before the first block (RFC 7468, section 2).
 */
export function requestOf(node: string | undefined, pem: string): string {
  return node === undefined || /[\r\n]|-----/.test(node) ? pem : `${label}${node}\n${pem}`;
}

/**
 * Roles whose requests are in a folder of this machine.
 *
 * @param option the option that names the folder
 * @param node undefined: the name of the node is not known, and any request is accepted
 * @throws UserError for the request of a different node
 */
export function requestsIn(
  option: string,
  folder: string,
  { layout, roles }: Pick<Pki, 'layout' | 'roles'>,
  node: string | undefined,
): ReadonlySet<string> {
  const found = roles.map(({ id }) => id).filter((role) => isThere(requestTargets(folder, role, layout).target.path));
  for (const role of found) {
    const file = requestTargets(folder, role, layout).target.path;
    const [first = ''] = Buffer.from(readGivenFile(file, '/')).toString().split('\n', 1);
    const other = first.startsWith(label) ? first.slice(label.length) : node;
    if (node === undefined || other === node) continue;
    throw new UserError(
      `${file} is a request of ${other}, and this node is ${node}: with one directory both would get the same private key`,
      `use a separate directory for each node: ${option}`,
    );
  }
  return new Set(found);
}
