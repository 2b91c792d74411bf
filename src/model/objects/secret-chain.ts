/** Whether clients can verify what a Secret's server presents, as far as a dump shows their CAs. */
import type { Certificate, Chain } from '../../artifact/certificate.ts';
import type { ClusterObjects, SecretObject } from '../../artifact/objects/cluster-objects.ts';
import { certificatesInPem } from '../../artifact/pem-blocks.ts';
import { remember } from '../../core/collections.ts';
import type { LeafChain } from '../../x509/load.ts';
import { issues } from '../../x509/verify/chain.ts';
import { verify } from '../../x509/verify/verify.ts';
import type { JudgedDump } from './judged-dump.ts';

/** A CA that a dump has. */
interface KnownIssuer {
  readonly certificate: Certificate;
  readonly secret: SecretObject;
  readonly key: string;
}

/** Returns what clients are to trust: cert-manager writes it next to the pair. */
export const ownCas = ({ pems }: SecretObject): readonly Certificate[] => certificatesInPem(pems.get('ca.crt'));

const isCa = ({ basicConstraints }: Certificate): boolean => basicConstraints?.ca === true;

const isSelfIssued = ({ subject, issuer }: Certificate): boolean => subject.der === issuer.der;

/** Whether the key identifiers allow it: many CAs may have one name, and each signature takes time. */
export const mayIssue = ({ subjectKeyId }: Certificate, { authorityKeyId }: Certificate): boolean =>
  subjectKeyId === undefined || authorityKeyId === undefined || subjectKeyId === authorityKeyId;

/** The CAs in the Secrets of a dump, by their subjects. */
const issuersByName = remember(({ secrets }: ClusterObjects): ReadonlyMap<string, readonly KnownIssuer[]> => {
  const found = new Map<string, Map<string, KnownIssuer>>();
  for (const secret of secrets) {
    for (const [key, pem] of secret.pems) {
      for (const certificate of certificatesInPem(pem).filter(isCa)) {
        const named = found.get(certificate.subject.der) ?? new Map<string, KnownIssuer>();
        found.set(certificate.subject.der, named);
        if (!named.has(certificate.fingerprint256)) named.set(certificate.fingerprint256, { certificate, secret, key });
      }
    }
  }
  return new Map([...found].map(([name, all]) => [name, [...all.values()]]));
});

/** Returns the certificates of a file from its leaf up, as far as each has issued the one before. */
export function presentedChain({ leaf, intermediates }: LeafChain): Chain {
  const chain: Certificate[] = [leaf];
  let top = leaf;
  while (!isSelfIssued(top) && chain.length <= intermediates.length) {
    const child = top;
    const parent = intermediates.find((one) => !chain.includes(one) && issues(one, child));
    if (parent === undefined) break;
    chain.push(parent);
    top = parent;
  }
  return chain;
}

/** Why a client that trusts only roots finds no chain. */
export type ChainGap =
  | { readonly missing: Certificate; readonly from: KnownIssuer }
  /** A CA that is there, and has issued nothing. */
  | { readonly stray: Certificate };

/**
 * Returns the intermediate CA that a server should present and does not, if the dump has it; or one that it presents
 * and that has issued nothing. What the Secret's own `ca.crt` has is trusted.
 */
export function gapInChain(chain: LeafChain, secret: SecretObject, objects: ClusterObjects): ChainGap | undefined {
  const presented = presentedChain(chain);
  const top = presented.at(-1) ?? chain.leaf;
  if (isSelfIssued(top) || isCa(chain.leaf)) return undefined;
  if (ownCas(secret).some((one) => issues(one, top))) return undefined;
  const from = (issuersByName(objects).get(top.issuer.der) ?? []).find(
    ({ certificate }) => mayIssue(certificate, top) && issues(certificate, top),
  );
  if (from !== undefined) return isSelfIssued(from.certificate) ? undefined : { missing: from.certificate, from };
  // The only purpose of an intermediate CA in such a file is that it has issued something in it.
  const stray = presented.length === 1 ? chain.intermediates.find((one) => isCa(one) && !isSelfIssued(one)) : undefined;
  return stray && { stray };
}

/**
 * Returns why the `ca.crt` of a Secret does not verify its certificate. A CA of a different name is for something else,
 * such as the certificates of clients: of that, nothing is said.
 */
export function errorOfOwnCa(
  { leaf, intermediates }: LeafChain,
  secret: SecretObject,
  { at, strictness }: Pick<JudgedDump, 'at' | 'strictness'>,
): string | undefined {
  const roots = ownCas(secret);
  const issuers = new Set([leaf, ...intermediates].map(({ issuer }) => issuer.der));
  if (!roots.some(({ subject }) => issuers.has(subject.der))) return undefined;
  // Another rule says that the certificate expires.
  const moment = Math.min(Math.max(at, leaf.notBefore), leaf.notAfter);
  const verdict = verify(leaf, { roots, intermediates, usages: ['any'], at: moment, strictness });
  return verdict.ok ? undefined : verdict.error;
}
