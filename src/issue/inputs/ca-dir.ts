/** CAs that are kept outside of the node: their certificates and keys, read when they are needed and never kept. */
import path from 'node:path';
import type { Certificate } from '../../core/certificate.ts';
import { UserError } from '../../core/errors.ts';
import { readGivenFile } from '../../scan/input-file.ts';
import type { Layout } from '../../tables/layouts.ts';
import { issues } from '../../x509/chain.ts';
import { readPem } from '../../x509/pem.ts';
import { maySign } from '../../x509/signature.ts';
import { problemOfKey, publicHalfOf } from '../certify/keys.ts';
import { rootRole } from '../plan/authority.ts';
import type { OffNodeCa } from '../plan/settings.ts';
import type { IssueOptions } from './options.ts';
import { isThere } from './output-dirs.ts';

interface Files {
  readonly certificate: string;
  readonly key: string;
}

export interface OffNodeCas {
  readonly authorities: ReadonlyMap<string, OffNodeCa>;
  read(role: string): OffNodeFiles | undefined;
}

/** In PEM. */
export interface OffNodeFiles {
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
export function readOffNodeCas(
  { caDir, rootDir, cwd = '.' }: Pick<IssueOptions, 'caDir' | 'rootDir' | 'cwd'>,
  { authorities: rows }: Layout,
): OffNodeCas {
  const files = new Map<string, Files>();
  const add = (role: string, folder: string, certificate: string, key: string) => {
    const paths = { certificate: path.resolve(cwd, folder, certificate), key: path.resolve(cwd, folder, key) };
    if (isThere(paths.certificate) || isThere(paths.key)) files.set(role, paths);
  };
  if (caDir !== undefined) {
    for (const row of rows) add(row.role, caDir, row.certificate, row.key);
    if (files.size === 0) {
      const [first] = rows;
      const names = `${first?.certificate}, ${first?.key}`;
      throw new UserError(`--ca-dir ${caDir} holds no CA`, `it is laid out as the PKI directory: ${names}`);
    }
  }
  if (rootDir !== undefined) add(rootRole, rootDir, 'root-ca.crt', 'root-ca.key');
  const authorities = new Map([...files].map(([role, paths]) => [role, offNodeCa(paths)]));
  return {
    authorities,
    read(role) {
      const paths = files.get(role);
      return paths && readFiles(paths);
    },
  };
}

/** What the key is good for is asked now: a plan that could not be carried out is none. */
function offNodeCa(paths: Files): OffNodeCa {
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

function readFiles(paths: Files): OffNodeFiles {
  const { file, key } = readCa(paths);
  return { certificate: file && pemOf([file.signer]), trusted: file && pemOf(file.trusted), key: key?.bytes };
}

export interface AuthorityFile {
  /** The certificate of the key; where that is not known, the first that has signed no other of them. */
  readonly signer: Certificate;
  /** What is to be trusted: the signer, and what a rotation has beside it. */
  readonly trusted: readonly Certificate[];
  /** What signed the signer. A trust file that held it would believe every CA below it. */
  readonly leftOut: readonly Certificate[];
}

/**
 * Reads the certificates of a PEM file, and nothing that stands beside them. `name` is what an error calls it, `keyId` that
 * of the CA's public key, if its key is at hand.
 *
 * @throws UserError for a file without certificates, and for one that Go does not take
 */
export function readAuthorityFile(pem: Uint8Array, name: string, keyId: string | undefined): AuthorityFile {
  const certificates = readPem(pem).blocks.flatMap((block) => {
    if (block.label !== 'CERTIFICATE') return [];
    if (block.type === 'certificate') return block.certificate;
    throw new UserError(`"${name}" cannot be read${block.type === 'malformed' ? `: ${block.error}` : ''}`);
  });
  const hasSigned = (one: Certificate) => certificates.some((other) => issuersOf(other, [one]).length > 0);
  const keyed = certificates.find(({ publicKey }) => publicKey.id === keyId);
  const signer = keyed ?? certificates.find((one) => !hasSigned(one)) ?? certificates[0];
  if (signer === undefined) throw new UserError(`"${name}" holds no certificate`);
  const leftOut = issuersOf(signer, certificates);
  return { signer, trusted: certificates.filter((one) => !leftOut.includes(one)), leftOut };
}

/** All above a certificate. One that has its key is itself, renewed. */
function issuersOf(signer: Certificate, among: readonly Certificate[]): readonly Certificate[] {
  const others = among.filter(({ publicKey }) => publicKey.id !== signer.publicKey.id);
  const above = new Set<Certificate>();
  for (let below: readonly Certificate[] = [signer]; below.length > 0; ) {
    const children = below;
    below = others.filter((one) => !above.has(one) && children.some((child) => issues(one, child)));
    for (const one of below) above.add(one);
  }
  return [...above];
}

/** Certificates alone, in PEM (RFC 7468): whoever may read them must not find the key that stood beside them. */
export function pemOf(certificates: readonly Certificate[]): string {
  return certificates.map(({ raw }) => armored(Buffer.from(raw).toString('base64'))).join('');
}

function armored(base64: string): string {
  const lines = base64.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/** What a plan says of those that are left out. */
export function leftOutNotes(leftOut: readonly Certificate[]): readonly string[] {
  return [...new Set(leftOut.map(({ subject }) => subject.text))].map(
    (subject) => `leaves out ${subject}, which signed it: whoever trusts that believes all that it ever signs`,
  );
}
