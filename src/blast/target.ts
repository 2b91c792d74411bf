/** Resolves the argument of `pki-lint blast` to a role or a file on a node. */

import type { Certificate } from '../artifact/certificate.ts';
import { normalizePath } from '../artifact/paths.ts';
import { certificatesInPem } from '../artifact/pem-blocks.ts';
import { UserError } from '../core/errors.ts';
import { nearest } from '../core/text.ts';
import type { Pki } from '../model/roles/pki.ts';
import { type Authority, pathsOf, type Role } from '../model/roles/role.ts';
import { sourceAt } from '../model/roles/source.ts';
import { roleIds } from '../tables/role-ids.ts';

/** A role or a file of one node whose blast radius is asked for. */
export interface BlastTarget {
  readonly pki: Pki;
  /** The role; the path of a file that has no role. */
  readonly subject: string;
  /** Paths of the files whose loss is considered. */
  readonly files: readonly string[];
  /** Path of the private key. */
  readonly key: string | undefined;
  /** Ids of its public keys: several for those that sign tokens. */
  readonly keys: readonly string[];
  /** The certificate for the key; undefined for a key without one. */
  readonly certificate: Certificate | undefined;
}

/**
 * Returns the targets that `text` names, one for each node that has it: a role, else a path, whole or in part.
 *
 * @throws UserError if no node has it, or several files of a node match a partial path
 */
export function findTargets(text: string, pkis: readonly Pki[]): readonly BlastTarget[] {
  const targets = pkis.flatMap(targetsOn);
  const found = targets.filter((one) => one.subject === text && isThere(one));
  if (found.length > 0) return found;
  const byPath = pkis.flatMap((pki) => targetByPath(pki, text));
  if (byPath.length > 0) return byPath;
  const { apiServer, clusterCa, admin, serviceAccount } = roleIds;
  const examples = [apiServer, clusterCa, admin, serviceAccount].filter((role) =>
    pkis.some(({ layout }) => layout.roles.includes(role)),
  );
  const hint = `give a role, such as ${examples.join(', ').replace(/, ([^,]*)$/, ' or $1')}, or a file on the node`;
  if (targets.some(({ subject }) => subject === text))
    throw new UserError(`${text} is not on any node in the input`, hint);
  const names = pkis.flatMap((pki) => [
    ...targets.filter((one) => one.pki === pki && isThere(one)).map(({ subject }) => subject),
    ...shortNames(pki),
  ]);
  const near = nearest(
    text,
    names.filter((name) => name !== text),
  );
  throw new UserError(`unknown name "${text}"`, near === undefined ? hint : `did you mean "${near}"? ${hint}`);
}

function isThere({ pki, files, keys }: BlastTarget): boolean {
  return keys.length > 0 || files.some((path) => pki.node.files.get(path)?.state === 'file');
}

/** A target for every role of a node. */
function targetsOn(pki: Pki): readonly BlastTarget[] {
  return [
    ...pki.authorities.map((authority) => ofAuthority(pki, authority)),
    ...pki.roles.map((role) => ofRole(pki, role)),
    ofTokens(pki),
  ];
}

function ofAuthority(pki: Pki, authority: Authority): BlastTarget {
  const { id, source, key, loaded } = authority;
  const keyId = key.pem?.blocks.find((block) => block.type === 'private-key')?.key.publicKey.id;
  const certificates = loaded?.ok ? loaded.value : [];
  const certificate = certificates.find((one) => one.publicKey.id === keyId) ?? certificates[0];
  const files = [...new Set([source.path, key.path])];
  return { pki, subject: id, files, key: key.path, keys: keysOf(certificate), certificate };
}

function ofRole(pki: Pki, role: Role): BlastTarget {
  const key = role.key?.path ?? role.path;
  return { pki, subject: role.id, files: pathsOf(role), key, keys: keysOf(role.leaf), certificate: role.leaf };
}

/** The key pairs that sign and verify service account tokens. */
function ofTokens(pki: Pki): BlastTarget {
  const { row, signers, verifiers } = pki.serviceAccount;
  const files = [...new Set([...signers, ...verifiers].map(({ source }) => source.path))];
  const signing = signers.flatMap(({ loaded }) => (loaded?.ok ? [loaded.value.publicKey.id] : []));
  const verifying = verifiers.flatMap(({ loaded }) => (loaded?.ok ? loaded.value.map(({ id }) => id) : []));
  const keys = [...new Set(signing.length > 0 ? signing : verifying)];
  return { pki, subject: row.role, files, key: signers[0]?.source.path, keys, certificate: undefined };
}

const keysOf = (certificate: Certificate | undefined) => (certificate ? [certificate.publicKey.id] : []);

/**
 * A file by its absolute path, its path below the PKI root or a folder of kubeconfigs, or the last segments of its
 * path.
 */
function targetByPath(pki: Pki, text: string): readonly BlastTarget[] {
  const roles = targetsOn(pki);
  const paths = [...new Set([...roles.flatMap(({ files }) => files), ...pemPaths(pki)])];
  const below = (folder: string) => paths.filter((path) => path === normalizePath(`${folder}/${text}`));
  const matches = text.startsWith('/')
    ? [paths.filter((path) => path === normalizePath(text))]
    : [...shortFolders(pki).map(below), paths.filter((path) => path.endsWith(`/${text}`))];
  const matched = matches.find((one) => one.length > 0) ?? [];
  const [path, ...others] = matched;
  if (path === undefined) return [];
  if (others.length > 0) {
    throw new UserError(`"${text}" matches several files of ${pki.name}`, `give one of: ${matched.join(', ')}`);
  }
  const role = roles.find((one) => one.files.includes(path));
  if (role) return isThere(role) ? [{ ...role, files: [path] }] : [];
  return [ofFile(pki, path)];
}

function pemPaths(pki: Pki): readonly string[] {
  return [...pki.node.files.values()]
    .filter(({ content }) => content?.type === 'pem' || content?.type === 'kubeconfig')
    .map(({ path }) => path);
}

/** A file that has no role: its first certificate, and all its keys. */
function ofFile(pki: Pki, path: string): BlastTarget {
  const file = pki.node.files.get(path);
  const reference = file?.content?.type === 'kubeconfig' ? file.content.kubeconfig.user : undefined;
  const pem = reference?.certificate?.embedded ?? sourceAt(pki.node, path).pem;
  const [certificate] = certificatesInPem(pem);
  const blocks = pem?.blocks ?? [];
  const keys = blocks.flatMap((block) => {
    if (block.type === 'private-key') return [block.key.publicKey.id];
    return block.type === 'public-key' ? [block.key.id] : [];
  });
  const holdsKey = reference !== undefined || blocks.some(({ type }) => type === 'private-key');
  const all = [...new Set([...keysOf(certificate), ...keys])];
  return { pki, subject: path, files: [path], key: holdsKey ? path : undefined, keys: all, certificate };
}

/** The folders from which a path may be written: the PKI root, and those of kubeconfigs. */
const shortFolders = ({ node, layout }: Pki): readonly string[] => [
  node.pki,
  ...layout.kubeconfigFolders.map(({ folder }) => folder),
];

/** The names of all files: absolute, and relative to such a folder. */
function shortNames(pki: Pki): readonly string[] {
  return [...targetsOn(pki).flatMap(({ files }) => files), ...pemPaths(pki)].flatMap((path) => {
    const folder = shortFolders(pki).find((one) => path.startsWith(`${one}/`));
    return folder === undefined ? [path] : [path.slice(folder.length + 1), path];
  });
}
