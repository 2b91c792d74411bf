import { makeAuthority } from '../../support/issue.ts';
import type { NodeTree } from '../../support/node-tree.ts';

/** An intermediate between a CA of the node and its leaves. */
export const between = (node: NodeTree, name: string) => makeAuthority(name, {}, node.authority('kubernetes-ca'));
