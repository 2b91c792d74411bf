/** Object identifiers and their names: RFC 5280, RFC 4519 and the tables of crypto/x509/x509.go. */
import type { KeyUsage, MlDsaName } from '../artifact/certificate.ts';

export const oid = {
  rsa: '1.2.840.113549.1.1.1',
  dsa: '1.2.840.10040.4.1',
  ecdsa: '1.2.840.10045.2.1',
  x25519: '1.3.101.110',
  ed25519: '1.3.101.112',
  rsaPss: '1.2.840.113549.1.1.10',
  mgf1: '1.2.840.113549.1.1.8',
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  policyConstraints: '2.5.29.36',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
} as const;

/** Short names of attribute types (RFC 4519; pkix.attributeTypeNames). */
export const attributeNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'SERIALNUMBER',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.17': 'POSTALCODE',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

/** Names of extended key usages that Go knows (crypto/x509 extKeyUsageOIDs). */
export const extendedKeyUsageNames: Readonly<Record<string, string>> = {
  '2.5.29.37.0': 'anyExtendedKeyUsage',
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.5': 'ipsecEndSystem',
  '1.3.6.1.5.5.7.3.6': 'ipsecTunnel',
  '1.3.6.1.5.5.7.3.7': 'ipsecUser',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
  '1.3.6.1.4.1.311.10.3.3': 'msServerGatedCrypto',
  '2.16.840.1.113730.4.1': 'nsServerGatedCrypto',
  '1.3.6.1.4.1.311.2.1.22': 'msCommercialCodeSigning',
  '1.3.6.1.4.1.311.61.1.1': 'msKernelCodeSigning',
};

/** Key usages in the order of their bits (RFC 5280 section 4.2.1.3). */
export const keyUsages: readonly KeyUsage[] = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

export type Hash = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';

export interface SignatureAlgorithm {
  readonly key: 'RSA' | 'DSA' | 'ECDSA' | 'Ed25519' | MlDsaName;
  /** undefined if the algorithm includes the hash. */
  readonly hash: Hash | undefined;
}

/** Signature algorithms, by Go's names (crypto/x509 signatureAlgorithmDetails). */
export const signatureAlgorithms: Readonly<Record<string, SignatureAlgorithm>> = {
  'MD5-RSA': { key: 'RSA', hash: 'md5' },
  'SHA1-RSA': { key: 'RSA', hash: 'sha1' },
  'SHA256-RSA': { key: 'RSA', hash: 'sha256' },
  'SHA384-RSA': { key: 'RSA', hash: 'sha384' },
  'SHA512-RSA': { key: 'RSA', hash: 'sha512' },
  'SHA256-RSAPSS': { key: 'RSA', hash: 'sha256' },
  'SHA384-RSAPSS': { key: 'RSA', hash: 'sha384' },
  'SHA512-RSAPSS': { key: 'RSA', hash: 'sha512' },
  'DSA-SHA1': { key: 'DSA', hash: 'sha1' },
  'DSA-SHA256': { key: 'DSA', hash: 'sha256' },
  'ECDSA-SHA1': { key: 'ECDSA', hash: 'sha1' },
  'ECDSA-SHA256': { key: 'ECDSA', hash: 'sha256' },
  'ECDSA-SHA384': { key: 'ECDSA', hash: 'sha384' },
  'ECDSA-SHA512': { key: 'ECDSA', hash: 'sha512' },
  Ed25519: { key: 'Ed25519', hash: undefined },
  'ML-DSA-44': { key: 'ML-DSA-44', hash: undefined },
  'ML-DSA-65': { key: 'ML-DSA-65', hash: undefined },
  'ML-DSA-87': { key: 'ML-DSA-87', hash: undefined },
};

/** Go's names of signature algorithms by OID, except RSA-PSS. */
export const signatureNames: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.4': 'MD5-RSA',
  '1.2.840.113549.1.1.5': 'SHA1-RSA',
  '1.3.14.3.2.29': 'SHA1-RSA',
  '1.2.840.113549.1.1.11': 'SHA256-RSA',
  '1.2.840.113549.1.1.12': 'SHA384-RSA',
  '1.2.840.113549.1.1.13': 'SHA512-RSA',
  '1.2.840.10040.4.3': 'DSA-SHA1',
  '2.16.840.1.101.3.4.3.2': 'DSA-SHA256',
  '1.2.840.10045.4.1': 'ECDSA-SHA1',
  '1.2.840.10045.4.3.2': 'ECDSA-SHA256',
  '1.2.840.10045.4.3.3': 'ECDSA-SHA384',
  '1.2.840.10045.4.3.4': 'ECDSA-SHA512',
  '1.3.101.112': 'Ed25519',
  '2.16.840.1.101.3.4.3.17': 'ML-DSA-44',
  '2.16.840.1.101.3.4.3.18': 'ML-DSA-65',
  '2.16.840.1.101.3.4.3.19': 'ML-DSA-87',
};

/** Go's names of RSA-PSS by the OID of the hash and the length of the salt in bytes. */
export const pssNames: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1/32': 'SHA256-RSAPSS',
  '2.16.840.1.101.3.4.2.2/48': 'SHA384-RSAPSS',
  '2.16.840.1.101.3.4.2.3/64': 'SHA512-RSAPSS',
};
