/** The key pair that signs and verifies service account tokens. */
import type { Pki } from '../../model/pki.ts';
import { sourceAt } from '../../model/source.ts';
import type { Action, Refusal } from '../types.ts';
import { actionFor, on } from './draft.ts';
import type { Settings } from './settings.ts';

/**
 * Makes the pair, or the public half of the private one; undefined where nothing is to be done. `first`: no other node can
 * have one.
 */
export function planKeyPair(pki: Pki, settings: Settings, first: boolean): Action | Refusal | undefined {
  const { row, signers, verifiers, external } = pki.serviceAccount;
  if (external) return undefined;
  const path = (slots: typeof signers | typeof verifiers, recommended: string) =>
    slots[0]?.source.path ?? `${pki.node.pki}/${recommended}`;
  const secret = sourceAt(pki.node, path(signers, row.private));
  const shared = sourceAt(pki.node, path(verifiers, row.public));
  const replaced = settings.replace.has(row.role);
  if (secret.seen === 'unseen' || shared.seen === 'unseen') return undefined;
  if (secret.seen === 'present' && shared.seen === 'present' && !replaced) return undefined;
  if (secret.seen === 'absent' && shared.seen === 'present' && !replaced) {
    const message = `${secret.path} is missing, and tokens are verified with ${shared.path}`;
    const hint = `put back the key of another control-plane node; or, for a new pair, which ends every token: --replace ${row.role}`;
    return { role: row.role, message, hint };
  }
  const keeps = secret.seen === 'present' && (!replaced || settings.keepKey);
  const old = [...(keeps ? [] : [secret]), shared].filter(({ seen }) => seen === 'present').map((one) => one.path);
  return actionFor({
    kind: 'key-pair',
    role: row.role,
    why: [
      replaced
        ? `--replace ${row.role}`
        : `service-account/present: ${[secret, shared]
            .filter(({ seen }) => seen === 'absent')
            .map((one) => one.path)
            .join(' and ')} missing`,
    ],
    target: on(shared.path),
    keyTarget: on(secret.path),
    algorithm: keeps ? 'kept' : settings.algorithm,
    replaces: replaced ? old : [],
    notes:
      keeps || first
        ? []
        : [
            'tokens of another pair are refused; all control-plane nodes share one: copy theirs instead if there is one',
          ],
  });
}
