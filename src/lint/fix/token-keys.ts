/** How the key pair of service account tokens is restored, or replaced where it is lost. */

import { isOnlyControlPlane } from '../../model/cluster/cluster.ts';
import { holderOfTokenKeys } from '../../model/cluster/token-key-source.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { TokenKey } from '../../model/roles/service-account.ts';
import { sharedWith } from '../../model/trust/sharing.ts';
import { linkAmong } from '../../model/trust/signing.ts';
import type { Fix } from '../../results/finding.ts';
import { isCommand, stepsOf } from '../../tables/layouts/steps.ts';
import type { StepRow } from '../../tables/step-rows.ts';
import { signsTokens } from '../../x509/load.ts';
import { withNotes } from './class.ts';
import { existingFiles } from './existing.ts';
import { stepTarget } from './restarts.ts';

/**
 * Returns the alternatives: copied from a different node of the input, else what the table says. Its command derives
 * the public half, so it is left out where the private key is lost too; then there is a new pair.
 *
 * @param rows what the table says, each of them an alternative
 */
export function tokenKeyWays(rows: readonly StepRow[], pki: Pki): readonly Fix[] {
  const copied = copiedPair(pki);
  if (copied !== undefined) return [copied];
  const { signers } = pki.serviceAccount;
  const [signer] = signers;
  const said = isLost(signer) ? rows.filter((row) => !isCommand(row)) : rows;
  const own = said.map((row) => withNotes(stepsOf(row, {}, stepTarget(pki)), 'changes-trust'));
  const made = newPair(pki);
  const ways = made === undefined ? own : [...own, made];
  // A node that is the only one has no other to copy from.
  return isOnlyControlPlane(pki) ? ways.toReversed() : ways;
}

/** Whether a key is not on the node, or is damaged. One that was not seen may be good. */
const isLost = (key: TokenKey<unknown> | undefined): boolean =>
  key?.source.seen === 'absent' || key?.loaded?.ok === false;

/** The files of the pair, if nothing else needs them. */
function ownPaths(pki: Pki): { readonly signer: string; readonly verifier: string } | undefined {
  const { row, signers, verifiers } = pki.serviceAccount;
  const [secret, shared] = [signers, verifiers].map((keys) => keys[0]?.source);
  if (secret === undefined || shared === undefined) return undefined;
  const paths = [secret.path, shared.path];
  if (linkAmong(paths, pki) !== undefined || sharedWith(paths, row.role, pki) !== undefined) return undefined;
  return { signer: secret.path, verifier: shared.path };
}

/** The steps that copy the pair from a different node of the input; undefined if it is not known to be there. */
function copiedPair(pki: Pki): Fix | undefined {
  const holder = holderOfTokenKeys(pki);
  const own = ownPaths(pki);
  if (holder === undefined || own === undefined) return undefined;
  const { keptFiles, heldPair } = pki.layout.remedies.restoring;
  const files = existingFiles([own.signer, own.verifier], pki);
  const values = { ...own, files, other: holder.node, otherSigner: holder.secret, otherVerifier: holder.shared };
  const all = [...(files.length === 0 ? [] : keptFiles), ...heldPair];
  return all.flatMap((one) => stepsOf(one, values, stepTarget(pki)));
}

/**
 * The steps that make a new pair where the private key is lost; undefined if it is not, or if several files are used. A
 * public half that is left goes on verifying the tokens of the lost key, unless no token can be signed with that key.
 */
function newPair(pki: Pki): Fix | undefined {
  const { signers, verifiers } = pki.serviceAccount;
  const own = ownPaths(pki);
  const [verifier] = verifiers;
  const isOne = [signers, verifiers].every((keys) => new Set(keys.map(({ source }) => source.path)).size === 1);
  const isPrivate = verifier?.source.pem?.blocks.some(({ type }) => type === 'private-key') === true;
  if (own === undefined || own.signer === own.verifier || !isOne || !isLost(signers[0]) || isPrivate) return undefined;
  const isRead = verifier?.loaded?.ok === true;
  if (!isRead && !isLost(verifier)) return undefined;
  const isKept = isRead && verifier.loaded.value.some(signsTokens);
  const { keptFiles, lostPair } = pki.layout.remedies.restoring;
  const files = existingFiles([own.signer, own.verifier], pki);
  const rows = [
    isKept ? lostPair.stillVerified : lostPair.refused,
    ...(files.length === 0 ? [] : keptFiles),
    isOnlyControlPlane(pki) ? lostPair.only : lostPair.oneOfSeveral,
    isKept ? lostPair.added : lostPair.derived,
  ];
  return rows.flatMap((one) => stepsOf(one, { ...own, files }, stepTarget(pki)));
}
