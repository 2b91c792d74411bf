/** Which CAs sign on a node: those that are there, those that are kept elsewhere, and those that a plan makes. */

import type { Certificate } from '../../core/certificate.ts';
import type { Refusal } from '../../core/plan.ts';
import type { NodeKind } from '../../core/report.ts';
import { dateOf } from '../../core/time.ts';
import type { Authority, Role } from '../../model/roles/role.ts';
import { signingCertificate } from '../../model/roles/signing.ts';
import { maySign } from '../../x509/signature.ts';
import { problemOfKey } from '../certify/keys.ts';
import { refusal } from './action.ts';

/** What signs on this node: what is there, and what the plan makes. */
export interface Signers {
  /** The end of the certificate that will sign, in milliseconds; undefined: nothing can sign. */
  endOf(authority: string): number | undefined;
  /** Why nothing can, where that is another reason than that the key is elsewhere. */
  problemOf(authority: string): string | undefined;
  /** Those by which the plan takes the place of others, or of none: what they are to sign is issued. */
  readonly created: ReadonlySet<string>;
}

/** A CA's files outside of the node (`--ca-dir`, `--root-dir`). */
export interface OffNodeCa {
  /** undefined: its key alone is kept there. */
  readonly signer: Certificate | undefined;
  /** Of the certificate's public key, else of the private one; undefined where that cannot be read. */
  readonly keyId: string | undefined;
  readonly hasKey: boolean;
  /** Why it cannot sign, although its key is there. */
  readonly problem: string | undefined;
  /** What a reader should know of the file. */
  readonly notes: readonly string[];
}

export type Signer = { readonly end: number } | { readonly problem: string };

/** What signs as long as the plan makes no other: the one of `--ca-dir`, else that of the node. `now`: milliseconds. */
export function signerNow(authority: Authority, kept: OffNodeCa | undefined, now: number): Signer | undefined {
  const { id, loaded, key, source } = authority;
  const trusted = loaded?.ok ? loaded.value : [];
  if (kept?.hasKey) {
    const signer = kept.signer ?? trusted.find(({ publicKey }) => publicKey.id === kept.keyId);
    const isTrusted = trusted.length === 0 || trusted.some(({ publicKey }) => publicKey.id === kept.keyId);
    const other = isTrusted ? undefined : `--ca-dir holds another ${id} than this node trusts`;
    return signerFrom(signer, kept.problem ?? other, now);
  }
  if (kept !== undefined && key.seen === 'absent') return { problem: `--ca-dir holds no key of ${id}` };
  if (source.seen === 'present' && trusted.length === 0) return { problem: `${source.path} holds no certificate` };
  if (trusted.length === 0) return undefined;
  if (key.seen === 'unseen') return { problem: `${key.path} was not seen: ${key.reason}` };
  if (key.seen !== 'present') return undefined;
  const unusable = key.pem && problemOfKey(key.pem, key.path);
  if (unusable) return { problem: unusable };
  const own = signingCertificate(authority, now);
  if (own === undefined) return { problem: `${key.path} is not the key of ${source.path}` };
  return signerFrom(own, maySign(own) ? undefined : `${source.path} is not for signing certificates`, now);
}

/** Whether the plan takes away the CA that signed a role's certificate; what another one signed stays. */
export function isOrphaned(role: Role, { created }: Signers): boolean {
  const { id, issued } = role.parent;
  return (
    created.has(id) && role.leaf !== undefined && (issued.length === 0 || issued.some((one) => one.id === role.id))
  );
}

/** Whether a role's CA is there and well, and its key is kept on other machines. */
export function isSignedElsewhere({ parent }: Role, { endOf, problemOf }: Signers): boolean {
  return endOf(parent.id) === undefined && problemOf(parent.id) === undefined && parent.source.seen === 'present';
}

/** Whether an authority has signed nothing of what is here: another has, and would be missed. */
export function isStranger({ leaves, issued }: Authority): boolean {
  return leaves.length > 1 && issued.length === 0;
}

/** A CA whose key is at hand. */
export function signerFrom(certificate: Certificate | undefined, problem: string | undefined, now: number) {
  if (problem !== undefined) return { problem };
  if (certificate === undefined) return undefined;
  const { notBefore, notAfter } = certificate;
  if (notBefore > now)
    return { problem: `the CA begins on ${dateOf(notBefore)} only, so see to this machine's clock first` };
  return notAfter > now ? { end: notAfter } : { problem: `the CA ended on ${dateOf(notAfter)}, and is to be replaced` };
}

/** Why nothing can sign a role here; undefined where something can. */
export function unsigned(role: Role, kind: NodeKind, signers: Signers): Refusal | undefined {
  const { id: parent, source } = role.parent;
  if (signers.endOf(parent) !== undefined) return undefined;
  const problem = signers.problemOf(parent);
  if (problem !== undefined) return refusal(role.id, `cannot be signed: ${problem}`, `see to ${parent} first`);
  if (source.seen === 'absent') {
    const makes = kind === 'worker' ? '' : `; in a new cluster --only ${parent},${role.id} makes it`;
    return refusal(role.id, `${parent}, which signs it, is missing`, `--ca-dir DIR names where it is kept${makes}`);
  }
  const message = `the private key of ${parent}, which signs it, is not on this node: ${role.parent.key.path} is missing`;
  const beside = source.path === role.parent.recommended ? '' : ` (its certificate is ${source.path})`;
  return refusal(role.id, message, `--ca-dir DIR names where it is kept${beside}; --csr DIR makes a request for it`);
}
