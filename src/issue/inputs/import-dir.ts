/** Certificates that another CA has signed, in the folder of requests, with the keys next to them. */
import path from 'node:path';
import { UserError } from '../../core/errors.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { readGivenFile } from '../../scan/input-file.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { loadKeyPair, loadLeafChain } from '../../x509/load.ts';
import { readPem } from '../../x509/pem.ts';
import { requestName } from '../plan/action.ts';
import type { Import } from '../plan/settings.ts';
import { leftOutNotes, pemOf, readAuthorityFile } from './ca-dir.ts';
import { isThere } from './output-dirs.ts';

export interface Imported extends Import {
  /** In PEM: with its intermediates, or, of a CA, the certificates to trust. */
  readonly certificate: string;
  /** undefined: the key is on the node already. */
  readonly key: Uint8Array | undefined;
}

/**
 * The certificates of a folder, by role: `apiserver.crt` next to `apiserver.key`, `etcd/server.crt`, `admin.conf.crt`,
 * `ca.crt`.
 *
 * @throws UserError for a folder without any, and for a certificate that cannot be used with the key next to it
 */
export function importedFrom(
  folder: string,
  cwd: string,
  { layout, roles }: Pick<Pki, 'layout' | 'roles'>,
): ReadonlyMap<string, Imported> {
  const authorities = layout.authorities.map(({ role }) => role);
  const nameOf = (role: string) => `${requestName(role, layout)}.crt`;
  const found = new Map<string, Imported>();
  for (const role of [...authorities, ...roles.map(({ id }) => id)]) {
    const file = path.resolve(cwd, folder, nameOf(role));
    if (isThere(file)) found.set(role, authorities.includes(role) ? authorityIn(file) : leafIn(file));
  }
  if (found.size > 0) return found;
  throw new UserError(
    `--import ${folder} contains no certificate`,
    `put them next to the requests: ${[roleIds.apiServer, roleIds.etcdServer, roleIds.admin].map(nameOf).join(', ')}`,
  );
}

/** A CA, whose key stays elsewhere. */
function authorityIn(file: string): Imported {
  const { signer, trusted, leftOut } = readAuthorityFile(file, undefined);
  return { certificate: pemOf(trusted), key: undefined, hasKey: false, leaf: signer, notes: leftOutNotes(leftOut) };
}

function leafIn(file: string): Imported {
  const pem = readPem(readGivenFile(file, '/'));
  const keyFile = file.replace(/\.crt$/, '.key');
  const key = isThere(keyFile) ? readGivenFile(keyFile, '/') : undefined;
  const chain = key === undefined ? loadLeafChain(pem) : loadKeyPair(pem, readPem(key));
  if (!chain.ok) throw new UserError(`"${file}" cannot be installed: ${chain.error}`);
  const { leaf, intermediates } = chain.value;
  return { certificate: pemOf([leaf, ...intermediates]), key, hasKey: key !== undefined, leaf, notes: [] };
}
