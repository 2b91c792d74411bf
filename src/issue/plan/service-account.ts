/** The key pair that signs and verifies service account tokens. */

import { inFolder } from '../../artifact/paths.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { mlDsaForTokens } from '../../model/roles/service-account.ts';
import { type PemSource, sourceAt } from '../../model/roles/source.ts';
import { sharedWith } from '../../model/trust/sharing.ts';
import type { MakeKeyPair } from '../../results/issue/action.ts';
import { isMlDsa, type Refusal } from '../../results/issue/plan.ts';
import { problemOfKey } from '../certify/keys.ts';
import { actionDefaults, onNode, refusal, targetProblem } from './action.ts';
import { isConfirmed, type PlanContext, type Settings } from './settings.ts';

/** Creates the pair, or the public half of the private key; undefined if there is nothing to do. */
export function planKeyPair({ pki, settings, cluster }: PlanContext): MakeKeyPair | Refusal | undefined {
  const { row, signers, verifiers, applies, external } = pki.serviceAccount;
  const isNamed = settings.only.has(row.role) || settings.replace.has(row.role);
  if (!isNamed && (settings.only.size > 0 || applies.answer !== 'yes' || external)) return undefined;
  const sourceFor = (slots: typeof signers | typeof verifiers, recommended: string) =>
    sourceAt(pki.node, slots[0]?.source.path ?? inFolder(pki.node.pki, recommended));
  const pair = { secret: sourceFor(signers, row.private), shared: sourceFor(verifiers, row.public) };
  const isComplete = pair.secret.seen === 'present' && pair.shared.seen === 'present';
  if (isComplete && !settings.replace.has(row.role)) return undefined;
  return refusalFor(pair, pki, settings, cluster) ?? makePair(pair, pki, settings, cluster === undefined);
}

interface Pair {
  readonly secret: PemSource;
  readonly shared: PemSource;
}

function refusalFor({ secret, shared }: Pair, pki: Pki, settings: Settings, cluster?: string): Refusal | undefined {
  const { row, signers, verifiers, applies, external } = pki.serviceAccount;
  const refuse = (message: string, hint: string) => refusal(row.role, message, hint);
  if (applies.answer !== 'yes') {
    return refuse(applies.reason, 'tokens are signed and verified only on control-plane nodes');
  }
  if (external) {
    const message = 'an external signer (--service-account-signing-endpoint) replaces the files';
    return refuse(message, 'no component reads a pair of files');
  }
  const paths = [secret.path, shared.path];
  const isOwn = paths[0] !== paths[1] && sharedWith(paths, row.role, pki) === undefined;
  const isAmbiguous = [signers, verifiers].some((slots) => new Set(slots.map(({ source }) => source.path)).size > 1);
  if (isAmbiguous || !isOwn) {
    return refuse(
      'tokens are signed or verified with several keys, or with a file that something else uses too',
      'correct each file by hand: the node does not show which key is right',
    );
  }
  const problem = targetProblem(row.role, paths, inFolder(pki.node.pki, row.private), pki);
  if (problem) return problem;
  const isReplaced = settings.replace.has(row.role);
  const putBack = 'restore the pair from another control-plane node or from a backup';
  if (secret.seen !== 'absent' && (!isReplaced || settings.keepKey)) {
    // The public half is derived from the key that stays.
    const unusable = secret.pem && problemOfKey(secret.pem, secret.path);
    return unusable === undefined ? undefined : refuse(unusable, putBack);
  }
  if (isConfirmed(row.role, settings) && (isReplaced || shared.seen === 'absent')) return undefined;
  if (secret.seen !== 'absent') return refuse('a new pair invalidates every token', 'confirm it with --yes');
  const isNamed = isReplaced || settings.only.has(row.role);
  const hint = isNamed
    ? `${putBack}; if it is lost everywhere: ${isReplaced ? '' : `--replace ${row.role} `}--yes`
    : putBack;
  if (shared.seen === 'present') {
    return refuse(`${secret.path} is missing, and tokens are verified with ${shared.path}`, hint);
  }
  if (cluster === undefined) return undefined;
  const message = `this node belongs to a cluster, as ${cluster} shows: its control planes share one pair`;
  return refuse(`${message}, and reject tokens of a different one`, hint);
}

function makePair({ secret, shared }: Pair, pki: Pki, settings: Settings, isFirst: boolean): MakeKeyPair {
  const { role } = pki.serviceAccount.row;
  const { algorithm, tokenAlgorithm } = settings;
  const replaced = settings.replace.has(role);
  const keeps = secret.seen === 'present' && (!replaced || settings.keepKey);
  const old = [...(keeps ? [] : [secret]), shared].filter(({ seen }) => seen === 'present').map((one) => one.path);
  const missing = [secret, shared].filter(({ seen }) => seen === 'absent').map((one) => one.path);
  return {
    ...actionDefaults('key-pair', role, pki),
    why: [replaced ? `--replace ${role}` : `service-account/present: ${missing.join(' and ')} missing`],
    target: onNode(shared.path),
    keyTarget: onNode(secret.path),
    algorithm: keeps ? 'kept' : tokenAlgorithm,
    replaces: replaced ? old : [],
    notes: keeps
      ? []
      : [
          ...(isFirst ? [] : ['tokens of the old pair are rejected, and control-plane nodes must share one pair']),
          ...(isMlDsa(algorithm) ? [`${tokenAlgorithm} instead of ${algorithm}: ${mlDsaForTokens}`] : []),
        ],
  };
}
