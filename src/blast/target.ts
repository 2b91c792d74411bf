/** From what somebody wrote to the thing on a node that he means: a role, or a file. */

import type { Certificate } from '../core/certificate.ts';
import { UserError } from '../core/errors.ts';
import { normalizePath } from '../core/paths.ts';
import { nearest } from '../core/text.ts';
import { pathsOf } from '../lint/subjects.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Authority, Role } from '../model/roles/role.ts';
import { sourceAt } from '../model/roles/source.ts';
import { roleIds } from '../tables/role-ids.ts';

export interface Target {
  readonly pki: Pki;
  /** The role that it plays; its path where it plays none. */
  readonly subject: string;
  /** The files that are meant. */
  readonly files: readonly string[];
  /** Where its private key lies. */
  readonly key: string | undefined;
  /** Ids of its public keys: several for those that sign tokens. */
  readonly keys: readonly string[];
  /** What shows the key to others; undefined for a key alone. */
  readonly certificate: Certificate | undefined;
}

/**
 * What is meant on each of the nodes that have it.
 *
 * @throws UserError where none has, or a part of a path fits several
 */
export function findTargets(text: string, pkis: readonly Pki[]): readonly Target[] {
  const found = pkis.flatMap((pki) => targetsOn(pki).filter((one) => one.subject === text && isThere(one)));
  if (found.length > 0) return found;
  const byPath = pkis.flatMap((pki) => fileMeant(pki, text));
  if (byPath.length > 0) return byPath;
  const { apiServer, clusterCa, admin, serviceAccount } = roleIds;
  const hint = `name a role, such as ${apiServer}, ${clusterCa}, ${admin} or ${serviceAccount}, or a file on the node`;
  const known = pkis.flatMap((pki) => targetsOn(pki)).map(({ subject }) => subject);
  if (known.includes(text)) throw new UserError(`${text} is on none of the nodes that were given`, hint);
  const names = pkis.flatMap((pki) => [
    ...targetsOn(pki)
      .filter(isThere)
      .map(({ subject }) => subject),
    ...shortNames(pki),
  ]);
  const near = nearest(text, new Set(names));
  throw new UserError(`nothing here is "${text}"`, near === undefined ? hint : `did you mean "${near}"? ${hint}`);
}

function isThere({ pki, files, keys }: Target): boolean {
  return keys.length > 0 || files.some((path) => pki.node.files.get(path)?.state === 'file');
}

/** Every role of a node, as a target. */
function targetsOn(pki: Pki): readonly Target[] {
  return [
    ...pki.authorities.map((authority) => ofAuthority(pki, authority)),
    ...pki.roles.map((role) => ofRole(pki, role)),
    ofTokens(pki),
  ];
}

function ofAuthority(pki: Pki, authority: Authority): Target {
  const { id, source, key, loaded } = authority;
  const held = key.pem?.blocks.flatMap((block) => (block.type === 'private-key' ? [block.key.publicKey.id] : []))[0];
  const certificates = loaded?.ok ? loaded.value : [];
  const certificate = certificates.find((one) => one.publicKey.id === held) ?? certificates[0];
  const files = [...new Set([source.path, key.path])];
  return { pki, subject: id, files, key: key.path, keys: keysOf(certificate), certificate };
}

function ofRole(pki: Pki, role: Role): Target {
  const key = role.key?.path ?? role.path;
  return { pki, subject: role.id, files: pathsOf(role), key, keys: keysOf(role.leaf), certificate: role.leaf };
}

function ofTokens(pki: Pki): Target {
  const { row, signers, verifiers } = pki.serviceAccount;
  const files = [...new Set([...signers, ...verifiers].map(({ source }) => source.path))];
  const signing = signers.flatMap(({ loaded }) => (loaded?.ok ? [loaded.value.publicKey.id] : []));
  const verifying = verifiers.flatMap(({ loaded }) => (loaded?.ok ? loaded.value.map(({ id }) => id) : []));
  const keys = [...new Set(signing.length > 0 ? signing : verifying)];
  return { pki, subject: row.role, files, key: signers[0]?.source.path, keys, certificate: undefined };
}

const keysOf = (certificate: Certificate | undefined) => (certificate ? [certificate.publicKey.id] : []);

/** A file by its whole path, by its path below the PKI root or /etc/kubernetes, or by the end of its path. */
function fileMeant(pki: Pki, text: string): readonly Target[] {
  const roles = targetsOn(pki);
  const paths = [...new Set([...roles.flatMap(({ files }) => files), ...pemPaths(pki)])];
  const below = (folder: string) => paths.filter((path) => path === normalizePath(`${folder}/${text}`));
  const ways = text.startsWith('/')
    ? [paths.filter((path) => path === normalizePath(text))]
    : [below(pki.node.pki), below(pki.layout.kubeconfigFolder), paths.filter((path) => path.endsWith(`/${text}`))];
  const fits = ways.find((way) => way.length > 0) ?? [];
  const [path, ...others] = fits;
  if (path === undefined) return [];
  if (others.length > 0) {
    throw new UserError(`"${text}" fits several files of ${pki.name}`, `say which: ${fits.join(', ')}`);
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

/** A file that plays no role: whatever it holds. */
function ofFile(pki: Pki, path: string): Target {
  const file = pki.node.files.get(path);
  const reference = file?.content?.type === 'kubeconfig' ? file.content.kubeconfig.user : undefined;
  const blocks = (reference?.certificate?.embedded ?? sourceAt(pki.node, path).pem)?.blocks ?? [];
  const certificate = blocks.flatMap((block) => (block.type === 'certificate' ? [block.certificate] : []))[0];
  const keys = blocks.flatMap((block) => {
    if (block.type === 'private-key') return [block.key.publicKey.id];
    return block.type === 'public-key' ? [block.key.id] : [];
  });
  const holdsKey = reference !== undefined || blocks.some(({ type }) => type === 'private-key');
  const all = [...new Set([...keysOf(certificate), ...keys])];
  return { pki, subject: path, files: [path], key: holdsKey ? path : undefined, keys: all, certificate };
}

/** How files may be called: below the PKI root or /etc/kubernetes. */
function shortNames(pki: Pki): readonly string[] {
  return [...targetsOn(pki).flatMap(({ files }) => files), ...pemPaths(pki)].flatMap((path) => {
    const folder = [pki.node.pki, pki.layout.kubeconfigFolder].find((one) => path.startsWith(`${one}/`));
    return folder === undefined ? [path] : [path.slice(folder.length + 1), path];
  });
}
