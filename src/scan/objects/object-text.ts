/** What can be seen of the text of an object before it is read. */
import type { BrokenDocument } from '../../artifact/objects/cluster-objects.ts';
import { isYamlError, parseYamlText } from '../parse/yaml.ts';
import { getItems, type YamlNode } from '../parse/yaml-node.ts';
import { scalarAt } from './object.ts';
import type { ObjectText } from './texts.ts';

/** The items of a list, which may be the whole document. */
export const itemsIn = (node: YamlNode | undefined): readonly YamlNode[] =>
  node?.kind === 'sequence' ? node.items : getItems(node, 'items');

/** Returns the kind that a text has at its outermost level, as far as that can be seen without parsing it. */
export function kindInText({ text, listed }: ObjectText): string | undefined {
  const indent = /^ */.exec(text)?.[0].length ?? 0;
  if (text[indent] === '{') return undefined;
  const key = `\n${text.slice(0, indent)}kind:`;
  const at = `\n${text}`.indexOf(key);
  if (at === -1) return text.includes('kind:') ? undefined : listed;
  return /^[ \t]+"?([A-Za-z]+)"?[ \t]*\r?(?:\n|$)/.exec(text.slice(at + key.length - 1, at + key.length + 199))?.[1];
}

/** etcd refuses what is larger than 1.5 MiB; a list in one text may be some times that. */
const mostOfObject = 8 * 1024 * 1024;

/** Parses the text of an object. */
export const parsedText = (text: string): ReturnType<typeof parseYamlText> =>
  text.length > mostOfObject ? { error: `too large for an object (${text.length} characters)` } : parseYamlText(text);

/** Whether a document is a template of Helm, which is not YAML before it is filled in. */
export const templateIn = (text: string): Pick<BrokenDocument, 'known'> =>
  /\{\{-?\s/.test(text) ? { known: 'a template of Helm' } : {};

/** Returns the kind that a text has. */
export function parsedKind({ text, listed }: ObjectText): string | undefined {
  const documents = parsedText(text);
  if (isYamlError(documents)) return undefined;
  const [node] = documents;
  return scalarAt(node, 'kind') ?? scalarAt(itemsIn(node)[0], 'kind') ?? listed;
}
