/** The rule about the CA in Secrets with tokens of service accounts, by which their readers verify kube-apiserver. */
import type { ClusterObjects, SecretObject } from '../../artifact/objects/cluster-objects.ts';
import { handful } from '../../core/text.ts';
import { errorOfTrust, servingChains } from '../../model/objects/api-servers.ts';
import { isStopped } from '../../model/objects/leases.ts';
import { nameOfObject } from '../../model/objects/secret-uses.ts';
import { check, notApplicable, problem } from '../base/check.ts';
import { withoutControlPlane, withoutObject } from '../object/published.ts';
import { sameCas } from '../object/root-ca.ts';

/** The key is a constant of Kubernetes (k8s.io/api core/v1, ServiceAccountRootCAKey). */
const tokensIn = ({ secrets }: ClusterObjects) =>
  secrets.flatMap((secret: SecretObject) => {
    const pem = secret.pems.get('ca.crt');
    return secret.type !== 'kubernetes.io/service-account-token' || pem === undefined ? [] : [{ secret, pem }];
  });

export const secretTokenChecks = {
  'secret/token-ca': check('dump', function* (dump) {
    const tokens = tokensIn(dump.objects);
    if (tokens.length === 0) return yield withoutObject;
    if (servingChains(dump).length === 0) return yield withoutControlPlane;
    if (dump.objects.rootCas.length > 0 && dump.objects.rootCas.every((one) => errorOfTrust(one, dump) !== undefined)) {
      return yield notApplicable('reported by object/root-ca');
    }
    for (const { first, all } of sameCas(tokens)) {
      const error = errorOfTrust(first, dump);
      if (error === undefined) continue;
      const names = all.map(({ secret: { meta } }) => `${meta.namespace ?? 'default'}/${meta.name}`);
      const fix = isStopped('kube-controller-manager', dump.objects) ? { fix: 'stopped' } : {};
      const { meta } = first.secret;
      yield problem(meta.at, { secret: handful(names, 3), error }, { object: nameOfObject(meta), ...fix });
    }
  }),
} as const;
