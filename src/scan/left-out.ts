/** What a copy of a node is made without: it is outside the input, not absent from the node. */
import { posix } from 'node:path';
import { kubeletCertificates, kubeletServingPair } from '../artifact/arguments.ts';
import type { Component } from '../artifact/component.ts';
import type { NodeFile } from '../artifact/file.ts';
import { type LeftOut, leftOutKinds, leftOutReasons } from '../artifact/left-out.ts';
import type { ScannedNode } from '../artifact/node.ts';
import type { PemBlock } from '../artifact/pem-blocks.ts';
import { contentsByUse } from './named-files.ts';

type Node = Pick<ScannedNode, 'layout' | 'pkiFiles' | 'beyondPki'> & {
  readonly components: readonly Component[];
};
type FileMap = ScannedNode['files'];

/** What a copy leaves out, and what it contains although it should not. */
type Corrected = Required<Pick<ScannedNode, 'files' | 'leftOut'>> & Pick<ScannedNode, 'secrets'>;

/**
 * Corrects the state of files that a copy leaves out. It is seen by what the copy contains, or a policy says it. A kind
 * is left out if none of it is in the copy: what is missing next to others of its kind is missing.
 *
 * @param declared what the policy says is left out of copies
 */
export function withLeftOut(files: FileMap, node: Node, declared: readonly LeftOut[] = []): Corrected {
  const kindOf = kindsOfSecrets(files, node);
  const recognised = recognisedIn(files, node, kindOf);
  // A list of files may be all that was copied. Only of a bare PKI folder it is known that the rest was not given.
  const secrets = [...files.values()].flatMap((file) => secretIn(file, kindOf));
  // Keys in a configuration file say nothing about those in files of their own.
  const isSettings = (path: string) => files.get(path)?.content?.type === 'settings';
  const isKept = (path: string) => isSettings(path) || isPair(files.get(path));
  const present = new Set(secrets.flatMap(({ kind, path }) => (isKept(path) ? [] : kind)));
  const isLeftOut = ({ path, state }: NodeFile, kind: LeftOut) =>
    !present.has(kind) &&
    (declared.includes(kind) || (recognised[kind](path) && (state === 'absent' || node.beyondPki)));
  const given = new Map(files);
  const found = new Set<LeftOut>();
  for (const [path, file] of files) {
    const kind = isThere(file) ? undefined : kindOf(path);
    if (kind === undefined || !isLeftOut(file, kind)) continue;
    given.set(path, { ...file, state: 'outside', detail: leftOutReasons[kind], leftOut: kind });
    found.add(kind);
  }
  const leftOut = leftOutKinds.filter((kind) => found.has(kind));
  return { files: given, leftOut, ...(declared.length > 0 && secrets.length > 0 && { secrets }) };
}

type KindOf = (path: string) => LeftOut | undefined;

/**
 * Returns a function that says what kind of secret belongs at a path, if it is one: by what reads it, and otherwise by
 * its name. What is read as a certificate is not secret, whatever its name. Only the kubelet keeps a certificate and
 * its key in one file.
 */
function kindsOfSecrets(files: FileMap, { layout, components }: Node): KindOf {
  const uses = contentsByUse(files, components, layout.programs);
  const known = new Set(layout.knownKubeconfigs);
  const credentials = kubeletCertificates({ layout, components });
  return (path) => {
    const use = uses.get(path);
    if (use === 'trust') return undefined;
    if (path.endsWith('.pem') && posix.dirname(path) === credentials) return 'kubeconfigs';
    if (use === 'certificate') return undefined;
    if (known.has(path)) return 'kubeconfigs';
    return path.endsWith('.key') ? 'keys' : use;
  };
}

const isKey = (block: PemBlock): boolean =>
  ['private-key', 'encrypted-key'].includes(block.type) ||
  (block.type === 'malformed' && block.promised === 'private-key');

const isLeaf = (block: PemBlock): boolean => block.type === 'certificate' && !block.certificate.basicConstraints?.ca;

const blocksOf = (file: NodeFile | undefined): readonly PemBlock[] =>
  file?.content?.type === 'pem' ? file.content.pem.blocks : [];

/** Whether a file has a key next to its certificate: then copies without `*.key` keep it. */
function isPair(file: NodeFile | undefined): boolean {
  const blocks = blocksOf(file);
  return blocks.some(isKey) && blocks.some(({ type }) => type === 'certificate');
}

type Recognised = Readonly<Record<LeftOut, (path: string) => boolean>>;

/**
 * Returns what a copy was made without. It was made without keys if it contains no key at all, although it contains a
 * leaf certificate, which is useless without its key. The kubelet's own pair is the only one of a worker. It was made
 * without kubeconfigs too if there is nothing private in it: a node that lost all of its kubeconfigs still has a key.
 */
function recognisedIn(files: FileMap, { layout, pkiFiles, components }: Node, kindOf: KindOf): Recognised {
  const blocks = pkiFiles.flatMap((path) => blocksOf(files.get(path)));
  const hasKey = (path: string) => blocksOf(files.get(path)).some(isKey) && !isPair(files.get(path));
  const hasKeys = pkiFiles.some(hasKey) || pkiFiles.some((path) => path.endsWith('.key') && files.has(path));
  const [certificate, key] = kubeletServingPair({ components, layout }, false);
  const hasServing = isThere(files.get(certificate));
  const keys = (path: string) => !hasKeys && (blocks.some(isLeaf) || (path === key && hasServing));
  const { folder, settings } = layout.kubelet;
  const isRunning = settings.some((name) => isThere(files.get(posix.resolve(folder, name))));
  const hasCertificate = blocks.some(({ type }) => type === 'certificate');
  const hasUse = blocks.some(isLeaf) || hasServing || (isRunning && hasCertificate);
  const hasSecrets = hasKeys || [...files.values()].some((file) => isSecret(file, kindOf));
  return { keys, kubeconfigs: () => hasUse && !hasSecrets };
}

const isThere = (file: NodeFile | undefined) =>
  file !== undefined && file.state !== 'absent' && file.state !== 'outside';

const isSecret = (file: NodeFile, kindOf: KindOf): boolean =>
  file.content?.type === 'kubeconfig' ||
  blocksOf(file).some(isKey) ||
  (isThere(file) && kindOf(file.path) !== undefined);

/** The secret in a file, if there is one: a public key may have the name of a private one. */
function secretIn(file: NodeFile, kindOf: KindOf): NonNullable<ScannedNode['secrets']> {
  const { path, content } = file;
  if (!isThere(file) || file.state === 'directory') return [];
  if (content?.type === 'kubeconfig') return [{ path, kind: 'kubeconfigs' }];
  const kind = kindOf(path);
  const oddity = content?.type === 'pem' ? content.pem.oddity : undefined;
  const hasKey = oddity === 'der-key' || oddity === 'pkcs12' || blocksOf(file).some(isKey);
  const isPublic = content?.type === 'pem' && !hasKey;
  if (isPublic) return [];
  return content?.type === 'pem' || kind !== undefined ? [{ path, kind: kind ?? 'keys' }] : [];
}
