/** Compares documents by their values. */
import type { YamlNode } from './yaml-node.ts';

/** Returns a text that is the same for documents with the same values, whatever their order and layout. */
export function canonicalText(node: YamlNode): string {
  if (node.kind === 'scalar') return JSON.stringify([node.type, node.text]);
  if (node.kind === 'sequence') return `[${node.items.map(canonicalText).join()}]`;
  const entries = [...node.entries].map(([key, value]) => `${JSON.stringify(key)}:${canonicalText(value)}`);
  return `{${entries.toSorted().join()}}`;
}
