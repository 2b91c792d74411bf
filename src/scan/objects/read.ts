/** Reads a dump of a cluster's objects, file by file. */
import type { BrokenDocument, ClusterObjects } from '../../artifact/objects/cluster-objects.ts';
import { isYamlError, parseYamlText } from '../parse/yaml.ts';
import { getItems, getString, type YamlNode } from '../parse/yaml-node.ts';
import { timesIn } from './cluster-state.ts';
import type { ObjectIdentity } from './clusters.ts';
import { emptyLists, readers } from './kinds.ts';
import { type ReadObject, readObject, scalarAt } from './object.ts';
import { encryption } from './secrets.ts';
import { type ObjectText, objectTexts } from './texts.ts';
import { isUtf16, utf16Error } from './unread-text.ts';

/** Receives the files of a dump. */
export interface DumpReader {
  /** @param file its name in reports */
  readonly add: (file: string, bytes: Buffer) => void;
  /** Says why a file is not read. */
  readonly reject: (file: string, error: string) => void;
  readonly finish: () => ClusterObjects;
  /** The objects that were read. */
  readonly identities: readonly ObjectIdentity[];
}

/** Kinds that are counted by name: a cluster has a few hundred. */
const mostKinds = 1000;

/** Broken documents that are named. */
const mostBroken = 50;

/** The documents that are not read. Of encrypted Secrets in a file, and of parts of a template, one is named. */
function brokenList() {
  const all: BrokenDocument[] = [];
  const isNamed = ({ at: { path }, known }: BrokenDocument) =>
    known !== undefined && all.some((one) => one.at.path === path && one.known === known);
  return {
    all,
    add(found: BrokenDocument): void {
      if (all.length < mostBroken && !isNamed(found)) all.push(found);
    },
  };
}

/** Returns a reader for one dump. */
export function dumpReader(label: string): DumpReader {
  const into = emptyLists();
  const [counts, others] = [new Map<string, number>(), new Map<string, number>()];
  const broken = brokenList();
  const identities: ObjectIdentity[] = [];
  let newest: number | undefined;
  const addText = (file: string, object: ObjectText): void => {
    const known = kindInText(object);
    if (known !== undefined && (!mayBeRead(known) || isIdlePod(known, object.text))) {
      addTo(others, known);
      return;
    }
    const documents = parsedText(object.text);
    const before = object.line - 1;
    const placeOf = placesIn(file, before);
    if (isYamlError(documents)) {
      const at = { path: file, line: before + (documents.line ?? 1) };
      broken.add({ at, error: documents.error, ...templateIn(object.text) });
      return;
    }
    const [node] = documents;
    const items = itemsIn(node);
    const kind = getString(node, 'kind')?.text ?? object.listed;
    if (items.length === 0) addObject(node, kind, object.listed, placeOf);
    for (const item of items)
      addObject(item, getString(item, 'kind')?.text ?? kind?.replace(/List$/, ''), kind, placeOf);
  };
  const addObject = (
    node: YamlNode | undefined,
    kind: string | undefined,
    listed: string | undefined,
    placeOf: ReadObject['placeOf'],
  ): void => {
    if (node?.kind !== 'mapping' || kind === undefined || kind.endsWith('List')) return;
    const encrypted = encryption(kind, node);
    if (encrypted !== undefined) broken.add({ at: placeOf(node, ''), error: encrypted, known: encrypted });
    if (encrypted !== undefined) return;
    const reader = readers.get(kind);
    const read = reader && isOfGroup(node, reader.group, listed) ? readObject(node, kind, placeOf) : undefined;
    const isRead = read !== undefined && (reader?.isRead?.(read.meta) ?? true);
    addTo(isRead ? counts : others, kind);
    if (read === undefined) return;
    if (isRead) reader?.read(read, into);
    if (isRead) identities.push(...identityOf(read));
    newest = latest([newest, read.meta.created, ...timesIn(node)]);
  };
  const reject = (file: string, error: string) => broken.add({ at: { path: file, line: 1 }, error });
  return {
    add(file, bytes) {
      if (isUtf16(bytes)) reject(file, utf16Error);
      for (const text of objectTexts(bytes)) addText(file, text);
    },
    reject,
    finish: () => ({ label, ...into, counts, others, broken: broken.all, newest }),
    identities,
  };
}

/**
 * Whether a text is a pod that need not be parsed: there may be thousands. One that something owns is known by its
 * template, and one that names no Secret serves no certificate.
 */
const isIdlePod = (kind: string, text: string): boolean =>
  kind === 'Pod' && (text.includes('ownerReferences:') || !/secret/i.test(text));

/** @param before how many lines of the file precede the text of the object */
const placesIn =
  (file: string, before: number): ReadObject['placeOf'] =>
  ({ line, column, endLine, endColumn }, field) => ({
    path: file,
    line: line + before,
    column,
    endLine: endLine + before,
    endColumn,
    field,
  });

function identityOf({ meta: { kind, namespace, name, at }, node }: ReadObject): readonly ObjectIdentity[] {
  const uid = scalarAt(node, 'metadata', 'uid');
  const full = namespace === undefined ? name : `${namespace}/${name}`;
  return uid === undefined ? [] : [{ file: at.path, name: `${kind} ${full}`, uid }];
}

const mayBeRead = (kind: string): boolean => readers.has(kind) || kind.endsWith('List') || kind === 'SealedSecret';

function addTo(counts: Map<string, number>, kind: string): void {
  const name =
    /^[A-Za-z][A-Za-z0-9]{0,62}$/.test(kind) && (counts.has(kind) || counts.size < mostKinds) ? kind : 'other';
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

const latest = (times: readonly (number | undefined)[]): number | undefined => {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
};

function isOfGroup(node: YamlNode, group: string, listed: string | undefined): boolean {
  const version = scalarAt(node, 'apiVersion');
  if (version === undefined) return listed !== undefined;
  return (version.includes('/') ? version.slice(0, version.indexOf('/')) : '') === group;
}

/** Whether the beginning of a file shows that objects of a cluster are in it. */
export function hasObjects(bytes: Buffer): boolean {
  for (const text of objectTexts(bytes)) {
    const kind = kindInText(text) ?? parsedKind(text);
    const isObject = text.listed !== undefined || text.text.includes('apiVersion');
    if (kind === 'Pod') continue;
    if (isObject && kind !== undefined && (readers.has(kind) || kind.endsWith('List'))) return true;
  }
  return false;
}

/** The items of a list, which may be the whole document. */
const itemsIn = (node: YamlNode | undefined): readonly YamlNode[] =>
  node?.kind === 'sequence' ? node.items : getItems(node, 'items');

/** Returns the kind that a text has at its outermost level, as far as that can be seen without parsing it. */
function kindInText({ text, listed }: ObjectText): string | undefined {
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
const parsedText = (text: string): ReturnType<typeof parseYamlText> =>
  text.length > mostOfObject ? { error: `too large for an object (${text.length} characters)` } : parseYamlText(text);

/** Whether a document is a template of Helm, which is not YAML before it is filled in. */
const templateIn = (text: string): Pick<BrokenDocument, 'known'> =>
  /\{\{-?\s/.test(text) ? { known: 'a template of Helm' } : {};

/** Returns the kind that a text has. */
function parsedKind({ text, listed }: ObjectText): string | undefined {
  const documents = parsedText(text);
  if (isYamlError(documents)) return undefined;
  const [node] = documents;
  return scalarAt(node, 'kind') ?? scalarAt(itemsIn(node)[0], 'kind') ?? listed;
}
