/** Reads the content of a file. Its kind is detected by content, not by name. */

import { hash } from 'node:crypto';
import type { Content } from '../artifact/file.ts';
import type { Programs } from '../artifact/layout.ts';
import { isPemName } from '../artifact/paths.ts';
import type { IgnoredDocument } from '../artifact/pod-document.ts';
import type { PodTable } from '../artifact/pod-table.ts';
import { readPem } from '../x509/pem.ts';
import { readRevocationList } from '../x509/revocation-list.ts';
import type { ReadAs } from './components/node-files.ts';
import type { Parsed } from './fs/limits.ts';
import { canonicalText } from './parse/canonical.ts';
import { parseFirst } from './parse/first-document.ts';
import { isKubeconfig, isNamedKubeconfig, type PemReading, readKubeconfig } from './parse/kubeconfig.ts';
import { kubeconfigFault } from './parse/kubeconfig-decode.ts';
import { unreadContent } from './parse/packed.ts';
import { parseSettings } from './parse/setting.ts';
import { looksLikeTlsSecret, pemOfTlsSecret } from './parse/tls-secret.ts';
import { tokenFault } from './parse/token-file.ts';
import { isYamlError, parseYaml } from './parse/yaml.ts';
import { getString, type YamlError, type YamlNode } from './parse/yaml-node.ts';
import { misspelledFields } from './pods/decode.ts';
import { readOthers } from './pods/other-containers.ts';
import { hostPathsOf, isPod, nameOfPod, readPod } from './pods/pod.ts';
import { apiReference } from './pods/references.ts';
import { type PodRefusal, refusedPod, undecodedPod } from './pods/refused.ts';
import { sealed } from './seal.ts';

/** What a file's reader needs to know about its node. */
export interface Reading extends PemReading {
  readonly programs: Programs;
  readonly podTable: PodTable;
  /** Settings that were parsed, by path, because more than one component uses them. */
  readonly settings: Map<string, readonly YamlNode[] | YamlError>;
  /** Whether to look for comments that excuse findings. */
  readonly findsComments?: boolean | undefined;
  /** `false` for a copy on disk: its files were all created when it was copied. */
  readonly keepsCtimes?: boolean | undefined;
  /** The key of what is known about secrets: SubjectPublicKeyInfo of a CA. By default a random one. */
  readonly sealWith?: Uint8Array | undefined;
}

/** A reader for one kind of file. `match` is only a cheap guess, so `read` may find content of no known kind. */
interface Reader {
  readonly match: (file: Unread) => boolean;
  readonly parsed: Parsed;
  readonly read: (file: Unread, reading: Reading) => Content;
}

interface Unread {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly as: ReadAs;
}

/** The first match reads the file. */
const readers: readonly Reader[] = [
  { match: ({ as }) => as === 'text', parsed: 'nothing', read: () => ({ type: 'other' }) },
  { match: ({ as }) => as === 'settings' || as === 'sealed-settings', parsed: 'yaml', read: readSettings },
  { match: ({ as }) => as === 'manifest' || as === 'kubeconfig', parsed: 'yaml', read: readYaml },
  {
    match: ({ as }) => as === 'tokens',
    parsed: 'nothing',
    read: ({ bytes }) => ({ type: 'tokens', fault: tokenFault(bytes) }),
  },
  {
    match: ({ as }) => as === 'revocation-list',
    parsed: 'pem',
    read: ({ bytes }) => ({ type: 'revocation-list', list: readRevocationList(bytes) }),
  },
  {
    match: ({ as, bytes }) => as === 'any' && looksLikeTlsSecret(bytes),
    parsed: 'pem',
    read: ({ bytes }, { strictness }) => {
      const pem = pemOfTlsSecret(bytes);
      return pem === undefined ? { type: 'other' } : { type: 'pem', pem: readPem(pem, strictness()) };
    },
  },
  {
    match: looksLikePem,
    parsed: 'pem',
    read: ({ bytes }, { strictness }) => ({ type: 'pem', pem: readPem(bytes, strictness()) }),
  },
  { match: looksLikeYaml, parsed: 'yaml', read: readYaml },
];

/** How a file will be parsed. */
export interface Parser {
  readonly as: Parsed;
  /** Never throws. */
  readonly parse: (reading: Reading) => Content;
}

/** Returns the parser for a file. */
export function parserOf(path: string, bytes: Uint8Array, as: ReadAs): Parser {
  const file = { path, bytes, as };
  const reader = readers.find(({ match }) => match(file));
  return { as: reader?.parsed ?? 'nothing', parse: (reading) => reader?.read(file, reading) ?? unreadContent(bytes) };
}

/** Recognises PEM by an argument that names the file, a usual file name, the first bytes of DER, or a BEGIN line. */
function looksLikePem({ path, bytes, as }: Unread): boolean {
  if (as === 'pem' || isPemName(path)) return true;
  return bytes[0] === 0x30 ? (bytes[1] ?? 0) >= 0x80 : /^(?:\u00ef\u00bb\u00bf)?-----BEGIN /m.test(latin1(bytes));
}

/** Recognises YAML without parsing, by words that every kubeconfig and pod contains. */
function looksLikeYaml({ bytes }: Unread): boolean {
  return /\b(?:kind|clusters|current-context)["']?[ \t]{0,8}:/.test(latin1(bytes.subarray(0, 1024 * 1024)));
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function readYaml({ path, bytes, as }: Unread, reading: Reading): Content {
  const documents = as === 'any' ? parseYaml(bytes) : parseFirst(bytes);
  if (isYamlError(documents)) return as === 'any' ? unreadContent(bytes) : { type: 'malformed', ...documents };
  // Kubernetes reads only the first document of a file.
  const [document] = documents;
  if (document !== undefined && as !== 'manifest' && isKubeconfig(document)) {
    const fault = as === 'kubeconfig' ? kubeconfigFault(document) : undefined;
    if (fault !== undefined) return { type: 'malformed', ...fault };
    return { type: 'kubeconfig', kubeconfig: readKubeconfig(path, document, reading) };
  }
  if (document !== undefined && as !== 'kubeconfig' && isPod(document)) {
    const refusal = (as === 'manifest' ? refusedPod : undecodedPod)(document, reading.podTable);
    return refusal === undefined ? readManifest(path, documents, reading) : refused(path, document, refusal, reading);
  }
  if (as === 'any') return { type: 'other' };
  if (document === undefined || isNull(document)) {
    const isBlank = !bytes.some((byte) => byte > blank);
    return { type: 'malformed', error: isBlank ? 'the file is empty' : 'the first document is empty' };
  }
  return { type: 'malformed', ...otherKind(document, as === 'manifest' ? 'Pod' : 'Config') };
}

/** A pod that the kubelet starts. */
function readManifest(path: string, [document, ...others]: readonly YamlNode[], reading: Reading): Content {
  if (document === undefined) return { type: 'other' };
  const components = readPod(path, document, reading.programs);
  if ('error' in components) return { type: 'malformed', ...components };
  const ignored = others.slice(0, maxDocuments - 1).flatMap((one) => ignoredIn(path, one, reading));
  const misspelled = misspelledFields(path, document, reading.podTable);
  const reference = apiReference(path, document);
  return {
    type: 'manifest',
    components,
    pod: {
      name: nameOfPod(document),
      digest: hash('sha256', canonicalText(document)),
      hostPaths: hostPathsOf(document),
      ...readOthers(path, document, components),
      ...(ignored.length > 0 && { ignored }),
      ...(misspelled.length > 0 && { misspelled }),
      ...(reference !== undefined && { reference }),
    },
  };
}

/** A pod that it refuses. */
function refused(path: string, document: YamlNode, { refused: of, ...error }: PodRefusal, reading: Reading): Content {
  const components = of === undefined ? [] : readPod(path, document, reading.programs);
  const names = 'error' in components ? [] : components.map(({ name }) => name);
  return { type: 'malformed', ...error, ...(of !== undefined && { refused: { ...of, components: names } }) };
}

/** A manifest has one. */
const maxDocuments = 16;

/** A pod in a document that the kubelet does not read. */
function ignoredIn(path: string, document: YamlNode, { programs }: Reading): readonly IgnoredDocument[] {
  if (!isPod(document)) return [];
  const components = readPod(path, document, programs);
  const names = 'error' in components ? [] : components.map(({ name }) => name);
  return [{ name: nameOfPod(document), line: document.line, components: names }];
}

function readSettings({ path, bytes, as }: Unread, reading: Reading): Content {
  const isSealed = as === 'sealed-settings';
  const read = parseSettings(bytes, isSealed ? (text) => sealed(text, reading.sealWith) : undefined);
  if (!isSealed) reading.settings.set(path, 'error' in read ? read : read.documents);
  // What is wrong with the syntax may quote a key.
  if ('error' in read) return { type: 'malformed', ...read, ...(isSealed && { error: unreadable(read.line) }) };
  const [root] = read.documents;
  // A flag that wants a configuration may name a kubeconfig, by mistake.
  if (root !== undefined && isNamedKubeconfig(root))
    return { type: 'kubeconfig', kubeconfig: readKubeconfig(path, root, reading) };
  const entries = root?.kind === 'mapping' ? [...root.entries] : [];
  const fields = entries.flatMap(([key, node]) => (node.kind === 'scalar' && node.type === 'null' ? [] : [key]));
  const paths = root === undefined || isSealed ? [] : [...new Set(pathsIn(root))];
  const fault = bytes.length === 0 ? 'empty' : isBrokenJson(bytes) ? 'json' : undefined;
  return { type: 'settings', fields, paths, document: read.document, ...(fault !== undefined && { fault }) };
}

/** Whether a text that is not JSON begins with a brace, which makes it JSON (k8s.io/apimachinery pkg/util/yaml). */
function isBrokenJson(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  if (!/^[\t-\r \u0085\u00a0]*\{/.test(text)) return false;
  try {
    JSON.parse(text);
    return false;
  } catch {
    // Its message quotes the text.
    return true;
  }
}

/** The words of sigs.k8s.io/yaml, without the reason. */
function unreadable(line: number | undefined): string {
  return `error converting YAML to JSON: yaml${line === undefined ? '' : `: line ${line}`}: it cannot be parsed`;
}

/** Every absolute path in a document. What an alias repeats is read once. */
function pathsIn(node: YamlNode, seen = new Set<YamlNode>()): readonly string[] {
  if (seen.has(node)) return [];
  seen.add(node);
  if (node.kind === 'scalar') return /^\/[^\n]{0,4095}$/.test(node.text) ? [node.text] : [];
  const inner = node.kind === 'sequence' ? node.items : [...node.entries.values()];
  return inner.flatMap((one) => pathsIn(one, seen));
}

/** Bytes up to that of a blank are white space or control characters. */
const blank = 0x20;

/** What a file with comments only has. */
const isNull = (document: YamlNode): boolean => document.kind === 'scalar' && document.type === 'null';

function otherKind(document: YamlNode, wanted: string): YamlError & { readonly kind?: string } {
  if (document.kind !== 'mapping') return { error: 'the file does not contain an object', line: document.line };
  const kind = getString(document, 'kind');
  if (kind === undefined) return { error: `Object 'Kind' is missing, expected ${wanted}`, line: document.line };
  return { error: `kind is ${kind.text}, expected ${wanted}`, line: kind.line, kind: kind.text };
}
