/** Certificates by role: what kubeadm would write, with some of it changed. */
import { createHash, X509Certificate } from 'node:crypto';
import { type CertificateFields, makeCertificate, type San, type Subject } from './certificates.ts';
import { children } from './der.ts';
import { type Key, type KeyType, keyNamed } from './keys.ts';
import { type AuthorityRole, authorities, isAuthority, leafRow, type Role, type Site } from './roles.ts';

/** Who signs: a CA certificate in DER and its key. */
export interface Authority {
  readonly certificate: Uint8Array;
  readonly key: Key;
}

export interface Changes {
  /** null: no CN. */
  readonly commonName?: string | null;
  readonly organizations?: readonly string[];
  /** The whole name, in the place of the two above. */
  readonly subject?: Subject | Uint8Array;
  /** `['DNS:cp-1', 'IP:192.0.2.10']`; null: no such extension. */
  readonly sans?: readonly San[] | null;
  /** Extended key usages; null: no such extension. */
  readonly usages?: readonly string[] | null;
  readonly keyUsage?: readonly string[] | null;
  /** null: no basicConstraints. */
  readonly ca?: boolean | null;
  readonly pathLength?: number;
  /** `2027-11-24`, RFC 3339, or a Date. */
  readonly notBefore?: string | Date;
  readonly notAfter?: string | Date;
  readonly issuer?: AuthorityRole | 'self' | Authority;
  /** A new key of that type, or that very key. */
  readonly key?: KeyType | Key;
  /** false leaves the key that lies there: certificate and key do not belong together then. */
  readonly writeKey?: boolean;
  readonly serial?: bigint;
  readonly hash?: NonNullable<CertificateFields['hash']>;
  readonly version?: number;
  readonly extensions?: NonNullable<CertificateFields['extensions']>;
}

/** When the nodes that tests build were made; leaves end a year later, authorities ten. */
const madeAt = Date.parse('2026-11-24T14:00:00Z');
const minute = 60_000;
const day = 24 * 60 * minute;

/** What a role's certificate is made of but for keys and issuer. */
export type Profile = Pick<
  CertificateFields,
  'serial' | 'notBefore' | 'notAfter' | 'keyUsage' | 'usages' | 'sans' | 'ca'
> & {
  readonly subject: Subject | Uint8Array;
};

const leafKeyUsage = ['digitalSignature', 'keyEncipherment'];
const authorityKeyUsage = [...leafKeyUsage, 'keyCertSign'];

/** A positive serial of at most 63 bits that depends on nothing but the text. */
const serialFor = (text: string) => createHash('sha256').update(text).digest().readBigUInt64BE() >> 1n;

const names = (organizations: readonly string[], commonName: string | null): Subject => [
  ...organizations.map((value) => ['O', value] as const),
  ...(commonName === null ? [] : [['CN', commonName] as const]),
];

/** What kubeadm of the site's release writes for a role. */
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

/** What a certificate that lies there is made of; its key usage is taken from the kind. */
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

/** `O=a\nCN=b`, as node:crypto prints it, into its attributes. */
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

/** The profile with its changes, as a certificate of that key; `issuer` undefined: signed by itself. */
export function certify(profile: Profile, changes: Changes, key: Key, issuer: Authority | undefined): Buffer {
  const subject = changedSubject(profile.subject, changes);
  const chosen = <T>(change: T | undefined, usual: T): T => (change === undefined ? usual : change);
  const { pathLength, hash, version, extensions } = changes;
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
    ...(hash === undefined ? {} : { hash }),
    ...(version === undefined ? {} : { version }),
    ...(extensions === undefined ? {} : { extensions }),
  });
}

/** An authority of no cluster. */
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
