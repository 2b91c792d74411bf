/** The certificates, requests and keys of a report. */
import type { SubjectAltName } from '../artifact/certificate.ts';
import type { Count, Integer, Sha256, Timestamp } from '../core/formats.ts';

/** The public half of a key. */
export interface InventoryKey {
  /** `RSA`, `ECDSA`, `Ed25519`, … */
  readonly type: string;
  /** Its size. */
  readonly bits: Count;
  /** The curve of an ECDSA key, such as `P-256`. */
  readonly curve: string | null;
  /** SHA-256 of its SubjectPublicKeyInfo: equal for a certificate and its private key. */
  readonly id: Sha256;
}

/** An attribute of a distinguished name. */
export interface InventoryAttribute {
  /** Short name (`CN`, `O`, …), or an OID. */
  readonly type: string;
  /** Its value, not escaped. */
  readonly value: string;
}

/** A certificate, request or key. */
export interface InventoryItem {
  /** Name of the node. */
  readonly node: string;
  /** Its role; null where it has none. */
  readonly role: string | null;
  /** Path on the node. */
  readonly path: string;
  /** Entry within a kubeconfig, such as `users[kubernetes-admin].client-certificate-data`. */
  readonly entry: string | null;
  /** Position within the file, from 0. */
  readonly index: Count;
  /** The kind of object. */
  readonly kind: 'certificate' | 'authority' | 'request' | 'private-key' | 'public-key';
  /** Distinguished name. */
  readonly subject: string | null;
  /** The attributes of `subject`, in order. */
  readonly subjectAttributes: readonly InventoryAttribute[];
  /** Distinguished name. */
  readonly issuer: string | null;
  /** The attributes of `issuer`, in order. */
  readonly issuerAttributes: readonly InventoryAttribute[];
  /**
   * Lower-case hex without leading zeros.
   *
   * @pattern ^-?[0-9a-f]+$
   */
  readonly serial: string | null;
  /** Start of its validity. */
  readonly notBefore: Timestamp | null;
  /** End of its validity. */
  readonly notAfter: Timestamp | null;
  /** Whole days from `at` to `notAfter`, rounded down; negative once it has expired. */
  readonly daysLeft: Integer | null;
  /** The earliest expiry in its chain. */
  readonly effectiveNotAfter: Timestamp | null;
  /** Subject alternative names. */
  readonly sans: readonly SubjectAltName[];
  /** Key usages and extended key usages, by their RFC 5280 names or OIDs. */
  readonly usages: readonly string[];
  /** The public half of its key. */
  readonly key: InventoryKey;
  /** How a certificate is signed, by the name that Go gives it (`SHA256-RSA`), or an OID. */
  readonly signatureAlgorithm: string | null;
  /** SHA-256 of the DER of a certificate. */
  readonly fingerprint256: Sha256 | null;
  /** The role or the subject of its issuer. */
  readonly signedBy: string | null;
  /** The key whose signature it has, as the `id` of a key; null if it is self-signed or that key was not seen. */
  readonly signedByKey: Sha256 | null;
  /** Flags and other references to it, such as `kube-apiserver --tls-cert-file`. */
  readonly usedBy: readonly string[];
  /** Whether its dates are judged, because something depends on them. */
  readonly judged: boolean;
}
