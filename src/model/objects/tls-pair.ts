/** The certificate and the key that a server reads from a Secret. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { ClusterObjects, SecretObject } from '../../artifact/objects/cluster-objects.ts';
import type { Pem } from '../../artifact/pem-blocks.ts';
import { remember } from '../../core/collections.ts';
import { type LeafChain, type Loaded, loadKeyPair, loadLeafChain } from '../../x509/load.ts';
import { issues } from '../../x509/verify/chain.ts';

const [certificateKey, privateKey] = ['tls.crt', 'tls.key'];

/** Whether a Secret is for a server of TLS. */
export const isTls = ({ type, keys }: SecretObject): boolean =>
  type === 'kubernetes.io/tls' && keys.has(certificateKey);

const nothing: Pem = { blocks: [] };

/** Whether PEM has a private key: a dump may leave it out. */
export const hasPrivateKey = (pem: Pem | undefined): pem is Pem =>
  pem?.blocks.some(({ label }) => label.endsWith('PRIVATE KEY')) === true;

/** What a dump shows of Secrets: programs that make dumps leave out keys, and some leave out all values. */
const shown = remember(({ secrets }: ClusterObjects) => ({
  keys: secrets.some(({ pems }) => hasPrivateKey(pems.get(privateKey))),
  certificates: secrets.some(({ pems }) => pems.has(certificateKey)),
}));

/** Whether a dump has private keys at all: then an empty one is empty in the cluster too. */
export const showsKeys = (objects: ClusterObjects): boolean => shown(objects).keys;

/**
 * Loads the pair in a Secret as a server of Go does. An empty key is no fault if the dump has no keys at all.
 *
 * @returns undefined if the dump leaves out what decides
 */
export function pairIn({ pems, keys }: SecretObject, objects: ClusterObjects): Loaded<LeafChain> | undefined {
  const [cert, key] = [pems.get(certificateKey), pems.get(privateKey)];
  if (cert === undefined && !shown(objects).certificates) return undefined;
  const isKeyShown = hasPrivateKey(key) || (keys.has(privateKey) && showsKeys(objects));
  if (isKeyShown) return loadKeyPair(cert ?? nothing, key ?? nothing);
  const chain = loadLeafChain(cert ?? nothing);
  const error = chain.ok ? orderError(chain.value) : undefined;
  return error === undefined ? chain : { ok: false, error };
}

/** Why a server presents the wrong certificate: that of a CA stands before what it has issued. */
function orderError({ leaf, intermediates }: LeafChain): string | undefined {
  if (leaf.basicConstraints?.ca !== true) return undefined;
  const issued = intermediates.find((one) => isLeaf(one) && issues(leaf, one));
  return issued && `the first certificate is that of the CA "${leaf.subject.text}", and servers present the first one`;
}

const isLeaf = ({ basicConstraints }: Certificate): boolean => basicConstraints?.ca !== true;
