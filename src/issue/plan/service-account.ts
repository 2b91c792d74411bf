/** The key pair that signs and verifies service account tokens. */

import type { MakeKeyPair } from '../../core/action.ts';
import { inFolder } from '../../core/paths.ts';
import type { Refusal } from '../../core/plan.ts';
import { isAlone } from '../../model/cluster/cluster.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { sharedWith } from '../../model/roles/signing.ts';
import { type PemSource, sourceAt } from '../../model/roles/source.ts';
import { problemOfKey } from '../certify/keys.ts';
import { actionDefaults, onNode, refusal, targetProblem } from './action.ts';
import type { Settings } from './settings.ts';

/**
 * Creates the pair, or the public half of the private key; undefined if there is nothing to do. `first`: no other node can
 * have a pair.
 */
export function planKeyPair(pki: Pki, settings: Settings, first: boolean): MakeKeyPair | Refusal | undefined {
  const { row, signers, verifiers, applies, external } = pki.serviceAccount;
  const isNamed = settings.only.has(row.role) || settings.replace.has(row.role);
  if (!isNamed && (settings.only.size > 0 || applies.answer !== 'yes' || external)) return undefined;
  const sourceFor = (slots: typeof signers | typeof verifiers, recommended: string) =>
    sourceAt(pki.node, slots[0]?.source.path ?? inFolder(pki.node.pki, recommended));
  const pair = { secret: sourceFor(signers, row.private), shared: sourceFor(verifiers, row.public) };
  const isComplete = pair.secret.seen === 'present' && pair.shared.seen === 'present';
  if (isComplete && !settings.replace.has(row.role)) return undefined;
  const mayCreate = first || (isNamed && !settings.unattended);
  return refusalFor(pair, pki, settings, mayCreate) ?? makePair(pair, pki, settings, first);
}

interface Pair {
  readonly secret: PemSource;
  readonly shared: PemSource;
}

/** `mayCreate`: a new pair may be created although other nodes may have one. */
function refusalFor({ secret, shared }: Pair, pki: Pki, settings: Settings, mayCreate: boolean): Refusal | undefined {
  const { row, signers, verifiers, applies, external } = pki.serviceAccount;
  const refuse = (message: string, hint: string) => refusal(row.role, message, hint);
  if (applies.answer !== 'yes') {
    return refuse(applies.reason, 'tokens are signed and verified on control-plane nodes alone');
  }
  if (external) {
    const message = 'an external signer (--service-account-signing-endpoint) takes the place of files';
    return refuse(message, 'nothing reads a pair');
  }
  const paths = [secret.path, shared.path];
  const isOwn = paths[0] !== paths[1] && sharedWith(paths, row.role, pki) === undefined;
  const isAmbiguous = [signers, verifiers].some((slots) => new Set(slots.map(({ source }) => source.path)).size > 1);
  if (isAmbiguous || !isOwn) {
    return refuse(
      'tokens are signed or verified with several keys, or with one of something else',
      'mend each file by hand: which key is whose, the node does not tell',
    );
  }
  const problem = targetProblem(row.role, paths, inFolder(pki.node.pki, row.private), pki);
  if (problem) return problem;
  const isReplaced = settings.replace.has(row.role);
  const orReplace = `or, for a new pair, which ends every token: --replace ${row.role}`;
  const putBack = `put back the key of another control-plane node; ${orReplace}`;
  if (secret.seen !== 'absent') {
    // The public half is derived from the key that stays.
    const unusable = isReplaced && !settings.keepKey ? undefined : secret.pem && problemOfKey(secret.pem, secret.path);
    return unusable === undefined ? undefined : refuse(unusable, putBack);
  }
  if (isReplaced && !settings.unattended) return undefined;
  if (shared.seen === 'present') {
    return refuse(`${secret.path} is missing, and tokens are verified with ${shared.path}`, putBack);
  }
  if (mayCreate || isAlone(pki)) return undefined;
  return refuse(
    'all control-plane nodes share one pair, and refuse tokens of another',
    `copy ${nameOf(secret)} and ${nameOf(shared)} from another control-plane node; if there is none: --only ${row.role} makes them`,
  );
}

function makePair({ secret, shared }: Pair, pki: Pki, settings: Settings, first: boolean): MakeKeyPair {
  const { role } = pki.serviceAccount.row;
  const replaced = settings.replace.has(role);
  const keeps = secret.seen === 'present' && (!replaced || settings.keepKey);
  const old = [...(keeps ? [] : [secret]), shared].filter(({ seen }) => seen === 'present').map((one) => one.path);
  const missing = [secret, shared].filter(({ seen }) => seen === 'absent').map((one) => one.path);
  return {
    ...actionDefaults('key-pair', role, pki),
    why: [replaced ? `--replace ${role}` : `service-account/present: ${missing.join(' and ')} missing`],
    target: onNode(shared.path),
    keyTarget: onNode(secret.path),
    algorithm: keeps ? 'kept' : settings.algorithm,
    replaces: replaced ? old : [],
    notes: keeps || first ? [] : ['tokens of the pair before are refused, and control-plane nodes must share one pair'],
  };
}

const nameOf = ({ path }: PemSource) => path.slice(path.lastIndexOf('/') + 1);
