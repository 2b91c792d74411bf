/** CAs that are kept outside of the node: their certificates and keys, read when they are needed and never kept. */
import path from 'node:path';
import type { Certificate } from '../core/certificate.ts';
import { UserError } from '../core/errors.ts';
import { readGivenFile } from '../scan/given-file.ts';
import { authorityRows } from '../spec/tables.ts';
import { readPem } from '../x509/pem.ts';
import { maySign } from '../x509/signature.ts';
import { leftOutNotes, pemOf, readAuthorityFile } from './authority-file.ts';
import { problemOfKey, publicHalfOf } from './certify/usable-key.ts';
import { isThere } from './given.ts';
import type { IssueOptions } from './options.ts';
import { rootRole } from './plan/root.ts';
import type { KeptCa } from './plan/signers.ts';

interface Files {
  readonly certificate: string;
  readonly key: string;
}

export interface Kept {
  readonly authorities: ReadonlyMap<string, KeptCa>;
  read(role: string): KeptFiles | undefined;
}

/** In PEM. */
export interface KeptFiles {
  /** The certificate that signs; undefined: the node has it. */
  readonly certificate: string | undefined;
  readonly trusted: string | undefined;
  readonly key: Uint8Array | undefined;
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
    if (isThere(paths.certificate) || isThere(paths.key)) files.set(role, paths);
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
      return paths && readFiles(paths);
    },
  };
}

/** What the key is good for is asked now: a plan that could not be carried out is none. */
function keptCa(paths: Files): KeptCa {
  const { file, key } = readCa(paths);
  const own = key && publicHalfOf(key.pem)?.id;
  const problem = key && (problemOfKey(key.pem, paths.key) ?? (file && problemOfSigner(file.signer, own, paths)));
  return {
    signer: file?.signer,
    keyId: file?.signer.publicKey.id ?? own,
    hasKey: key !== undefined,
    problem,
    notes: leftOutNotes(file?.leftOut ?? []),
  };
}

function problemOfSigner(signer: Certificate, keyId: string | undefined, { certificate, key }: Files) {
  if (signer.publicKey.id !== keyId) return `"${key}" is not the key of "${certificate}"`;
  return maySign(signer) ? undefined : `"${certificate}" may not sign: it is no CA's, or not for signing certificates`;
}

function readCa({ certificate, key }: Files) {
  const bytes = isThere(key) ? readGivenFile(key, '/') : undefined;
  const secret = bytes && { bytes, pem: readPem(bytes) };
  const keyId = secret && publicHalfOf(secret.pem)?.id;
  const file = isThere(certificate)
    ? readAuthorityFile(readGivenFile(certificate, '/'), certificate, keyId)
    : undefined;
  return { file, key: secret };
}

function readFiles(paths: Files): KeptFiles {
  const { file, key } = readCa(paths);
  return { certificate: file && pemOf([file.signer]), trusted: file && pemOf(file.trusted), key: key?.bytes };
}
