/** Which CAs sign on a node: those on the node, those that are kept off it, and those that a plan creates. */

import type { Certificate } from '../../artifact/certificate.ts';
import { dateOf } from '../../core/time.ts';
import type { Authority, Role } from '../../model/roles/role.ts';
import { signingCertificate } from '../../model/trust/signing.ts';
import type { Refusal } from '../../results/issue/plan.ts';
import { maySign } from '../../x509/verify/signature.ts';
import { problemOfKey } from '../certify/keys.ts';
import { refusal } from './action.ts';
import type { OffNodeCa } from './settings.ts';

/** The CAs that can sign once the plan is carried out. */
export interface Signers {
  /** When the certificate expires that will sign, in milliseconds; undefined: nothing can sign. */
  endOf(authority: string): number | undefined;
  /** Why nothing can sign, unless it is only that the key is elsewhere. */
  problemOf(authority: string): string | undefined;
  /** CAs that the plan creates or replaces: the certificates that they sign are issued too. */
  readonly created: ReadonlySet<string>;
  /**
   * CAs that get a new certificate for the same name and key: what they sign stays, and what embeds the old one
   * changes.
   */
  readonly renewed: ReadonlySet<string>;
}

export type Signer = { readonly end: number } | { readonly problem: string };

/**
 * The CA that signs unless the plan creates another: that of `--ca-dir`, or else that of the node. `now`: milliseconds.
 */
export function signerNow(authority: Authority, offNode: OffNodeCa | undefined, now: number): Signer | undefined {
  const { id, loaded, key, source } = authority;
  const trusted = loaded?.ok ? loaded.value : [];
  if (offNode?.hasKey) {
    const signer = offNode.signer ?? trusted.find(({ publicKey }) => publicKey.id === offNode.keyId);
    const isTrusted = trusted.length === 0 || trusted.some(({ publicKey }) => publicKey.id === offNode.keyId);
    const other = isTrusted ? undefined : `--ca-dir contains a different ${id} from the one that this node trusts`;
    return signerFrom(signer, offNode.problem ?? other, now);
  }
  if (offNode !== undefined && key.seen === 'absent') return { problem: `--ca-dir contains no key of ${id}` };
  if (source.seen === 'present' && trusted.length === 0) return { problem: `${source.path} contains no certificate` };
  if (trusted.length === 0) return undefined;
  if (key.seen === 'unseen') return { problem: `${key.path} could not be checked: ${key.reason}` };
  if (key.seen !== 'present') return undefined;
  const unusable = key.pem && problemOfKey(key.pem, key.path);
  if (unusable) return { problem: unusable };
  const own = signingCertificate(authority, now);
  if (own === undefined) return { problem: `${key.path} is not the key of ${source.path}` };
  return signerFrom(own, maySign(own) ? undefined : `${source.path} is not for signing certificates`, now);
}

/** Whether the plan replaces the CA that signed a role's certificate; certificates of a different CA stay. */
export function isOrphaned(role: Role, { created }: Signers): boolean {
  const { id, issued } = role.parent;
  return (
    created.has(id) && role.leaf !== undefined && (issued.length === 0 || issued.some((one) => one.id === role.id))
  );
}

/** Whether a role's CA is present and valid, and its key is kept on other machines. */
export function isSignedElsewhere({ parent }: Role, { endOf, problemOf }: Signers): boolean {
  return endOf(parent.id) === undefined && problemOf(parent.id) === undefined && parent.source.seen === 'present';
}

/** Whether a CA has signed no certificate of this node: then a different CA has, which is not on the node. */
export function hasSignedNothing({ leaves, issued }: Authority): boolean {
  return leaves.length > 1 && issued.length === 0;
}

/** A CA whose key is available. `now`: milliseconds. */
export function signerFrom(certificate: Certificate | undefined, problem: string | undefined, now: number) {
  if (problem !== undefined) return { problem };
  if (certificate === undefined) return undefined;
  const { notBefore, notAfter } = certificate;
  if (notBefore > now)
    return { problem: `the CA is not valid before ${dateOf(notBefore)}: check the clock of this machine first` };
  return notAfter > now
    ? { end: notAfter }
    : { problem: `the CA expired on ${dateOf(notAfter)}, and must be replaced` };
}

/** Why no CA can sign a role here; undefined if one can. */
export function unsigned(role: Role, signers: Signers): Refusal | undefined {
  const { id: parent, source } = role.parent;
  if (signers.endOf(parent) !== undefined) return undefined;
  const problem = signers.problemOf(parent);
  if (problem !== undefined) return refusal(role.id, `cannot be signed: ${problem}`, `fix ${parent} first`);
  if (source.seen === 'absent') {
    return refusal(role.id, `${parent}, which signs it, is missing`, '--ca-dir DIR names where it is kept');
  }
  const message = `the private key of ${parent}, which signs it, is not on this node: ${role.parent.key.path} is missing`;
  const certificateAt = source.path === role.parent.recommended ? '' : ` (its certificate is ${source.path})`;
  return refusal(
    role.id,
    message,
    `--ca-dir DIR names where it is kept${certificateAt}; --csr DIR creates a request for it`,
  );
}
