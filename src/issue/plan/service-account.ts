/** The key pair that signs and verifies service account tokens. */

import type { MakeKeyPair } from '../../core/action.ts';
import { inFolder } from '../../core/paths.ts';
import type { Refusal } from '../../core/plan.ts';
import { isAlone } from '../../model/cluster/cluster.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { sharedWith } from '../../model/roles/signing.ts';
import { type PemSource, sourceAt } from '../../model/roles/source.ts';
import { problemOfKey } from '../certify/keys.ts';
import { actionDefaults, notSeen, onNode, refusal, targetProblem } from './action.ts';
import type { Settings } from './settings.ts';

/**
 * Makes the pair, or the public half of the private one; undefined where nothing is to be done. `first`: no other node can
 * have one.
 */
export function planKeyPair(pki: Pki, settings: Settings, first: boolean): MakeKeyPair | Refusal | undefined {
  const { row, signers, verifiers, applies, external } = pki.serviceAccount;
  const isNamed = settings.only.has(row.role) || settings.replace.has(row.role);
  if (!isNamed && (settings.only.size > 0 || applies.answer !== 'yes' || external)) return undefined;
  const path = (slots: typeof signers | typeof verifiers, recommended: string) =>
    slots[0]?.source.path ?? inFolder(pki.node.pki, recommended);
  const secret = sourceAt(pki.node, path(signers, row.private));
  const shared = sourceAt(pki.node, path(verifiers, row.public));
  const isComplete = secret.seen === 'present' && shared.seen === 'present';
  if (isComplete && !settings.replace.has(row.role)) return undefined;
  const isWanted = first || (isNamed && !settings.unattended);
  const [message, hint] = refusedBecause({ secret, shared }, pki, settings, isWanted) ?? [];
  if (message !== undefined) return refusal(row.role, message, hint ?? '');
  return {
    ...actionDefaults(row.role, pki.layout.remedies),
    ...makePair({ secret, shared }, row.role, settings, first),
  };
}

interface Pair {
  readonly secret: PemSource;
  readonly shared: PemSource;
}

/** Message and hint. `isWanted`: a new pair may be made, were there another on another node. */
function refusedBecause(
  { secret, shared }: Pair,
  pki: Pki,
  settings: Settings,
  isWanted: boolean,
): readonly [string, string] | undefined {
  const { row, signers, verifiers, applies, external } = pki.serviceAccount;
  if (applies.answer !== 'yes') return [applies.reason, 'tokens are signed and verified on control-plane nodes alone'];
  if (external) {
    return ['an external signer (--service-account-signing-endpoint) takes the place of files', 'nothing reads a pair'];
  }
  const unseen = [secret, shared].find(({ seen }) => seen === 'unseen');
  if (unseen) {
    const { message, hint } = notSeen(row.role, unseen);
    return [message, hint];
  }
  const paths = [secret.path, shared.path];
  const isOwn = paths[0] !== paths[1] && sharedWith(paths, row.role, pki) === undefined;
  if (moreThanOne(signers) || moreThanOne(verifiers) || !isOwn) {
    return [
      'tokens are signed or verified with several keys, or with one of something else',
      'mend each file by hand: which key is whose, the node does not tell',
    ];
  }
  const way = targetProblem(row.role, paths, inFolder(pki.node.pki, row.private), pki);
  if (way) return [way.message, way.hint];
  if (secret.seen !== 'absent') return keptProblem(secret, settings, row.role);
  if (settings.replace.has(row.role) && !settings.unattended) return undefined;
  if (shared.seen === 'present') {
    return [
      `${secret.path} is missing, and tokens are verified with ${shared.path}`,
      `put back the key of another control-plane node; or, for a new pair, which ends every token: --replace ${row.role}`,
    ];
  }
  if (isWanted || isAlone(pki)) return undefined;
  return [
    'all control-plane nodes share one pair, and refuse tokens of another',
    `copy ${nameOf(secret)} and ${nameOf(shared)} from another control-plane node; if there is none: --only ${row.role} makes them`,
  ];
}

/** Why no public half can be made of the key that stays. */
function keptProblem(
  { pem, path }: PemSource,
  { replace, keepKey }: Settings,
  role: string,
): readonly [string, string] | undefined {
  const problem = replace.has(role) && !keepKey ? undefined : pem && problemOfKey(pem, path);
  return problem === undefined
    ? undefined
    : [
        problem,
        `put back the key of another control-plane node; or, for a new pair, which ends every token: --replace ${role}`,
      ];
}

function makePair({ secret, shared }: Pair, role: string, settings: Settings, first: boolean) {
  const replaced = settings.replace.has(role);
  const keeps = secret.seen === 'present' && (!replaced || settings.keepKey);
  const old = [...(keeps ? [] : [secret]), shared].filter(({ seen }) => seen === 'present').map((one) => one.path);
  const missing = [secret, shared].filter(({ seen }) => seen === 'absent').map((one) => one.path);
  return {
    kind: 'key-pair' as const,
    role,
    why: [replaced ? `--replace ${role}` : `service-account/present: ${missing.join(' and ')} missing`],
    target: onNode(shared.path),
    keyTarget: onNode(secret.path),
    algorithm: keeps ? ('kept' as const) : settings.algorithm,
    replaces: replaced ? old : [],
    notes: keeps || first ? [] : ['tokens of the pair before are refused, and control-plane nodes must share one pair'],
  };
}

const nameOf = ({ path }: PemSource) => path.slice(path.lastIndexOf('/') + 1);

function moreThanOne(all: readonly { readonly source: { readonly path: string } }[]): boolean {
  return new Set(all.map(({ source }) => source.path)).size > 1;
}
