/** CAs that are kept outside of the node: their certificates and keys, read when they are needed and never kept. */
import path from 'node:path';
import { UserError } from '../core/errors.ts';
import { readGivenFile } from '../scan/given-file.ts';
import { authorityRows } from '../spec/tables.ts';
import { readPem } from '../x509/pem.ts';
import { certificatesOf, isGiven } from './given.ts';
import type { IssueOptions } from './options.ts';
import type { KeptCa } from './plan/authorities.ts';
import { rootRole } from './plan/authority.ts';

interface Files {
  readonly certificate: string;
  readonly key: string;
}

export interface Kept {
  readonly authorities: ReadonlyMap<string, KeptCa>;
  /** PEM of the certificate, and of the key where it lies there. */
  read(role: string): { readonly certificate: Uint8Array; readonly key: Uint8Array | undefined } | undefined;
}

/**
 * What `--ca-dir` (laid out as the PKI directory) and `--root-dir` hold.
 *
 * @throws UserError for a folder that is not there, or holds no CA
 */
export function keptCas({ caDir, rootDir, cwd = '.' }: Pick<IssueOptions, 'caDir' | 'rootDir' | 'cwd'>): Kept {
  const files = new Map<string, Files>();
  const add = (role: string, folder: string, certificate: string, key: string) => {
    const paths = { certificate: path.resolve(cwd, folder, certificate), key: path.resolve(cwd, folder, key) };
    if (isGiven(paths.certificate)) files.set(role, paths);
  };
  if (caDir !== undefined) {
    for (const row of authorityRows) add(row.role, caDir, row.certificate, row.key);
    if (files.size === 0)
      throw new UserError(`--ca-dir ${caDir} holds no CA`, 'it is laid out as the PKI directory: ca.crt, ca.key');
  }
  if (rootDir !== undefined) add(rootRole, rootDir, 'root-ca.crt', 'root-ca.key');
  const authorities = new Map([...files].map(([role, paths]) => [role, keptCa(paths)]));
  return {
    authorities,
    read(role) {
      const paths = files.get(role);
      if (paths === undefined) return undefined;
      return {
        certificate: Buffer.from(certificatesOf(readGivenFile(paths.certificate, '/'))),
        key: isGiven(paths.key) ? readGivenFile(paths.key, '/') : undefined,
      };
    },
  };
}

function keptCa({ certificate, key }: Files): KeptCa {
  const block = readPem(readGivenFile(certificate, '/')).blocks.find(({ label }) => label === 'CERTIFICATE');
  if (block?.type !== 'certificate') throw new UserError(`"${certificate}" holds no certificate`);
  const { notBefore, notAfter, publicKey } = block.certificate;
  return { notBefore, notAfter, hasKey: isGiven(key), keyId: publicKey.id };
}
