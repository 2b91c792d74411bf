/** Certificates by role, as kubeadm would write them, with optional changes. */
import { createHash, X509Certificate } from 'node:crypto';
import { type CertificateFields, makeCertificate, type San, type Subject } from './certificates.ts';
import { children } from './der.ts';
import { type Key, type KeyType, keyNamed } from './keys.ts';
import { type AuthorityRole, authorities, isAuthority, leafRow, type Role, type Site } from './roles.ts';

/** An issuer: a CA certificate in DER and its key. */
export interface Authority {
  readonly certificate: Uint8Array;
  readonly key: Key;
}

export interface Changes {
  /** null: no common name. */
  readonly commonName?: string | null;
  readonly organizations?: readonly string[];
  /** The whole subject; overrides the two fields above. */
  readonly subject?: Subject | Uint8Array;
  /** `['DNS:cp-1', 'IP:192.0.2.10']`; null: no such extension. */
  readonly sans?: readonly San[] | null;
  /** Extended key usages; null: no such extension. */
  readonly usages?: readonly string[] | null;
  readonly keyUsage?: readonly string[] | null;
  /** null: no basicConstraints. */
  readonly ca?: boolean | null;
  readonly pathLength?: number;
  readonly criticalConstraints?: false;
  /** `2027-11-24`, an RFC 3339 time, or a Date. */
  readonly notBefore?: string | Date;
  readonly notAfter?: string | Date;
  readonly issuer?: AuthorityRole | 'self' | Authority;
  /** A type to generate a new key, or the key to use. */
  readonly key?: KeyType | Key;
  /** If false, the old key stays on the node and no longer matches the certificate. */
  readonly writeKey?: boolean;
  readonly serial?: bigint;
  /** null: none. */
  readonly subjectKeyId?: Uint8Array | null;
  readonly hash?: NonNullable<CertificateFields['hash']>;
  readonly version?: number;
  readonly extensions?: NonNullable<CertificateFields['extensions']>;
}

/** The creation date of test nodes. Leaves expire a year later, CAs after ten years. */
const madeAt = Date.parse('2026-11-24T14:00:00Z');
const minute = 60_000;
const day = 24 * 60 * minute;

/** The fields of a role's certificate, without keys and issuer. */
export type Profile = Pick<
  CertificateFields,
  'serial' | 'notBefore' | 'notAfter' | 'keyUsage' | 'usages' | 'sans' | 'ca'
> & {
  readonly subject: Subject | Uint8Array;
};

const leafKeyUsage = ['digitalSignature', 'keyEncipherment'];
const authorityKeyUsage = [...leafKeyUsage, 'keyCertSign'];

/** A positive serial of at most 63 bits, derived only from the text. */
export const serialFor = (text: string) => createHash('sha256').update(text).digest().readBigUInt64BE() >> 1n;

const names = (organizations: readonly string[], commonName: string | null): Subject => [
  ...organizations.map((value) => ['O', value] as const),
  ...(commonName === null ? [] : [['CN', commonName] as const]),
];

/** The profile that kubeadm of the site's release uses for a role. */
export function kubeadmProfile(role: Role, site: Site): Profile {
  const notBefore = new Date(madeAt - (site.release === '1.22' ? 0 : 5 * minute));
  if (isAuthority(role)) {
    const { commonName } = authorities[role];
    return {
      subject: names([], commonName),
      serial: site.release === '1.22' ? 0n : serialFor(role),
      notBefore,
      notAfter: new Date(madeAt + 3650 * day),
      keyUsage: authorityKeyUsage,
      usages: null,
      sans: [`DNS:${commonName}`],
      ca: true,
    };
  }
  const row = leafRow(role);
  const commonName = typeof row.commonName === 'string' ? row.commonName : row.commonName(site);
  return {
    subject: names(row.organizations?.(site) ?? [], commonName),
    serial: serialFor(`${role} ${site.name}`),
    notBefore,
    notAfter: new Date(madeAt + 365 * day),
    keyUsage: leafKeyUsage,
    usages: row.usages,
    sans: row.sans?.(site) ?? null,
    ca: false,
  };
}

/** The subject of a certificate, in DER (RFC 5280 section 4.1). */
function subjectDer(certificate: Uint8Array): Uint8Array {
  const tbs = children(children(certificate)[0] ?? certificate);
  const versioned = tbs[0]?.[0] === 0xa0 ? 1 : 0;
  const subject = tbs[versioned + 4];
  if (subject === undefined) throw new Error('not a certificate');
  return subject;
}

/** The profile of an existing certificate. Its key usage is derived from its kind. */
export function presentProfile(pem: string): Profile & { readonly selfSigned: boolean } {
  const certificate = new X509Certificate(pem);
  const sans = certificate.subjectAltName?.split(', ').map((san) => san.replace(/^IP Address:/, 'IP:'));
  return {
    subject: subjectDer(certificate.raw),
    serial: BigInt(`0x${certificate.serialNumber}`),
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
    keyUsage: certificate.ca ? authorityKeyUsage : leafKeyUsage,
    usages: certificate.keyUsage ?? null,
    sans: sans ?? null,
    ca: certificate.ca,
    selfSigned: certificate.checkIssued(certificate),
  };
}

/** Parses a subject as node:crypto prints it (`O=a\nCN=b`) into its attributes. */
function printedSubject(subject: Uint8Array): { organizations: string[]; commonName: string | null } {
  const value = (attribute: Uint8Array) => {
    const [type, text] = children(children(attribute)[0] ?? attribute);
    return [Buffer.from(type ?? []).toString('hex'), Buffer.from(text?.subarray(2) ?? []).toString()] as const;
  };
  const all = children(subject).map(value);
  const of = (type: string) => all.filter(([found]) => found === type).map(([, text]) => text);
  return { organizations: of('060355040a'), commonName: of('0603550403').at(-1) ?? null };
}

function changedSubject(subject: Subject | Uint8Array, changes: Changes): Subject | Uint8Array {
  if (changes.subject !== undefined) return changes.subject;
  if (changes.commonName === undefined && changes.organizations === undefined) return subject;
  const old = subject instanceof Uint8Array ? printedSubject(subject) : undefined;
  const listed = subject instanceof Uint8Array ? [] : subject;
  const of = (type: string) => listed.filter(([found]) => found === type).map(([, value]) => value);
  const organizations = changes.organizations ?? old?.organizations ?? of('O');
  const commonName =
    changes.commonName === undefined ? (old?.commonName ?? of('CN').at(-1) ?? null) : changes.commonName;
  return names(organizations, commonName);
}

/** The key identifier that a CA has, which a real CA may have computed by another hash. */
function keyIdOfIssuer({ certificate }: Authority): { readonly authorityKeyId?: Uint8Array } {
  const start = Buffer.from(certificate).indexOf(Buffer.from('0603551d0e04160414', 'hex'));
  return start < 0 ? {} : { authorityKeyId: certificate.subarray(start + 9, start + 29) };
}

/** Issues a certificate for this key from the profile with changes. If `issuer` is undefined, it is self-signed. */
export function certify(profile: Profile, changes: Changes, key: Key, issuer: Authority | undefined): Buffer {
  const subject = changedSubject(profile.subject, changes);
  const chosen = <T>(change: T | undefined, usual: T): T => (change === undefined ? usual : change);
  const { pathLength, criticalConstraints, hash, version, extensions, subjectKeyId } = changes;
  return makeCertificate({
    subject,
    issuer: issuer === undefined ? subject : subjectDer(issuer.certificate),
    key,
    signer: issuer?.key ?? key,
    serial: changes.serial ?? profile.serial,
    notBefore: new Date(changes.notBefore ?? profile.notBefore),
    notAfter: new Date(changes.notAfter ?? profile.notAfter),
    keyUsage: chosen(changes.keyUsage, profile.keyUsage),
    usages: chosen(changes.usages, profile.usages),
    sans: chosen(changes.sans, profile.sans),
    ca: chosen(changes.ca, profile.ca),
    ...(pathLength === undefined ? {} : { pathLength }),
    ...(criticalConstraints === undefined ? {} : { criticalConstraints }),
    ...(subjectKeyId === undefined ? {} : { subjectKeyId }),
    ...(issuer === undefined ? {} : keyIdOfIssuer(issuer)),
    ...(hash === undefined ? {} : { hash }),
    ...(version === undefined ? {} : { version }),
    ...(extensions === undefined ? {} : { extensions }),
  });
}

/** A CA that belongs to no cluster. */
export function makeAuthority(commonName: string, changes: Changes = {}, issuer?: Authority): Authority {
  const key = typeof changes.key === 'object' ? changes.key : keyNamed(`authority ${commonName}`, changes.key);
  const profile: Profile = {
    subject: names([], commonName),
    serial: serialFor(commonName),
    notBefore: new Date(madeAt),
    notAfter: new Date(madeAt + 3650 * day),
    keyUsage: authorityKeyUsage,
    usages: null,
    sans: null,
    ca: true,
  };
  return { certificate: certify(profile, changes, key, issuer), key };
}
