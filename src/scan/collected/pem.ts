/** Certificates and keys in a copy without keys: certificates whole, of private keys the public half. */
import type { Certificate, CertificateRequest, PrivateKey, PublicKey } from '../../artifact/certificate.ts';
import type { PemOddity } from '../../artifact/oddities.ts';
import type { Pem, PemBlock, PemContents } from '../../artifact/pem-blocks.ts';
import { parseCertificate } from '../../x509/certificate.ts';
import { ParseError } from '../../x509/der.ts';
import { parseName } from '../../x509/name.ts';
import { readLabelled } from '../../x509/pem.ts';
import { parsePkixPublicKey } from '../../x509/public-key.ts';
import {
  anyText,
  bool,
  type Codec,
  constant,
  converted,
  FormatError,
  items,
  optional,
  ordinal,
  record,
  tagged,
  wordOf,
} from './codec.ts';
import { eitherOf, hasField, orError } from './either.ts';

/** Bytes, in base64. */
const bytes: Codec<Uint8Array> = {
  write: (value) => Buffer.from(value).toString('base64'),
  read(json) {
    if (typeof json !== 'string') throw new FormatError('bytes in base64');
    return new Uint8Array(Buffer.from(json, 'base64'));
  },
};

const publicKey: Codec<PublicKey> = converted(
  bytes,
  ({ spki }: PublicKey) => spki,
  (spki) => parsed('a public key', () => parsePkixPublicKey(spki)),
);

const privateKey: Codec<PrivateKey> = record<PrivateKey>({ encoding: wordOf('PKCS#1', 'SEC1', 'PKCS#8'), publicKey });

const request: Codec<CertificateRequest> = record<Omit<CertificateRequest, 'sans'>>({
  subject: converted(
    bytes,
    ({ der }) => Buffer.from(der, 'hex'),
    (der) => parsed('a name', () => parseName(der)),
  ),
  publicKey,
});

const certificate: Codec<Certificate> = converted(
  bytes,
  ({ raw }: Certificate) => raw,
  (raw, { strictness }) => parsed('a certificate', () => parseCertificate(raw, strictness)),
);

const contents: Codec<PemContents> = record<PemContents>({
  certificate: orError(certificate),
  verifier: optional(publicKey),
});

const common = { label: anyText, line: ordinal, headers: bool, contents: optional(contents) };

/** A certificate, which another release of Go may refuse: then it is read as malformed. */
type Labelled = Omit<Extract<PemBlock, { type: 'certificate' }>, 'certificate' | 'type'> & { readonly der: Uint8Array };

const readable = tagged<Exclude<PemBlock, { type: 'certificate' }>, 'type'>('type', {
  'private-key': { ...common, key: privateKey },
  'public-key': { ...common, key: publicKey },
  'certificate-request': { ...common, request },
  'encrypted-key': common,
  malformed: {
    ...common,
    promised: wordOf('certificate', 'private-key', 'public-key', 'certificate-request'),
    error: anyText,
  },
  other: common,
});

const labelled = record<Labelled>({ ...common, der: bytes });

const block: Codec<PemBlock> = eitherOf(
  converted(
    labelled,
    ({ certificate: { raw }, ...rest }: Extract<PemBlock, { type: 'certificate' }>): Labelled => ({
      ...rest,
      der: raw,
    }),
    ({ label, line, headers, der }, { strictness }) =>
      readLabelled({ label, line, headers, der }, strictness) as Extract<PemBlock, { type: 'certificate' }>,
  ),
  readable,
  (one): one is Extract<PemBlock, { type: 'certificate' }> => one.type === 'certificate',
  (json) => hasField(json, 'der'),
);

const oddities = [
  ...(['empty', 'der-certificate', 'der-key', 'pkcs12', 'byte-order-mark', 'cut-block'] as const),
  ...(['glued-blocks', 'base64-pem', 'indented-blocks', 'no-pem'] as const),
] satisfies readonly PemOddity[];

export const pem: Codec<Pem> = record<Pem>({
  blocks: items(block),
  hasRest: optional(constant(true)),
  oddity: optional(wordOf(...oddities)),
  oddityLine: optional(ordinal),
});

/** @throws FormatError if it cannot be parsed */
function parsed<T>(expected: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof ParseError ? new FormatError(expected) : error;
  }
}
