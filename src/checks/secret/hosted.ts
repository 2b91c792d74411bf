/** Rules about control planes whose PKI is in Secrets: Cluster API, Kamaji and vcluster. */
import type { SecretObject } from '../../artifact/objects/cluster-objects.ts';
import { groupBy } from '../../core/collections.ts';
import { type HostedSecret, hostedSecret } from '../../model/objects/hosted.ts';
import { errorOfAuthority, errorOfIssuer, errorOfKubeconfig } from '../../model/objects/hosted-trust.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { type CheckResult, check, list, notApplicable, problem } from '../base/check.ts';
import { hostedFix } from '../object/secret-fixes.ts';
import { secretNames } from './names.ts';

/** A fault of a part of a Secret. */
export interface PartFault {
  /** The key of the Secret that has it. */
  readonly part: string;
  readonly error: string | undefined;
}

/** Returns the problems of the parts of a control plane that are in a Secret. */
export function* hostedProblems(
  hosted: HostedSecret,
  secret: SecretObject,
  dump: JudgedDump,
  faults: readonly PartFault[],
): Iterable<CheckResult> {
  const { fix, data } = hostedFix(hosted, secret);
  for (const [error, all] of groupBy(faults, (one) => one.error)) {
    if (error === undefined) continue;
    const part = list(all.map((one) => one.part));
    yield problem(secret.meta.at, { ...secretNames(secret, dump), ...data, part, error }, { ...fix, key: part });
  }
}

const hostedCheck = (
  faultsOf: (hosted: HostedSecret, secret: SecretObject, dump: JudgedDump) => readonly PartFault[],
) =>
  check('secret', function* (secret, dump) {
    const hosted = hostedSecret(dump.objects, secret);
    if (hosted === undefined) return yield notApplicable('it is of no control plane');
    yield* hostedProblems(hosted, secret, dump, faultsOf(hosted, secret, dump));
  });

export const secretHostedChecks = {
  'secret/authority': hostedCheck(({ pairs }) =>
    pairs.map((pair) => ({ part: pair.key, error: errorOfAuthority(pair) })),
  ),
  'secret/issuer': hostedCheck(({ pairs }, _secret, dump) =>
    pairs.map((pair) => ({ part: pair.key, error: errorOfIssuer(pair, dump) })),
  ),
  'secret/kubeconfig': hostedCheck(({ kubeconfigs }, secret, dump) =>
    kubeconfigs.map(({ key, kubeconfig }) => ({ part: key, error: errorOfKubeconfig(kubeconfig, secret, dump) })),
  ),
} as const;
