/** The types of X.509 (RFC 5280), as plain data without private key material. */

/** One attribute of a distinguished name, e.g. `{ type: 'CN', oid: '2.5.4.3', value: 'kube-apiserver' }`. */
export interface NameAttribute {
  /** Short name (`CN`, `O`, `OU`, `C`, `L`, `ST`, …), or the dotted OID if it has none. */
  readonly type: string;
  readonly oid: string;
  readonly value: string;
}

/** A distinguished name. */
export interface DistinguishedName {
  readonly attributes: readonly NameAttribute[];
  /** The last CN, as in Go's `pkix.Name.FillFromRDNSequence`; '' if there is none. */
  readonly commonName: string;
  /** Every O, in order. */
  readonly organizations: readonly string[];
  /** `O=system:nodes, CN=system:node:cp-1`: every attribute in the order of the encoding. */
  readonly text: string;
  /** DER of the Name, in hex: Go compares it to find an issuer. */
  readonly der: string;
}

/** The parameter sets of ML-DSA (FIPS 204). */
export type MlDsaName = 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87';

export type KeyType = 'RSA' | 'ECDSA' | 'Ed25519' | MlDsaName | 'other';

export interface PublicKey {
  readonly type: KeyType;
  /** Modulus bits for RSA, field bits for ECDSA, all of the key's for others; 0 if Go does not know the algorithm. */
  readonly bits: number;
  /** `P-256`, `P-384`, `P-521`, `P-224`; absent unless ECDSA. */
  readonly curve?: string;
  /** SHA-256 over a canonical form, in hex: equal for equal keys in different encodings. */
  readonly id: string;
  /** SubjectPublicKeyInfo in DER, for node:crypto. */
  readonly spki: Uint8Array;
}

/** The public half of a private key, and its encoding. The private half is not kept. */
export interface PrivateKey {
  readonly encoding: 'PKCS#1' | 'SEC1' | 'PKCS#8';
  readonly publicKey: PublicKey;
}

export type SanType = 'DNS' | 'IP' | 'email' | 'URI' | 'other';

/** A subject alternative name. */
export interface SubjectAltName {
  /** Its kind. */
  readonly type: SanType;
  /** Its value; an IP address in its canonical form (`192.0.2.10`, `2001:db8::7`). */
  readonly value: string;
}

/** Names of RFC 5280 section 4.2.1.3. */
export type KeyUsage =
  | 'digitalSignature'
  | 'contentCommitment'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly';

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

export interface Certificate {
  /** The whole DER. */
  readonly raw: Uint8Array;
  /** DER of the TBSCertificate, which the signature covers. */
  readonly tbs: Uint8Array;
  readonly version: number;
  /** Lower-case hex without leading zeros ('0' for zero); '-' in front of a negative one. */
  readonly serial: string;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: PublicKey;
  /** Go's name: `SHA256-RSA`, `ECDSA-SHA384`, `Ed25519`, `ML-DSA-65`, …; `unknown` if no Go has one. */
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
  /** undefined if the extension is absent. */
  readonly keyUsage?: readonly KeyUsage[];
  /** RFC 5280 names (`serverAuth`, `clientAuth`, `anyExtendedKeyUsage`, …) or dotted OIDs; undefined if absent. */
  readonly extendedKeyUsage?: readonly string[];
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number };
  /** The subjectAltName extension; undefined if absent. */
  readonly sans?: readonly SubjectAltName[];
  /** Hex. */
  readonly subjectKeyId?: string;
  /** Hex. */
  readonly authorityKeyId?: string;
  readonly extensions: readonly Extension[];
  /** OIDs of critical extensions that Go does not handle. */
  readonly unhandledCritical: readonly string[];
  /** SHA-256 of the DER, lower-case hex. */
  readonly fingerprint256: string;
}

/** A PKCS#10 request (RFC 2986): the fields that pki-lint uses. */
export interface CertificateRequest {
  readonly subject: DistinguishedName;
  readonly publicKey: PublicKey;
  /** The names that it asks for; undefined if it asks for none, and in a copy of a node. */
  readonly sans?: readonly SubjectAltName[];
}

/** Certificates from a leaf to a trust anchor. */
export type Chain = readonly Certificate[];

/** The chains by which a certificate is trusted, or the reason why it is not. */
export type Verdict =
  | { readonly ok: true; readonly chains: readonly Chain[] }
  /** The message of Go's error. */
  | { readonly ok: false; readonly error: string };
