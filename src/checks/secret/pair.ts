/** Rules about the pair in a `kubernetes.io/tls` Secret: whether a server can load it, and clients verify it. */
import type { SecretObject } from '../../artifact/objects/cluster-objects.ts';
import { type HostedSecret, hostedSecret } from '../../model/objects/hosted.ts';
import { errorOfPair } from '../../model/objects/hosted-trust.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { settled } from '../../model/objects/requests.ts';
import { errorOfOwnCa, gapInChain } from '../../model/objects/secret-chain.ts';
import { usesOf } from '../../model/objects/secret-uses.ts';
import { isDialled } from '../../model/objects/serving.ts';
import { pairIn, showsKeys } from '../../model/objects/tls-pair.ts';
import type { LeafChain } from '../../x509/load.ts';
import { type CheckResult, check, notApplicable, problem, skip } from '../base/check.ts';
import { pairFix, reissueFix } from '../object/secret-fixes.ts';
import { hostedProblems, type PartFault } from './hosted.ts';
import { dialled, secretNames, tlsCheck, unused } from './names.ts';

/** Why the pairs of a control plane in a Secret cannot be loaded. What is empty may only be left out of the dump. */
const hostedFaults = ({ pairs }: HostedSecret, { objects }: JudgedDump): readonly PartFault[] =>
  pairs
    .filter(({ pem }) => pem.blocks.length > 0 || showsKeys(objects))
    .map((pair) => ({ part: pair.key, error: errorOfPair(pair) }));

const pairCheck = (isWanted: boolean) =>
  check('secret', function* (secret, dump): Iterable<CheckResult> {
    const hosted = hostedSecret(dump.objects, secret);
    if (hosted !== undefined && !isWanted) return yield notApplicable('reported by secret/pair');
    if (hosted !== undefined) return yield* hostedProblems(hosted, secret, dump, hostedFaults(hosted, dump));
    const isUsed = usesOf(dump.objects, secret).length > 0;
    if (isUsed !== isWanted) return yield isWanted ? unused : notApplicable('reported by secret/pair');
    const pair = pairIn(secret, dump.objects);
    if (pair === undefined) return yield skip('the dump leaves out what is in Secrets');
    if (pair.ok) return;
    const waiting = whyWaiting(secret, dump, isUsed);
    if (waiting !== undefined) return yield notApplicable(waiting);
    const { fix, data } = pairFix(secret, dump);
    yield problem(secret.meta.at, { ...secretNames(secret, dump), ...data, error: pair.error }, fix);
  });

/** Why a program may still fill in a certificate; undefined if there is one, or nothing suggests it. */
function whyWaiting({ pems, meta }: SecretObject, { objects }: JudgedDump, isUsed: boolean): string | undefined {
  if (pems.has('tls.crt')) return undefined;
  if (!meta.isLive) return 'a program fills it in before it is applied';
  if (!isUsed) return 'a placeholder that nothing uses';
  const { newest = 0 } = objects;
  return newest - (meta.created ?? newest) < settled ? 'it is new, and a program may still fill it in' : undefined;
}

const unloaded = notApplicable('it has no pair that a server can load');

/** Judges the certificates of a Secret that can be loaded. */
const chainCheck = (judge: (secret: SecretObject, chain: LeafChain, dump: JudgedDump) => Iterable<CheckResult>) =>
  tlsCheck(function* (secret, dump) {
    if (usesOf(dump.objects, secret).length === 0) return yield unused;
    const pair = pairIn(secret, dump.objects);
    if (pair?.ok) yield* judge(secret, pair.value, dump);
    else yield unloaded;
  });

export const secretPairChecks = {
  'secret/pair': pairCheck(true),
  'secret/pair-minor': pairCheck(false),

  'secret/chain': chainCheck(function* (secret, chain, dump) {
    const found = gapInChain(chain, secret, dump.objects);
    if (found === undefined) return;
    const { fix, data } = pairFix(secret, dump);
    const names = { ...secretNames(secret, dump), ...data };
    if ('stray' in found) {
      const lacks = `"${chain.leaf.issuer.text}"; "${found.stray.subject.text}", which it has, did not issue it`;
      return yield problem(secret.meta.at, { ...names, lacks }, fix);
    }
    const { secret: other, key } = found.from;
    const lacks = `"${found.missing.subject.text}", which ${key} of Secret ${secretNames(other, dump).secret} has`;
    yield problem(secret.meta.at, { ...names, lacks }, fix);
  }),

  'secret/ca': chainCheck(function* (secret, chain, dump) {
    if (usesOf(dump.objects, secret).every(({ isFront }) => isFront)) {
      return yield notApplicable('nothing in the dump mounts it');
    }
    if (isDialled(dump.objects, secret)) return yield dialled;
    const error = errorOfOwnCa(chain, secret, dump);
    const { fix, data } = reissueFix(secret, dump);
    if (error !== undefined) yield problem(secret.meta.at, { ...secretNames(secret, dump), ...data, error }, fix);
  }),
} as const;
