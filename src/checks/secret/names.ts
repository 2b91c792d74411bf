/** How findings about Secrets name them, and what uses them. */
import type { SecretObject } from '../../artifact/objects/cluster-objects.ts';
import { handful } from '../../core/text.ts';
import { hostedSecret } from '../../model/objects/hosted.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { usesOf } from '../../model/objects/secret-uses.ts';
import { type CheckResult, check, notApplicable } from '../base/check.ts';

/** Returns what the texts of rules name: `shop/policy-tls`, and `Ingress shop/front` or a control plane. */
export function secretNames(secret: SecretObject, { objects }: JudgedDump) {
  const { plane, program } = hostedSecret(objects, secret) ?? {};
  const users = usesOf(objects, secret).map(({ by }) => by);
  return {
    secret: `${secret.meta.namespace ?? 'default'}/${secret.meta.name}`,
    users: plane === undefined ? handful(users, 3) : `control plane ${plane} of ${program}`,
  };
}

export const unused = notApplicable('nothing in the dump uses it');

/** Of what kube-apiserver dials, rules `webhook/*` and `api-service/*` say whether it is accepted. */
export const dialled = notApplicable('kube-apiserver dials what serves it, and other rules judge that');

/** Returns a check of the Secrets that are for servers, and not for a control plane. */
export const tlsCheck = (judge: (secret: SecretObject, dump: JudgedDump) => Iterable<CheckResult>) =>
  check('secret', function* (secret, dump): Iterable<CheckResult> {
    if (hostedSecret(dump.objects, secret) === undefined) yield* judge(secret, dump);
    else yield notApplicable('it is of a control plane');
  });
