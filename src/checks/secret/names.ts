/** How findings about Secrets name them, and what uses them. */
import type { SecretObject } from '../../artifact/objects/cluster-objects.ts';
import { handful } from '../../core/text.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { usesOf } from '../../model/objects/secret-uses.ts';
import { notApplicable } from '../base/check.ts';

/** Returns what the texts of rules name: `shop/policy-tls`, and `Ingress shop/front`. */
export function secretNames(secret: SecretObject, { objects }: JudgedDump) {
  const users = usesOf(objects, secret).map(({ by }) => by);
  return { secret: `${secret.meta.namespace ?? 'default'}/${secret.meta.name}`, users: handful(users, 3) };
}

export const unused = notApplicable('nothing in the dump uses it');

/** Of what kube-apiserver dials, rules `webhook/*` and `api-service/*` say whether it is accepted. */
export const dialled = notApplicable('kube-apiserver dials what serves it, and other rules judge that');
