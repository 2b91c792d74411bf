/** The key pair that signs and verifies service account tokens. */
import { sharedWith } from '../../model/issuing.ts';
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
  const paths = [secret.path, shared.path];
  const isOwn = paths[0] !== paths[1] && sharedWith(paths, row.role, pki) === undefined;
  if (moreThanOne(signers) || moreThanOne(verifiers) || !isOwn) {
    const message = 'tokens are signed or verified with several keys, or with one of something else';
    return { role: row.role, message, hint: 'mend each file by hand: which key is whose, the node does not tell' };
  }
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

function moreThanOne(all: readonly { readonly source: { readonly path: string } }[]): boolean {
  return new Set(all.map(({ source }) => source.path)).size > 1;
}
