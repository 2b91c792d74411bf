import type { NodeTree } from '../../support/node-tree.ts';

/** Removes the client certificate and puts lines in its place. */
export const credential =
  (file: string, ...lines: readonly string[]) =>
  (node: NodeTree): NodeTree =>
    node.edit(file, (all) =>
      all.replace(
        /^ +client-certificate-data: .*\n +client-key-data: .*\n/m,
        lines.map((line) => `    ${line}\n`).join(''),
      ),
    );
