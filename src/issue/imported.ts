/** What another CA has signed: the certificates of a folder of requests, with the keys that lie beside them. */
import path from 'node:path';
import type { Certificate } from '../core/certificate.ts';
import { UserError } from '../core/errors.ts';
import { readGivenFile } from '../scan/given-file.ts';
import { authorityRows, certificateRows, kubeconfigRows } from '../spec/tables.ts';
import { loadKeyPair, loadLeafChain } from '../x509/load.ts';
import { readPem } from '../x509/pem.ts';
import { certificatesOf, isGiven } from './given.ts';
import { requestName } from './plan/requests.ts';

export interface Imported {
  readonly certificate: Uint8Array;
  /** undefined: it lies on the node already. */
  readonly key: Uint8Array | undefined;
  readonly leaf: Certificate;
}

/**
 * The certificates of a folder, by role: `apiserver.crt` beside `apiserver.key`, `etcd/server.crt`, `admin.conf.crt`, `ca.crt`.
 *
 * @throws UserError for a folder without any, and for a certificate that cannot be used with the key beside it
 */
export function importedFrom(folder: string, cwd: string): ReadonlyMap<string, Imported> {
  const roles = [...authorityRows, ...certificateRows, ...kubeconfigRows].map((row) => row.role);
  const found = new Map<string, Imported>();
  for (const role of roles) {
    const file = path.resolve(cwd, folder, `${requestName(role)}.crt`);
    if (isGiven(file)) found.set(role, readOne(file));
  }
  if (found.size > 0) return found;
  throw new UserError(
    `--import ${folder} holds no certificate`,
    'they lie beside the requests: apiserver.crt, etcd/server.crt, admin.conf.crt',
  );
}

function readOne(file: string): Imported {
  const given = readGivenFile(file, '/');
  const keyFile = file.replace(/\.crt$/, '.key');
  const key = isGiven(keyFile) ? readGivenFile(keyFile, '/') : undefined;
  const pem = readPem(given);
  const chain = key === undefined ? loadLeafChain(pem) : loadKeyPair(pem, readPem(key));
  if (!chain.ok) throw new UserError(`"${file}" cannot be installed: ${chain.error}`);
  return { certificate: Buffer.from(certificatesOf(given)), key, leaf: chain.value.leaf };
}
