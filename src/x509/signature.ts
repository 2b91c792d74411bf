import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Certificate, PublicKey } from '../core/certificate.ts';
import { signatureAlgorithms } from './oids.ts';

const unimplemented = 'x509: cannot verify signature: algorithm unimplemented';

/**
 * Why Go would not take `parent` for the issuer of `child`, whatever their names; undefined where it would
 * (crypto/x509/x509.go, CheckSignatureFrom). No signature is verified twice.
 */
export function checkSignatureFrom(child: Certificate, parent: Certificate): string | undefined {
  if (!maySign(parent)) {
    return 'x509: invalid signature: parent certificate cannot sign this kind of certificate';
  }
  return checkSignature(child, parent.publicKey);
}

/** RFC 5280 sections 4.2.1.3 and 4.2.1.9, as Go reads them: an empty key usage counts as none. */
function maySign({ version, basicConstraints, keyUsage }: Certificate): boolean {
  if (basicConstraints ? !basicConstraints.ca : version === 3) return false;
  return keyUsage === undefined || keyUsage.length === 0 || keyUsage.includes('keyCertSign');
}

const checked = new WeakMap<Certificate, Map<string, string | undefined>>();

/** Whether this key made the certificate's signature, in the words of crypto/x509 checkSignature. */
function checkSignature(child: Certificate, key: PublicKey): string | undefined {
  const results = checked.get(child) ?? new Map<string, string | undefined>();
  checked.set(child, results);
  if (!results.has(key.id)) results.set(key.id, judgeSignature(child, key));
  return results.get(key.id);
}

/** What `%T` prints. */
const goTypes: Readonly<Record<string, string>> = {
  RSA: '*rsa.PublicKey',
  ECDSA: '*ecdsa.PublicKey',
  Ed25519: 'ed25519.PublicKey',
};

function judgeSignature(child: Certificate, key: PublicKey): string | undefined {
  const name = child.signatureAlgorithm;
  const algorithm = signatureAlgorithms[name];
  const goType = goTypes[key.type];
  if (algorithm === undefined) return unimplemented;
  // SHA-1 is refused for certificates since Go 1.18.
  if (algorithm.hash === 'md5' || algorithm.hash === 'sha1') {
    return `x509: cannot verify signature: insecure algorithm ${name}`;
  }
  if (goType === undefined) return unimplemented;
  if (algorithm.key !== key.type) {
    return `x509: signature algorithm specifies an ${algorithm.key} public key, but have public key of type ${goType}`;
  }
  if (key.type === 'RSA') return judgeRsa(child, key, algorithm.hash, name.endsWith('PSS'));
  return verifies(child, key, algorithm.hash) ? undefined : `x509: ${key.type} verification failure`;
}

function judgeRsa(child: Certificate, key: PublicKey, hash: string | undefined, pss: boolean): string | undefined {
  if (key.bits < 1024) {
    return `crypto/rsa: ${key.bits}-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)`;
  }
  const padding = pss
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : { padding: constants.RSA_PKCS1_PADDING };
  return verifies(child, key, hash, padding) ? undefined : 'crypto/rsa: verification error';
}

const keyObjects = new WeakMap<PublicKey, KeyObject>();

function verifies(
  { tbs, signature }: Certificate,
  key: PublicKey,
  hash: string | undefined,
  padding: { readonly padding?: number; readonly saltLength?: number } = {},
): boolean {
  try {
    let object = keyObjects.get(key);
    if (object === undefined) {
      object = createPublicKey({ key: Buffer.from(key.spki), format: 'der', type: 'spki' });
      keyObjects.set(key, object);
    }
    return verify(hash ?? null, tbs, { key: object, ...padding }, signature);
  } catch {
    // OpenSSL refuses keys (an even modulus, more than 16384 bits) with which no signature can be good.
    return false;
  }
}
