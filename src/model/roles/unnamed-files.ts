/** Certificates that no argument of a component names: those of other programs, and those that nothing is known of. */
import type { LaidOutNode } from '../../tables/layouts/layout.ts';
import { loadKeyOnly, loadLeafChain } from '../../x509/load.ts';
import type { KnownFiles, OtherFiles } from './other-files.ts';
import { type PemSource, sourceAt, sourceOf } from './source.ts';

/** What reads a certificate. */
type User = Pick<OtherFiles, 'id' | 'namedAt'>;

/**
 * Returns the certificates in the folders of certificates, if no component was seen, and no documented certificate or
 * kubeconfig is in its place: then which of them are in use is not known, and all count as read.
 */
export function unnamedFiles(node: LaidOutNode, { all, isDocumented }: KnownFiles): readonly OtherFiles[] {
  if (node.components.length > 0 || isDocumented) return [];
  const keys = keysAmong(node, node.pkiFiles);
  return node.pkiFiles
    .filter((path) => !all.has(path))
    .flatMap((path) => filesAt(node, path, keys, { id: path, namedAt: { path } }) ?? []);
}

/** Returns the certificates that programs name which are not components of Kubernetes. */
export function certificatesOfPrograms(node: LaidOutNode): readonly OtherFiles[] {
  const named = node.programFiles;
  const paths = named.map(({ path }) => path);
  const keys = keysAmong(node, paths);
  return named.flatMap(({ program, spelled, path, at }) => {
    return filesAt(node, path, keys, { id: `${program} ${spelled}`, namedAt: at }) ?? [];
  });
}

/** The files with private keys, by the ids of their public halves. */
type Keys = ReadonlyMap<string, PemSource>;

function keysAmong(node: LaidOutNode, paths: readonly string[]): Keys {
  const sources = paths.map((path) => sourceAt(node, path));
  return new Map(
    sources.flatMap((source) => {
      const key = source.pem && loadKeyOnly(source.pem);
      return key?.ok ? [[key.value.publicKey.id, source] as const] : [];
    }),
  );
}

function filesAt(node: LaidOutNode, path: string, keys: Keys, user: User): OtherFiles | undefined {
  const unnamed = { ...user, component: undefined, slots: [] };
  const content = node.files.get(path)?.content;
  // Files that a kubeconfig names are in the folder too, perhaps at another path.
  const certificate = content?.type === 'kubeconfig' ? content.kubeconfig.user?.certificate : undefined;
  const key = content?.type === 'kubeconfig' ? content.kubeconfig.user?.key : undefined;
  if (certificate?.embedded) {
    const files = { certificate: sourceOf(node, certificate), key: key?.embedded && sourceOf(node, key) };
    return { ...unnamed, ...files };
  }
  if (content?.type !== 'pem') return undefined;
  const certificates = content.pem.blocks.flatMap((block) => (block.type === 'certificate' ? [block.certificate] : []));
  const [first] = certificates;
  if (first === undefined) return undefined;
  const source = sourceAt(node, path);
  if (first.basicConstraints?.ca) return { ...unnamed, certificate: source, key: undefined, pool: certificates };
  return { ...unnamed, certificate: source, key: keyOf(node, source, keys) };
}

/** The key of a certificate: in its file, the one that matches, else the one that is named like it. */
function keyOf(node: LaidOutNode, certificate: PemSource, keys: Keys): PemSource | undefined {
  const { path, pem } = certificate;
  if (pem?.blocks.some(({ type }) => type === 'private-key')) return certificate;
  const chain = pem && loadLeafChain(pem);
  const matching = chain?.ok ? keys.get(chain.value.leaf.publicKey.id) : undefined;
  return (
    matching ??
    namesOfKey(path)
      .map((name) => sourceAt(node, name))
      .find(({ seen }) => seen === 'present')
  );
}

/** `server.key` and `server-key.pem` for `server.pem`, `tls.key` for `tls.crt`, `key.pem` for `cert.pem`. */
function namesOfKey(path: string): readonly string[] {
  const names = [
    path.replace(/\.(?:crt|cer|cert|pem)$/, '.key'),
    path.replace(/\.pem$/, '-key.pem'),
    path.replace(/cert(\.[a-z]+)$/, 'key$1'),
  ];
  return names.filter((name) => name !== path);
}
