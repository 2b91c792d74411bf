/**
 * Certificates that no argument of the tables names: those of other arguments and programs, and those that nothing is
 * known of.
 */
import type { ProgramFile } from '../../artifact/component.ts';
import { type Kubeconfig, referencesOf } from '../../artifact/kubeconfig.ts';
import { isAtOrBelow, withoutFolder } from '../../artifact/paths.ts';
import { certificatesInPem } from '../../artifact/pem-blocks.ts';
import type { LaidOutNode } from '../../tables/layouts/layout.ts';
import { loadKeyOnly, loadLeafChain } from '../../x509/load.ts';
import { isBackup } from './backups.ts';
import type { KnownFiles, OtherFiles } from './other-files.ts';
import { type PemSource, seenAt, sourceAt, sourceOf } from './source.ts';

/** What reads a certificate. */
type User = Pick<OtherFiles, 'id' | 'namedAt' | 'component'>;

/**
 * Returns the certificates in the folders of certificates, if no component was seen, and no documented certificate or
 * kubeconfig is in its place: then which of them are in use is not known, and all but backups count as read.
 */
export function unnamedFiles(node: LaidOutNode, { all, isDocumented }: KnownFiles): readonly OtherFiles[] {
  if (node.components.length > 0 || isDocumented) return [];
  const keys = keysAmong(node, node.pkiFiles);
  return node.pkiFiles
    .filter((path) => !all.has(path) && !isBackup(isAtOrBelow(path, node.pki) ? withoutFolder(node.pki, path) : path))
    .flatMap((path) => {
      const user = { id: path, namedAt: { path }, component: undefined };
      // Files that a kubeconfig names are in the folder too, perhaps at another path.
      return filesAt(node, path, user, (source) => keyOf(node, source, keys)).filter(
        ({ certificate, pool }) => certificate.path === path && (certificate.entry === undefined || !pool),
      );
    });
}

/** The argument with a kubeconfig that is not read as long as there is another one. */
const standby = 'bootstrap-kubeconfig';

/**
 * Returns the certificates that programs name, unless an argument of the tables does, and those of kubeconfigs without
 * a role.
 */
export function certificatesOfPrograms(node: LaidOutNode, known: KnownFiles): readonly OtherFiles[] {
  const named = node.programFiles;
  const keys = keysAmong(node, [...named.map(({ path }) => path), ...node.neighbours]);
  const partners = new Map(
    named.flatMap((file) => {
      const isKey = keyWord.test(file.spelled) && seenAt(node, file.path) !== 'absent';
      return isKey ? [[stemOf(file, keyWord), file.path] as const] : [];
    }),
  );
  return named.flatMap((file) => {
    const { program, component, spelled, flag, path, at } = file;
    const isListed = node.layout.arguments.some((row) => row.component === component && row.flag === flag);
    const isKubeconfig = node.files.get(path)?.content?.type === 'kubeconfig';
    if (flag === standby || (isKubeconfig ? known.all.has(path) : isListed)) return [];
    const user = { id: `${program} ${spelled}`, component, namedAt: at };
    const partner = partners.get(stemOf(file, certificateWord));
    return filesAt(node, path, user, (source) => (partner ? sourceAt(node, partner) : keyOf(node, source, keys)));
  });
}

const certificateWord = /cert(?:ificate)?|crt/i;
const keyWord = /(?:private[-_]?)?key/i;

/**
 * What the arguments for a certificate and for its key share: `--web.cert` and `--web.key`, `tlsCertFile` and
 * `tlsPrivateKeyFile`.
 */
const stemOf = ({ program, spelled }: ProgramFile, half: RegExp): string =>
  `${program} ${spelled.replace(half, '*').toLowerCase()}`;

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

/** The certificates in a file: one with its key, the CAs that are trusted, or those of a kubeconfig. */
function filesAt(
  node: LaidOutNode,
  path: string,
  user: User,
  keyFor: (certificate: PemSource) => PemSource | undefined,
): readonly OtherFiles[] {
  const unnamed = { ...user, slots: [] };
  const content = node.files.get(path)?.content;
  if (content?.type === 'kubeconfig') return ofKubeconfig(node, content.kubeconfig, unnamed);
  if (content?.type !== 'pem') return [];
  const certificates = certificatesInPem(content.pem);
  const [first] = certificates;
  if (first === undefined) return [];
  const source = sourceAt(node, path);
  if (first.basicConstraints?.ca) return [{ ...unnamed, certificate: source, key: undefined, pool: certificates }];
  return [{ ...unnamed, certificate: source, key: keyFor(source) }];
}

/** The certificate of a client, and the CAs by which it verifies the server. */
function ofKubeconfig(
  node: LaidOutNode,
  kubeconfig: Kubeconfig,
  unnamed: Omit<OtherFiles, 'certificate' | 'key'>,
): readonly OtherFiles[] {
  const sources = new Map(
    referencesOf(kubeconfig).map(({ kind, reference }) => [kind, sourceOf(node, reference)] as const),
  );
  const [certificate, authority] = [sources.get('certificate'), sources.get('trust')];
  const trusted = certificatesInPem(authority?.pem);
  const id = `${unnamed.id} certificate-authority`;
  return [
    ...(certificate ? [{ ...unnamed, certificate, key: sources.get('key') }] : []),
    ...(authority && trusted.length > 0
      ? [{ ...unnamed, id, certificate: authority, key: undefined, pool: trusted }]
      : []),
  ];
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
