/** Which CA of a dump verifies what a server serves. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { SecretObject } from '../../artifact/objects/cluster-objects.ts';
import { certificatesInPem, type Pem } from '../../artifact/pem-blocks.ts';
import { type LeafChain, loadGoPool } from '../../x509/load.ts';
import { verifyHostname } from '../../x509/verify/host-name.ts';
import { verify } from '../../x509/verify/verify.ts';
import { type DialledServer, objectsNear, type ServingCandidate, serviceDialled } from './dialled.ts';
import type { JudgedDump } from './judged-dump.ts';
import { judgedAt } from './secret-uses.ts';
import { shownCertificates } from './serving.ts';

/**
 * Returns why a Go client does not accept what a server sends, in its words; undefined if it does (crypto/tls,
 * verifyServerCertificate): it parses all certificates, then checks the dates of the first, its name, and its chain.
 */
export function errorOfServing(
  { leaf, intermediates, unparsed }: LeafChain,
  roots: readonly Certificate[],
  host: string,
  { at, strictness }: Pick<JudgedDump, 'at' | 'strictness'>,
): string | undefined {
  if (unparsed !== undefined) return `tls: failed to parse certificate from server: ${unparsed}`;
  const verdict = verify(leaf, { roots, intermediates, host, usages: ['serverAuth'], at, strictness });
  return verdict.ok ? undefined : `tls: failed to verify certificate: ${verdict.error}`;
}

/** A key of a Secret with nothing but certificates. */
export interface KnownCa {
  readonly namespace: string;
  readonly secret: string;
  readonly key: string;
}

/** What may be served to kube-apiserver with the name that it dials. */
export interface Served {
  readonly namespace: string;
  readonly candidates: readonly ServingCandidate[];
  /** Whether PEM has nothing but certificates, and these verify everything that may be served. */
  readonly isVerifiedBy: (pem: Pem | undefined) => boolean;
}

/** Returns what may be served to kube-apiserver; undefined if it is not known. */
export function servedTo(dialled: DialledServer, dump: JudgedDump): Served | undefined {
  const { host } = dialled;
  const service = serviceDialled(dialled, dump.objects);
  if (service === undefined || host === undefined) return undefined;
  const candidates = shownCertificates(dialled, dump.objects).filter(
    ({ chain }) => verifyHostname(chain.leaf, host) === undefined,
  );
  const isVerifiedBy = (pem: Pem | undefined) => {
    if (pem === undefined || pem.blocks.some(({ type }) => type !== 'certificate')) return false;
    const pool = loadGoPool(pem);
    if (!pool.ok) return false;
    return candidates.every(({ secret, chain }) => {
      const at = judgedAt(secret, chain.leaf, dump.objects, dump.at);
      return errorOfServing(chain, pool.value, host, { ...dump, at }) === undefined;
    });
  };
  return candidates.length === 0 ? undefined : { namespace: service.namespace, candidates, isVerifiedBy };
}

/**
 * Returns the certificates that verify everything that may be served: in the Secret that is served, or else in another
 * of its namespace: there the smallest one, which trusts the fewest CAs. Of a server whose certificate is not known,
 * there are none.
 */
export function verifyingCa(dialled: DialledServer, dump: JudgedDump): KnownCa | undefined {
  const found = servedTo(dialled, dump);
  if (found === undefined) return undefined;
  const { namespace, candidates, isVerifiedBy } = found;
  const near = objectsNear(dump.objects, namespace).secrets;
  const smallestFirst = (secrets: readonly SecretObject[]) =>
    secrets
      .flatMap(({ meta, pems }) => [...pems].map(([key, pem]) => ({ namespace, secret: meta.name, key, pem })))
      .toSorted((one, other) => one.pem.blocks.length - other.pem.blocks.length);
  const known = [...smallestFirst(candidates.map(({ secret }) => secret)), ...smallestFirst(near)];
  const leaves = new Set(candidates.map(({ chain }) => chain.leaf.fingerprint256));
  // A certificate verifies itself, but not the next one.
  const isLeaf = ({ pem }: (typeof known)[number]) =>
    certificatesInPem(pem).some(({ fingerprint256 }) => leaves.has(fingerprint256));
  return known.find((one) => !isLeaf(one) && isVerifiedBy(one.pem)) ?? known.find((one) => isVerifiedBy(one.pem));
}
