/** Rules about the Secrets that Ingresses name: without them, a controller serves its own default certificate. */
import type { ClusterObjects } from '../../artifact/objects/cluster-objects.ts';
import { remember } from '../../core/collections.ts';
import { handful } from '../../core/text.ts';
import { nameOfObject, secretNamed } from '../../model/objects/secret-uses.ts';
import { pairIn } from '../../model/objects/tls-pair.ts';
import { verifyHostname } from '../../x509/verify/host-name.ts';
import { check, notApplicable, problem } from '../base/check.ts';

/** The namespaces of which a dump has Secrets of a cluster, and the Secrets that cert-manager is to fill. */
const knownOf = remember(({ secrets, certificates }: ClusterObjects) => ({
  namespaces: new Set(
    secrets.flatMap(({ meta }) => (meta.isLive && meta.namespace !== undefined ? meta.namespace : [])),
  ),
  awaited: new Set(certificates.map(({ meta, secretName }) => `${meta.namespace ?? ''}/${secretName}`)),
}));

const ofGateways = notApplicable('only an Ingress has a default certificate');

export const secretFrontChecks = {
  'secret/ingress-host': check('dump', function* ({ objects }) {
    for (const { meta, at, secret, hosts } of objects.fronts) {
      const found = secretNamed(objects, secret.namespace, secret.name);
      const pair = found && pairIn(found, objects);
      if (meta.kind !== 'Ingress') yield ofGateways;
      if (meta.kind !== 'Ingress' || !pair?.ok) continue;
      const { leaf } = pair.value;
      const missing = hosts.filter((host) => verifyHostname(leaf, host) !== undefined);
      const [first] = missing;
      if (first === undefined) continue;
      const error = verifyHostname(leaf, first) ?? '';
      const data = { secret: `${secret.namespace ?? 'default'}/${secret.name}`, hosts: handful(missing, 5), error };
      yield problem(at, data, { object: nameOfObject(meta), key: `${secret.name} ${first}` });
    }
  }),

  'secret/ingress-missing': check('dump', function* ({ objects }) {
    const { namespaces, awaited } = knownOf(objects);
    for (const { meta, at, secret } of objects.fronts) {
      const full = `${secret.namespace ?? ''}/${secret.name}`;
      if (meta.kind !== 'Ingress') yield ofGateways;
      const isJudged = meta.kind === 'Ingress' && meta.isLive && namespaces.has(secret.namespace ?? '');
      if (!isJudged || awaited.has(full) || secretNamed(objects, secret.namespace, secret.name) !== undefined) continue;
      yield problem(at, { secret: full }, { object: nameOfObject(meta), key: secret.name });
    }
  }),
} as const;
