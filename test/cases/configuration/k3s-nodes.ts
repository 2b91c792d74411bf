/** Nodes of k3s with other settings. */
import { type KitName, kits } from '../../layouts/kits/index.ts';
import type { KitChanges } from '../../layouts/kits/kit.ts';
import type { NodeTree } from '../../support/node-tree.ts';

/** The configuration of k3s. */
export const config = '/etc/rancher/k3s/config.yaml';

/** Returns a change of it that adds lines. */
export const adding = (lines: string) => (text: string) => `${text}${lines}\n`;

/** Returns a node of a kit, with other files. */
export const nodeOf = (kit: string, index: number, files: KitChanges['files'] = {}): NodeTree => {
  const make = kits[kit as KitName].nodes[index];
  if (make === undefined) throw new Error(`no node ${index} of ${kit}`);
  return make({ files });
};
