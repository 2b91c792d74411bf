/**
 * Loads files like the components of Kubernetes: returns their contents, or the error that the component prints. Every
 * function accepts the result of `readPem`, so that a file is parsed once for all its readers.
 */

import type { Certificate, PrivateKey, PublicKey } from '../artifact/certificate.ts';
import { certificatesInPem, type Pem, type PemBlock } from '../artifact/pem-blocks.ts';
import { isMlDsaError } from './ml-dsa.ts';
import { isPrivateKeyLabel } from './pem.ts';
import { unreadableKey } from './private-key.ts';

export type Loaded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

/** The certificates that a server or a client presents. */
export interface LeafChain {
  readonly leaf: Certificate;
  /** The certificates after the leaf that can be parsed: no component reads the others before a handshake. */
  readonly intermediates: readonly Certificate[];
  /** The error of the first of the others. A client that is sent it fails (crypto/tls, verifyServerCertificate). */
  readonly unparsed?: string;
}

const loaded = <T>(value: T): Loaded<T> => ({ ok: true, value });
const failed = <T>(error: string): Loaded<T> => ({ ok: false, error });

const isCertificateLabel = (block: PemBlock): boolean => block.label === 'CERTIFICATE';

/**
 * Loads a serving or client pair like `tls.X509KeyPair` (crypto/tls/tls.go): kube-apiserver, kubelet, etcd, client-go.
 */
export function loadKeyPair(cert: Pem, key: Pem): Loaded<LeafChain> {
  const blocks = cert.blocks.filter(isCertificateLabel);
  const missing = blocks.length > 0 ? findKey(key) : undefined;
  // Go searches for both blocks before it parses either.
  if (missing?.ok === false) return missing;
  const chain = loadLeafChain(cert);
  if (!chain.ok) return chain;
  const secret = loadKeyOnly(key);
  if (!secret.ok) return secret;
  const mismatch = pairMismatch(chain.value.leaf.publicKey, secret.value.publicKey);
  return mismatch === undefined ? chain : failed(mismatch);
}

/** Returns the error of `tls.X509KeyPair` for a certificate and a key that do not match; undefined if they do. */
function pairMismatch(certified: PublicKey, secret: PublicKey): string | undefined {
  if (certified.type === 'other') return 'tls: unknown public key algorithm';
  if (certified.type !== secret.type) return 'tls: private key type does not match public key type';
  return certified.id === secret.id ? undefined : 'tls: private key does not match public key';
}

/** Loads the certificate of a pair like `loadKeyPair`, for a key that is not in the input. */
export function loadLeafChain(cert: Pem): Loaded<LeafChain> {
  const [first, ...rest] = cert.blocks.filter(isCertificateLabel);
  if (first === undefined) return failed(explainNoCertificate(cert));
  const leaf = certificateOf(first);
  if (!leaf.ok) return leaf;
  const unparsed = rest.map(certificateOf).find(({ ok }) => !ok);
  const intermediates = certificatesInPem({ blocks: rest });
  return loaded({ leaf: leaf.value, intermediates, ...(unparsed?.ok === false && { unparsed: unparsed.error }) });
}

function explainNoCertificate({ blocks }: Pem): string {
  const [first] = blocks;
  if (first === undefined) return 'tls: failed to find any PEM data in certificate input';
  if (blocks.length === 1 && first.label.endsWith('PRIVATE KEY')) {
    return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
  }
  return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: ${labels(blocks)}`;
}

/** Loads the key of a pair like `loadKeyPair`, for a certificate that is not in the input. */
export function loadKeyOnly(key: Pem): Loaded<PrivateKey> {
  const block = findKey(key);
  if (!block.ok) return block;
  if (block.value.type === 'private-key') return loaded(block.value.key);
  const error = block.value.type === 'malformed' ? block.value.error : '';
  if (error.startsWith('tls: ')) return failed(error);
  // Go 1.27 adds the error of crypto/x509; of other keys, no Go before it does.
  return failed(isMlDsaError(error) ? `${unreadableKey}: ${error}` : unreadableKey);
}

/** The first block whose label ends in PRIVATE KEY: the only one that crypto/tls parses. */
function findKey({ blocks }: Pem): Loaded<PemBlock> {
  const found = blocks.find((block) => isPrivateKeyLabel(block.label));
  if (found) return loaded(found);
  const [first] = blocks;
  if (first === undefined) return failed('tls: failed to find any PEM data in key input');
  if (blocks.length === 1 && isCertificateLabel(first)) {
    return failed('tls: found a certificate rather than a key in the PEM for the private key');
  }
  return failed(
    `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: ${labels(blocks)}`,
  );
}

/** Go prints labels as they are. One that no type of block has could be anything, such as a misplaced key. */
const shownLabel = ({ label }: PemBlock): string => (/^[A-Z0-9 ]{0,32}$/.test(label) ? label : '(no known type)');

const labels = (blocks: readonly PemBlock[]): string => `[${blocks.map(shownLabel).join(' ')}]`;

/**
 * Loads a client CA file or a root CA file like client-go's `cert.NewPoolFromBytes` (k8s.io/client-go util/cert/pem.go,
 * ParseCertsPEM): one certificate that cannot be parsed makes the whole file invalid.
 */
export function loadKubePool(pem: Pem): Loaded<readonly Certificate[]> {
  const certificates: Certificate[] = [];
  for (const block of pem.blocks) {
    if (!isCertificateLabel(block) || block.headers) continue;
    const certificate = certificateOf(block);
    if (!certificate.ok) return certificate;
    certificates.push(certificate.value);
  }
  return certificates.length > 0
    ? loaded(certificates)
    : failed('data does not contain any valid RSA or ECDSA certificates');
}

/**
 * Loads the certificate authority of a kubeconfig like client-go's transport (k8s.io/client-go transport/transport.go,
 * rootCertPool; crypto/x509 AppendCertsFromPEM): certificates that cannot be parsed are skipped.
 */
export function loadGoPool(pem: Pem): Loaded<readonly Certificate[]> {
  const candidates = pem.blocks.filter((block) => isCertificateLabel(block) && !block.headers);
  const certificates = certificatesInPem({ blocks: candidates });
  if (certificates.length > 0) return loaded(certificates);
  const broken = candidates.find((block) => block.type === 'malformed');
  if (broken?.type === 'malformed')
    return failed(`unable to load root certificates: failed to parse certificate: ${broken.error}`);
  const isDecoded = pem.blocks.length > 0 && pem.hasRest === undefined;
  const error = isDecoded ? 'no valid certificate authority data seen' : 'unable to parse bytes as PEM block';
  return failed(`unable to load root certificates: ${error}`);
}

/**
 * Loads a trusted CA file of etcd, or of kube-apiserver for etcd, like etcd's `tlsutil.NewCertPool` (etcd
 * client/pkg/tlsutil/tlsutil.go): every block must be a certificate, with any label. A file without blocks is an empty
 * pool.
 */
export function loadEtcdPool(pem: Pem): Loaded<readonly Certificate[]> {
  const certificates: Certificate[] = [];
  for (const block of pem.blocks) {
    const certificate = certificateOf(block);
    if (!certificate.ok) return certificate;
    certificates.push(certificate.value);
  }
  return loaded(certificates);
}

/** The block parsed as a certificate, regardless of its label. */
function certificateOf(block: PemBlock): Loaded<Certificate> {
  if (block.type === 'certificate') return loaded(block.certificate);
  if (block.type === 'malformed' && block.promised === 'certificate') return failed(block.error);
  const certificate = block.contents?.certificate ?? { error: 'x509: malformed certificate' };
  return 'error' in certificate ? failed(certificate.error) : loaded(certificate);
}

/**
 * Loads the pair with which kube-controller-manager signs (k8s.io/apiserver
 * dynamiccertificates/dynamic_serving_content.go, then k8s.io/kubernetes
 * pkg/controller/certificates/signer/ca_provider.go): exactly one certificate.
 */
export function loadSigner(cert: Pem, key: Pem): Loaded<Certificate> {
  const pair = loadKeyPair(cert, key);
  if (!pair.ok) return pair;
  const certificate = loadOne(cert);
  if (!certificate.ok) return certificate;
  const secret = loadKeyutilKey(key);
  return secret.ok ? certificate : secret;
}

/** Loads the certificate of a pair like `loadSigner`, for a key that is not in the input. */
export function loadSignerCertificate(cert: Pem): Loaded<Certificate> {
  const chain = loadLeafChain(cert);
  return chain.ok ? loadOne(cert) : chain;
}

function loadOne(cert: Pem): Loaded<Certificate> {
  const pool = loadKubePool(cert);
  if (!pool.ok) return pool;
  const [certificate, ...more] = pool.value;
  if (certificate && more.length === 0) return loaded(certificate);
  return failed(`expected 1 certificate, found ${pool.value.length}`);
}

/**
 * Loads the keys that verify service account tokens (k8s.io/client-go util/keyutil/key.go, ParsePublicKeysPEM): RSA and
 * ECDSA keys, public, private or in certificates, with any label. Everything else is skipped.
 */
export function loadServiceAccountVerifiers(pem: Pem): Loaded<readonly PublicKey[]> {
  const keys = pem.blocks.flatMap((block) => verifierOf(block) ?? []);
  return keys.length > 0 ? loaded(keys) : failed('data does not contain any valid RSA or ECDSA public keys');
}

/** Returns the key of a block that verifies service account tokens; undefined if keyutil finds none. */
export function verifierOf(block: PemBlock): PublicKey | undefined {
  if (block.type !== 'certificate') return block.contents?.verifier;
  const key = block.certificate.publicKey;
  return key.type === 'RSA' || key.type === 'ECDSA' ? key : undefined;
}

/**
 * Whether tokens can be signed with a key, and its public half be published: RSA, or ECDSA on P-256, P-384 or P-521
 * (k8s.io/kubernetes pkg/serviceaccount/jwt.go, JWTTokenGenerator; openidmetadata.go, algorithmFromPublicKey).
 */
export const signsTokens = ({ type, curve }: PublicKey): boolean =>
  type === 'RSA' || (type === 'ECDSA' && curve !== 'P-224');

/** Loads the key that signs service account tokens (util/keyutil/key.go, ParsePrivateKeyPEM). */
export function loadServiceAccountSigner(pem: Pem): Loaded<PrivateKey> {
  const key = loadKeyutilKey(pem);
  if (!key.ok) return key;
  if (signsTokens(key.value.publicKey)) return key;
  return failed(
    key.value.publicKey.type === 'ECDSA'
      ? 'could not generate signer for ECDSA keypair: unknown private key curve, must be 256, 384, or 521'
      : 'unknown private key type ed25519.PrivateKey, must be *rsa.PrivateKey, *ecdsa.PrivateKey, or jose.OpaqueSigner',
  );
}

/** The encoding that keyutil tries, by label. */
const keyutilForms: Readonly<Record<string, PrivateKey['encoding']>> = {
  'EC PRIVATE KEY': 'SEC1',
  'RSA PRIVATE KEY': 'PKCS#1',
  'PRIVATE KEY': 'PKCS#8',
};

/** util/keyutil/key.go, ParsePrivateKeyPEM: the first block whose encoding matches its label. */
function loadKeyutilKey(pem: Pem): Loaded<PrivateKey> {
  for (const block of pem.blocks) {
    if (block.type === 'private-key' && keyutilForms[block.label] === block.key.encoding) return loaded(block.key);
  }
  return failed('data does not contain a valid RSA or ECDSA private key');
}
