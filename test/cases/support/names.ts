import type { NodeTree } from '../../support/node-tree.ts';

/** Makes kubeconfigs dial a different server. */
export const dialling =
  (server: string, ...files: readonly string[]) =>
  (node: NodeTree) => {
    for (const file of files) node.edit(file, (text) => text.replace(/server: .*/, `server: ${server}`));
  };

export const ownComponents = ['controller-manager.conf', 'scheduler.conf'];
