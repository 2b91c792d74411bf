/** CAs that are kept outside of the node: certificates and keys, read when they are needed and not cached. */
import path from 'node:path';
import type { Certificate } from '../../artifact/certificate.ts';
import { UserError } from '../../core/errors.ts';
import { readGivenFile } from '../../scan/input-file.ts';
import type { Layout } from '../../tables/layouts/layout.ts';
import { readPem } from '../../x509/pem.ts';
import { issues } from '../../x509/verify/chain.ts';
import { maySign } from '../../x509/verify/signature.ts';
import { limitSignatures, signaturesOfNode } from '../../x509/verify/signature-limit.ts';
import { problemOfKey, publicHalfOf } from '../certify/keys.ts';
import { rootRole } from '../plan/authority.ts';
import type { OffNodeCa } from '../plan/settings.ts';
import type { IssueOptions } from './issue-options.ts';
import { isThere } from './output-dirs.ts';

interface Files {
  readonly certificate: string;
  readonly key: string;
}

export interface OffNodeCas {
  readonly authorities: ReadonlyMap<string, OffNodeCa>;
  /** The files of a CA, read again. */
  read(role: string): ReturnType<typeof readFiles> | undefined;
}

/**
 * The CAs in `--ca-dir` (laid out as the PKI directory) and in `--root-dir`.
 *
 * @throws UserError for a folder that does not exist, or contains no CA
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
      throw new UserError(`--ca-dir ${caDir} contains no CA`, `it must be laid out like the PKI directory: ${names}`);
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

/** Checks the key already for the plan: a plan must not promise what cannot be carried out. */
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
  return maySign(signer)
    ? undefined
    : `"${certificate}" cannot sign: it is not a CA certificate, or its key usage does not include signing certificates`;
}

function readCa({ certificate, key }: Files) {
  const bytes = isThere(key) ? readGivenFile(key, '/') : undefined;
  const secret = bytes && { bytes, pem: readPem(bytes) };
  const keyId = secret && publicHalfOf(secret.pem)?.id;
  const file = isThere(certificate) ? readAuthorityFile(certificate, keyId) : undefined;
  return { file, key: secret };
}

/** In PEM. `certificate` signs; undefined: it is on the node. */
function readFiles(paths: Files) {
  const { file, key } = readCa(paths);
  return { certificate: file && pemOf([file.signer]), trusted: file && pemOf(file.trusted), key: key?.bytes };
}

/**
 * Reads the certificates of a PEM file, and ignores everything else in it. `keyId` is that of the CA's public key, if
 * its key is at hand.
 *
 * @returns `signer`: the certificate of the key, or if that is not known, the first that has signed no other;
 * `trusted`: the signer, and certificates of a rotation; `leftOut`: what signed the signer, because a trust file with
 * it would trust every CA below it
 * @throws UserError for a file without certificates, and for one that Go does not accept
 */
export function readAuthorityFile(file: string, keyId: string | undefined) {
  const certificates = readPem(readGivenFile(file, '/')).blocks.flatMap((block) => {
    if (block.label !== 'CERTIFICATE') return [];
    if (block.type === 'certificate') return block.certificate;
    throw new UserError(`"${file}" cannot be read${block.type === 'malformed' ? `: ${block.error}` : ''}`);
  });
  return limitSignatures(signaturesOfNode, () => partsOf(file, certificates, keyId));
}

function partsOf(file: string, certificates: readonly Certificate[], keyId: string | undefined) {
  const hasSigned = (one: Certificate) => certificates.some((other) => issuersOf(other, [one]).length > 0);
  const keyed = certificates.find(({ publicKey }) => publicKey.id === keyId);
  const signer = keyed ?? certificates.find((one) => !hasSigned(one)) ?? certificates[0];
  if (signer === undefined) throw new UserError(`"${file}" contains no certificate`);
  const leftOut = issuersOf(signer, certificates);
  return { signer, trusted: certificates.filter((one) => !leftOut.includes(one)), leftOut };
}

/** All issuers above a certificate. One with the same key is the certificate itself, renewed. */
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

/** Only certificates, in PEM (RFC 7468): a reader of the result must not find a key that was in the same file. */
export function pemOf(certificates: readonly Certificate[]): string {
  return certificates
    .map(({ raw }) => {
      const lines = Buffer.from(raw)
        .toString('base64')
        .replace(/.{64}(?=.)/g, '$&\n');
      return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
    })
    .join('');
}

/** The notes of a plan about certificates that are left out. */
export function leftOutNotes(leftOut: readonly Certificate[]): readonly string[] {
  return [...new Set(leftOut.map(({ subject }) => subject.text))].map(
    (subject) =>
      `leaves out ${subject}, which signed it: trusting that CA would mean accepting everything that it signs`,
  );
}
