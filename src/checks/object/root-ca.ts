/** Rules about the ConfigMaps `kube-root-ca.crt`, by which pods verify kube-apiserver. */

import type { ClusterObjects } from '../../artifact/objects/cluster-objects.ts';
import type { RootCa } from '../../artifact/objects/published.ts';
import { certificatesInPem } from '../../artifact/pem-blocks.ts';
import { groupBy } from '../../core/collections.ts';
import { handful } from '../../core/text.ts';
import { errorOfEnds, errorOfTrust, servingChains } from '../../model/objects/api-servers.ts';
import { isStopped } from '../../model/objects/leases.ts';
import { check, notApplicable, problem } from '../base/check.ts';
import { withoutControlPlane, withoutObject } from './published.ts';

export const rootCaChecks = {
  'object/root-ca': check('dump', function* (dump) {
    const { rootCas } = dump.objects;
    if (rootCas.length === 0) return yield withoutObject;
    const isShown = servingChains(dump).length > 0;
    if (!isShown) yield withoutControlPlane;
    for (const { first, all } of sameCas(rootCas)) {
      const error = isShown ? errorOfTrust(first, dump) : errorOfEnds(first, dump);
      if (error === undefined) continue;
      const values = { error, namespaces: namesOf(all), cause: causeOf(all.length === rootCas.length, dump.objects) };
      const fix = isStopped('kube-controller-manager', dump.objects) ? { fix: 'stopped' } : {};
      yield problem(first.at, values, { object: objectOf(all), key: first.namespace, ...fix });
    }
  }),
  'object/root-ca-differs': check('dump', function* (dump) {
    const [usual, ...others] = sameCas(dump.objects.rootCas);
    if (usual === undefined) return yield withoutObject;
    if (servingChains(dump).length > 0) return yield notApplicable('the certificates of API servers decide');
    for (const { first, all } of others) {
      const values = { namespaces: namesOf(all), others: namesOf(usual.all), cause: causeOf(false, dump.objects) };
      yield problem(first.at, values, { object: objectOf(all), key: first.namespace });
    }
  }),
} as const;

/** Returns those with the same certificates, the largest group first. */
export function sameCas<Ca extends Pick<RootCa, 'pem'>>(
  cas: readonly Ca[],
): readonly { readonly first: Ca; readonly all: readonly Ca[] }[] {
  const certificatesOf = ({ pem }: Ca) =>
    certificatesInPem(pem)
      .map(({ fingerprint256 }) => fingerprint256)
      .sort()
      .join();
  return [...groupBy(cas, certificatesOf).values()]
    .flatMap((all) => (all[0] === undefined ? [] : [{ first: all[0], all }]))
    .sort((one, other) => other.all.length - one.all.length);
}

const namesOf = (all: readonly RootCa[]): string =>
  handful(
    all.map(({ namespace }) => namespace),
    3,
  );

const objectOf = ([first, ...more]: readonly RootCa[]): string =>
  more.length === 0 ? `ConfigMap ${first?.namespace}/kube-root-ca.crt` : 'ConfigMap kube-root-ca.crt';

/**
 * kube-controller-manager writes what it read at its start into every namespace, and repairs each within seconds: if
 * all are wrong, it read something else; if some are, it does not run.
 */
function causeOf(isEach: boolean, objects: ClusterObjects): string {
  const stopped = isStopped('kube-controller-manager', objects);
  if (stopped) return 'kube-controller-manager does not run, by its Lease';
  if (isEach) return 'kube-controller-manager was not restarted since its --root-ca-file has changed';
  return 'kube-controller-manager, which repairs it within seconds, does not run or reads a different file on some node';
}
