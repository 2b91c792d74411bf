/** The result of reading PEM. */
import type { Certificate, CertificateRequest, PrivateKey, PublicKey } from './certificate.ts';
import type { PemOddity } from './oddities.ts';

/** One PEM block as Go's `encoding/pem` returns it. Errors have the text of Go's errors. */
export type PemBlock = {
  /** The label: `CERTIFICATE`, `RSA PRIVATE KEY`, … */
  readonly label: string;
  /** Line of the BEGIN marker, from 1. */
  readonly line: number;
  /** Whether it has RFC 1421 headers: `AppendCertsFromPEM` skips such a block. */
  readonly headers: boolean;
  /** The result for readers that ignore the label; absent for a certificate that is labelled as one. */
  readonly contents?: PemContents;
} & (
  | { readonly type: 'certificate'; readonly certificate: Certificate }
  | { readonly type: 'private-key'; readonly key: PrivateKey }
  | { readonly type: 'public-key'; readonly key: PublicKey }
  | { readonly type: 'certificate-request'; readonly request: CertificateRequest }
  /** Encrypted: its contents are unknown without a passphrase. */
  | { readonly type: 'encrypted-key' }
  /** Cannot be parsed as the type that its label promises, which is `promised`. */
  | {
      readonly type: 'malformed';
      readonly promised: 'certificate' | 'private-key' | 'public-key' | 'certificate-request';
      readonly error: string;
    }
  /** A label that no component of Kubernetes reads (`EC PARAMETERS`, `X509 CRL`, …). */
  | { readonly type: 'other' }
);

/** A block as it is read by code that ignores its label: etcd's pools, and keyutil's ParsePublicKeysPEM. */
export interface PemContents {
  /** The result of `x509.ParseCertificate` on the bytes. */
  readonly certificate: Certificate | { readonly error: string };
  /** The RSA or ECDSA key that verifies service account tokens, if keyutil finds one. */
  readonly verifier?: PublicKey;
}

/** A file (or embedded data) read as PEM. */
export interface Pem {
  readonly blocks: readonly PemBlock[];
  /** Present if something follows the last block. */
  readonly hasRest?: true;
  /** Why blocks may be missing, for messages; undefined for a regular file. */
  readonly oddity?: PemOddity;
  /** Line of the oddity, if it has one. */
  readonly oddityLine?: number;
}

/** Returns the certificates that are labelled as such, in order; none for a file that is not PEM. */
export const certificatesInPem = (pem: Pick<Pem, 'blocks'> | undefined): readonly Certificate[] =>
  (pem?.blocks ?? []).flatMap((block) => (block.type === 'certificate' ? block.certificate : []));
