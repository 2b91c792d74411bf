/** An external CA: it signs requests as asked, or differently. */
import { createPublicKey } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { certificatePem, makeCertificate } from '../../support/certificates.ts';
import { children, oid, sequence } from '../../support/der.ts';
import { type Authority, makeAuthority } from '../../support/issue.ts';
import { type Key, keyNamed } from '../../support/keys.ts';

export interface Asked {
  /** In DER. */
  readonly subject: Uint8Array;
  readonly publicKey: Key['publicKey'];
  /** The value of each requested extension, by the OID in hexadecimal DER. */
  readonly extensions: ReadonlyMap<string, Uint8Array>;
}

/** Parses a request (PKCS#10, RFC 2986). */
export function readRequest(pem: string): Asked {
  const block = pem.slice(pem.indexOf('-----BEGIN'));
  const der = Buffer.from(block.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64');
  const [, subject, spki, attributes] = children(children(der)[0] ?? der);
  if (!subject || !spki || !attributes) throw new Error('not a request');
  const [, values] = children(children(attributes)[0] ?? attributes);
  const list = children(children(values ?? attributes)[0] ?? attributes);
  const extensions = list.map((one) => {
    const parts = children(one);
    const wrapped = parts.at(-1) ?? one;
    return [
      Buffer.from(parts[0] ?? one).toString('hex'),
      wrapped.subarray(wrapped.length - contentLength(wrapped)),
    ] as const;
  });
  const publicKey = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  return { subject, publicKey, extensions: new Map(extensions) };
}

/** The encoded length of an element of up to 65535 bytes. */
function contentLength(der: Uint8Array): number {
  const first = der[1] ?? 0;
  return first < 0x80 ? first : der.length - 2 - (first & 0x7f);
}

export const asked = (request: Asked, dotted: string): Uint8Array | undefined =>
  request.extensions.get(oid(dotted).toString('hex'));

export interface Wrong {
  readonly issuer?: Authority;
  readonly notAfter?: Date;
  /** GeneralNames in DER. */
  readonly sans?: readonly string[];
  readonly key?: Key;
  /** A Name in DER. */
  readonly subject?: Uint8Array;
}

/** The three CAs of a company, by the name of the CA that they stand in for. */
const company: Readonly<Record<string, Authority>> = Object.fromEntries(
  ['ca', 'etcd/ca', 'front-proxy-ca'].map((name) => [name, makeAuthority(`${name} of the company`)]),
);

const signerOf = (name: string) =>
  /etcd/.test(name) ? 'etcd/ca' : name.startsWith('front-proxy') ? 'front-proxy-ca' : 'ca';

/**
 * Signs every request in a folder. Certificates are written next to the requests, together with the company's CAs.
 * `wrong` lists deviations by request name.
 */
export function signAll(folder: string, wrong: Readonly<Record<string, Wrong>> = {}): void {
  for (const name of requestsIn(folder)) {
    const request = readRequest(readFileSync(join(folder, `${name}.csr`), 'utf8'));
    const other = wrong[name] ?? {};
    const issuer = other.issuer ?? company[signerOf(name)];
    if (issuer === undefined) throw new Error(`nobody signs ${name}`);
    writeFileSync(join(folder, `${name}.crt`), sign(request, issuer, other));
  }
  for (const [name, { certificate }] of Object.entries(company)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, `${name}.crt`), certificatePem(certificate));
  }
}

/** The names of the requests in a folder, without extension. */
export function requestsIn(folder: string): readonly string[] {
  const all = readdirSync(folder, { recursive: true }).map(String);
  return all.flatMap((name) => (name.endsWith('.csr') ? [name.slice(0, -'.csr'.length)] : [])).sort();
}

function sign(request: Asked, issuer: Authority, { notAfter, sans, key, subject: name }: Wrong): string {
  const own = asked(request, '2.5.29.17');
  const usages = Buffer.from(asked(request, '2.5.29.37') ?? sequence());
  const has = (dotted: string) => usages.includes(oid(dotted));
  const publicKey = key?.publicKey ?? request.publicKey;
  const [subject] = [issuer.certificate].map((der) => children(children(der)[0] ?? der)[5]);
  return certificatePem(
    makeCertificate({
      subject: name ?? request.subject,
      issuer: subject ?? sequence(),
      key: { publicKey, privateKey: issuer.key.privateKey },
      signer: issuer.key,
      serial: 7n,
      notBefore: new Date('2026-11-20T00:00:00Z'),
      notAfter: notAfter ?? new Date('2027-11-30T00:00:00Z'),
      keyUsage: ['digitalSignature', 'keyEncipherment'],
      usages: [
        ...(has('1.3.6.1.5.5.7.3.1') ? ['serverAuth'] : []),
        ...(has('1.3.6.1.5.5.7.3.2') ? ['clientAuth'] : []),
      ],
      sans: sans ?? (own === undefined ? null : children(own)),
      ca: false,
    }),
  );
}

export const strangerKey = (): Key => keyNamed('a stranger');
