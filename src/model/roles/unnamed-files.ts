/** Certificates of a node on which nothing shows what reads them. All of them count as read. */
import type { LaidOutNode } from '../../tables/layouts.ts';
import { loadKeyOnly, loadLeafChain } from '../../x509/load.ts';
import type { KnownFiles, OtherFiles } from './other-certificates.ts';
import { type PemSource, sourceAt, sourceOf } from './source.ts';

/**
 * Returns the certificates in the folders of certificates, if no component was seen, and no documented certificate or
 * kubeconfig is in its place: then which of them are in use is not known.
 */
export function unnamedFiles(node: LaidOutNode, { all, isDocumented }: KnownFiles): readonly OtherFiles[] {
  if (node.components.length > 0 || isDocumented) return [];
  const keys = keysOf(node);
  return node.pkiFiles.filter((path) => !all.has(path)).flatMap((path) => filesAt(node, path, keys) ?? []);
}

/** The files with private keys, by the ids of their public halves. */
type Keys = ReadonlyMap<string, PemSource>;

function keysOf(node: LaidOutNode): Keys {
  const sources = node.pkiFiles.map((path) => sourceAt(node, path));
  return new Map(
    sources.flatMap((source) => {
      const key = source.pem && loadKeyOnly(source.pem);
      return key?.ok ? [[key.value.publicKey.id, source] as const] : [];
    }),
  );
}

function filesAt(node: LaidOutNode, path: string, keys: Keys): OtherFiles | undefined {
  const unnamed = { id: path, component: undefined, namedAt: { path }, slots: [] };
  const content = node.files.get(path)?.content;
  if (content?.type === 'kubeconfig') {
    const { certificate, key } = content.kubeconfig.user ?? {};
    const entry = certificate?.entry ?? '';
    if (certificate === undefined) return undefined;
    return {
      ...unnamed,
      id: `${path} ${entry}`,
      certificate: sourceOf(node, certificate),
      key: key && sourceOf(node, key),
    };
  }
  if (content?.type !== 'pem') return undefined;
  const certificates = content.pem.blocks.flatMap((block) => (block.type === 'certificate' ? [block.certificate] : []));
  const [first] = certificates;
  if (first === undefined) return undefined;
  const certificate = sourceAt(node, path);
  if (first.basicConstraints?.ca) return { ...unnamed, certificate, key: undefined, pool: certificates };
  return { ...unnamed, certificate, key: keyOf(node, certificate, keys) };
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
