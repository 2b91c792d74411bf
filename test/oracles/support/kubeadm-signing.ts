/** How kubeadm reads CAs, and signs and renews certificates and kubeconfigs. */
import { createPublicKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, join } from 'node:path';
import { load } from 'js-yaml';
import { at } from '../../cases/harness.ts';
import { certificatePem } from '../../support/certificates.ts';
import { editKubeconfig } from '../../support/credential.ts';
import {
  type Authority,
  type Changes,
  certify,
  kubeadmProfile,
  makeAuthority,
  presentProfile,
} from '../../support/issue.ts';
import { keyFromPem, keyNamed, privateKeyPem } from '../../support/keys.ts';
import { type AuthorityRole, authorities, type LeafRole, leafRow, pathOf, type Role } from '../../support/roles.ts';
import type { Machine } from './kubeadm.ts';
import type { Configured } from './kubeadm-configuration.ts';

interface LoadedAuthority extends Authority {
  readonly certificatePem: string;
}

const blocksIn = (text: string): readonly string[] =>
  text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];

const filesOf = (role: Role, { root, certificatesDir }: Machine): readonly [string, string] => {
  const usual = '/etc/kubernetes/pki';
  const path = join(root, pathOf(role).replace(usual, certificatesDir ?? usual));
  return [path, path.replace(/\.crt$/, '.key')];
};

/** The first certificate of a file, which is the one that kubeadm uses. */
function firstCertificate(file: string): X509Certificate {
  const [block] = existsSync(file) ? blocksIn(readFileSync(file, 'utf8')) : [];
  if (block === undefined) throw new Error(`failure loading certificate: couldn't load the certificate file ${file}`);
  return new X509Certificate(block);
}

/** A CA with its key. Throws what kubeadm says about one that cannot sign. */
export function authorityOf(role: AuthorityRole, machine: Machine): LoadedAuthority {
  const [file, keyFile] = filesOf(role, machine);
  const certificate = firstCertificate(file);
  if (!certificate.ca) throw new Error(`certificate ${role} is not a certificate authority`);
  if (!existsSync(keyFile)) throw new Error(`couldn't load the private key file ${keyFile}`);
  const key = keyFromPem(readFileSync(keyFile, 'utf8'));
  if (!certificate.publicKey.equals(createPublicKey(key.privateKey)))
    throw new Error("unable to sign certificate: x509: provided PrivateKey doesn't match parent's PublicKey");
  return { certificate: certificate.raw, key, certificatePem: certificatePem(certificate.raw) };
}

const minute = 60_000;
const year = 365 * 24 * 60 * minute;

/** The dates of what is signed now. */
function datesOf({ options }: Machine): Pick<Changes, 'notBefore' | 'notAfter'> {
  const now = (options.at ?? at).getTime();
  return { notBefore: new Date(now - 5 * minute), notAfter: new Date(now - 5 * minute + year) };
}

/** A client certificate and its key, as PEM. */
export function signLeaf(
  name: string,
  subject: { readonly commonName: string; readonly organizations: readonly string[] },
  authority: Authority,
  machine: Machine,
): { readonly certificate: string; readonly key: string } {
  const changes = { ...subject, ca: false, usages: ['clientAuth'], keyUsage: ['digitalSignature', 'keyEncipherment'] };
  const made = makeAuthority(name, { ...changes, ...datesOf(machine) }, authority);
  return { certificate: certificatePem(made.certificate), key: privateKeyPem(made.key) };
}

/** kubeadm drops what is neither an address nor a name of DNS, with a warning. */
const isName = (name: string): boolean =>
  isIP(name) !== 0 || /^(?:\*\.)?[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/.test(name);

/** The names of a certificate by the configuration. */
function sansOf(role: LeafRole, { site, sans }: Configured): readonly string[] | null {
  const usual = kubeadmProfile(role, site).sans?.map(String) ?? null;
  const added = (sans[role] ?? []).filter(isName).map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`);
  return usual === null ? null : [...new Set([...usual, ...added])];
}

/** Creates a pair. One that is there is kept if it is of the CA and has the names, and is an error otherwise. */
export function createCertificate(role: LeafRole, configured: Configured, machine: Machine): string {
  const [file, keyFile] = filesOf(role, machine);
  const sans = sansOf(role, configured);
  const { signer } = leafRow(role);
  const caFile = filesOf(signer, machine)[0];
  if (existsSync(file) || existsSync(keyFile)) {
    const present = firstCertificate(file);
    if (!existsSync(keyFile)) throw new Error(`couldn't load the private key file ${keyFile}`);
    if (!present.verify(firstCertificate(caFile).publicKey))
      throw new Error(`certificate ${role} not signed by CA certificate ${signer}`);
    const lacks = (sans ?? []).find((san) => !names(present, san));
    if (lacks !== undefined) throw new Error(`certificate ${role} is invalid: x509: it is not valid for ${lacks}`);
    return `Using existing ${role} certificate and key on disk\n`;
  }
  const authority = authorityOf(signer, machine);
  const key = keyNamed(`kubeadm ${role}`);
  const profile = kubeadmProfile(role, configured.site);
  const der = certify(profile, { sans, ...datesOf(machine) }, key, authority);
  write(file, certificatePem(der), 0o644);
  write(keyFile, privateKeyPem(key), 0o600);
  return `Generating "${role}" certificate and key\n`;
}

function names(certificate: X509Certificate, san: string): boolean {
  const value = san.replace(/^(?:DNS|IP):/, '');
  return (isIP(value) === 0 ? certificate.checkHost(value) : certificate.checkIP(value)) !== undefined;
}

/** Creates a CA. One that is there is kept. */
export function createAuthority(role: AuthorityRole, machine: Machine): string {
  const [file, keyFile] = filesOf(role, machine);
  if (existsSync(file)) return `Using existing ${role} certificate authority\n`;
  if (existsSync(keyFile)) throw new Error(`failure loading ${role} certificate: ${file}: no such file`);
  const { commonName } = authorities[role];
  const made = makeAuthority(commonName, { sans: [`DNS:${commonName}`] });
  write(file, certificatePem(made.certificate), 0o644);
  write(keyFile, privateKeyPem(made.key), 0o600);
  return `Generating "${role}" certificate and key\n`;
}

/** An existing file keeps its mode. */
function write(file: string, text: string, mode: number): void {
  if (!existsSync(dirname(file))) throw new Error(`open ${file}: no such file or directory`);
  writeFileSync(file, text, { mode });
}

/** Signs a certificate again: names, usages and subject are those of the present one, the key is new. */
function signedAgain(role: LeafRole, text: string, machine: Machine) {
  const found = blocksIn(text);
  if (found.length !== 1) throw new Error(`wanted exactly one certificate, got ${found.length}`);
  const authority = authorityOf(leafRow(role).signer, machine);
  const key = keyNamed(`kubeadm renewed ${role}`);
  const der = certify(presentProfile(found[0] ?? ''), { ...datesOf(machine), ca: false }, key, authority);
  return { certificate: certificatePem(der), key: privateKeyPem(key), authority };
}

export function renewCertificate(role: LeafRole, machine: Machine): void {
  const [file, keyFile] = filesOf(role, machine);
  const { certificate, key } = signedAgain(role, readFileSync(file, 'utf8'), machine);
  write(file, certificate, 0o644);
  write(keyFile, key, 0o600);
}

/** Renews the credential that a kubeconfig embeds, and writes the CA of the node into it. */
export function renewKubeconfig(role: LeafRole, machine: Machine): void {
  const file = join(machine.root, pathOf(role));
  const text = readFileSync(file, 'utf8');
  const parsed = load(text) as { users?: readonly { user?: Readonly<Record<string, string>> }[] };
  const data = parsed.users?.[0]?.user?.['client-certificate-data'];
  if (data === undefined) throw new Error(`kubeconfig ${role} does not have an embedded client certificate`);
  const { certificate, key, authority } = signedAgain(role, Buffer.from(data, 'base64').toString(), machine);
  const edit = { certificateAuthority: authority.certificatePem, clientCertificate: certificate, clientKey: key };
  writeFileSync(file, editKubeconfig(text, edit));
}
