/** A copy without keys: the two files of its archive, and the node in them. */
import type { Content } from '../../artifact/file.ts';
import type { Layouts, NodeLayout } from '../../artifact/layout.ts';
import type { Collection, ScannedNode } from '../../artifact/node.ts';
import { type Strictness, strictest } from '../../artifact/strictness.ts';
import { UserError } from '../../core/errors.ts';
import { copyFiles } from '../fs/copy-files.ts';
import { countOf } from '../fs/limits.ts';
import {
  anyText,
  type Codec,
  type CopyReading,
  constant,
  FormatError,
  items,
  type Json,
  number,
  optional,
  record,
  time,
} from './codec.ts';
import type { CollectedFile } from './file.ts';
import { type NodeInCopy, node as nodeCodec, shownByNode } from './node.ts';

/** What is written and read changes with this number. */
const format = 1;

interface Header {
  readonly format: 1;
  readonly about: string;
  readonly collection: Collection;
}

const collection: Codec<Collection> = record<Collection>({
  version: anyText,
  at: time,
  host: optional(anyText),
  withheld: items(record<Collection['withheld'][number]>({ what: anyText, count: number })),
});

const header = record<Header>({ format: constant(format), about: anyText, collection });

const about =
  'A copy of a node for pki-lint, made by pki-lint collect. It has what was read of certificates, public keys, ' +
  'kubeconfigs, manifests, units and configurations, and no private key, token, password or environment value.';

/** Returns the files of a copy, by name. */
export function copyOf(scanned: ScannedNode, made: Collection): readonly (readonly [name: string, content: string])[] {
  const { layout, files, ...rest } = scanned;
  const { name, dataDir } = layout;
  const node: NodeInCopy = {
    ...rest,
    layout: { name, ...(dataDir && { dataDir }) },
    files: [...files.values()],
  };
  return [
    [copyFiles.header, shown(header.write({ format, about, collection: made }))],
    [copyFiles.node, shown(nodeCodec.write(node))],
  ];
}

const readingWith = (strictness: Strictness): CopyReading => ({ strictness, known: new Map() });

const shown = (json: Json | undefined): string => `${JSON.stringify(json, null, 1)}\n`;

/** A copy as it was found: its files were not checked. */
export interface FoundCopy {
  readonly header: Uint8Array;
  readonly node: Uint8Array;
}

/** Returns who made a copy, when, and what it leaves out. @throws UserError if it is of another format, or broken */
function collectionOf(found: FoundCopy): Collection {
  const json = parse(found.header, copyFiles.header);
  const made = (json as { format?: unknown } | null)?.format;
  if (made !== format) {
    const hint = 'lint it with the release of pki-lint that made it, or collect it again with this one';
    const other = typeof made === 'number' ? `${made}, ` : '';
    throw new UserError(`a copy of another format (${other}this pki-lint reads ${format})`, hint);
  }
  return checked(copyFiles.header, () => header.read(json, readingWith(strictest))).collection;
}

/** Where a copy was found. */
export interface CopyPlace {
  readonly label: string;
  readonly rootfs: string;
  /** Returns the name of a path in reports. */
  readonly describe: (path: string) => string;
}

/** How a copy is read. */
export interface CopyOptions<L extends NodeLayout> {
  readonly layouts: Layouts<L>;
  readonly strictness: (shown: Pick<ScannedNode, 'components' | 'shownRelease'>) => Strictness;
  readonly findsComments: boolean;
}

/**
 * Reads the node of a copy.
 *
 * @throws UserError if it was not written by `pki-lint collect`
 */
export function nodeOfCopy<L extends NodeLayout>(
  found: FoundCopy,
  { label, rootfs, describe }: CopyPlace,
  { layouts, strictness, findsComments }: CopyOptions<L>,
): ScannedNode<L> {
  const collected = collectionOf(found);
  limit(found.node);
  const json = parse(found.node, copyFiles.node);
  const read = <T>(codec: Codec<T>, reading: CopyReading) => checked(copyFiles.node, () => codec.read(json, reading));
  // How strictly certificates are read depends on the components.
  const own = strictness(read(shownByNode, readingWith(strictest)));
  const { files, layout, ...rest } = read(nodeCodec, readingWith(own));
  const shared = sharedContents();
  const named = files.map(({ comments, ...file }) => ({
    ...shared(file),
    ...(findsComments && comments && { comments }),
    file: describe(file.path),
  }));
  return {
    ...rest,
    label,
    rootfs,
    layout: layoutNamed(layout, layouts),
    files: new Map(named.map((file) => [file.path, file])),
    collected,
  };
}

/** Of a node; a scan has half of them, but a copy repeats what a file and a kubeconfig have. */
const most = { 'files and links': ['"links"', 50_000], 'certificates and keys': ['"label"', 20_000] } as const;

/** @throws UserError for a copy that would take minutes to read; no node has so much */
function limit(node: Uint8Array): void {
  for (const [what, [key, count]] of Object.entries(most))
    if (countOf(node, key, count) > count) throw new UserError(`${copyFiles.node}: more than ${count} ${what}`, again);
}

/** Returns a function that gives the names of one file one content, as a scan does: that is how checks know them. */
function sharedContents() {
  const known = new Map<string, Content>();
  return (file: Omit<CollectedFile, 'comments'>): Omit<CollectedFile, 'comments'> => {
    const { realPath, content } = file;
    if (realPath === undefined || content?.type !== 'pem') return file;
    const first = known.get(realPath) ?? content;
    known.set(realPath, first);
    return { ...file, content: first };
  };
}

function layoutNamed<L extends NodeLayout>({ name, dataDir }: NodeInCopy['layout'], layouts: Layouts<L>): L {
  const all = layouts.flatMap((one): NodeLayout[] => [one, ...Object.values(one.separate ?? {})]);
  const found = all.find((one) => one.name === name);
  if (found === undefined) throw new UserError(`a node of the layout ${name}, which this pki-lint does not know`);
  const isMoved = dataDir !== undefined && dataDir !== found.dataDir;
  return (isMoved ? (found.movedTo?.(dataDir) ?? found) : found) as L;
}

function parse(bytes: Uint8Array, name: string): Json {
  const json = parsedJson(Buffer.from(bytes).toString('utf8'));
  if (json === undefined) throw new UserError(`${name} is no JSON`, again);
  if (isDeep(json)) throw new UserError(`${name} has more than ${mostLevels} values in each other`, again);
  return json;
}

function parsedJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** What reads values calls itself for each level. A configuration has at most 100, and a few for each. */
const mostLevels = 1000;

function isDeep(json: Json): boolean {
  let level: readonly Json[] = [json];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > mostLevels) return true;
    level = level.flatMap((one): Json[] => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}

const again = 'it was changed or cut off: collect it again';

function checked<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof FormatError ? new UserError(`${name}: ${error.message}`, again) : error;
  }
}
