/** Rules `secret/*`: certificates in Secrets, and what uses or fills them. */

import type { ClusterObjects } from '../../artifact/objects/cluster-objects.ts';
import { remember } from '../../core/collections.ts';
import { handful } from '../../core/text.ts';
import { certificateFilling, nameOfObject, secretNamed } from '../../model/objects/secret-uses.ts';
import { pairIn } from '../../model/objects/tls-pair.ts';
import { verifyHostname } from '../../x509/verify/host-name.ts';
import { notApplicable, problem } from '../base/check.ts';
import { checkEach } from '../object/published.ts';
import { secretDateChecks } from './dates.ts';
import { secretHostedChecks } from './hosted.ts';
import { secretManagedChecks } from './managed.ts';
import { secretPairChecks } from './pair.ts';
import { secretTokenChecks } from './tokens.ts';

/** The namespaces of which a dump has Secrets of a cluster. */
const namespacesIn = remember(
  ({ secrets }: ClusterObjects) =>
    new Set(secrets.flatMap(({ meta }) => (meta.isLive && meta.namespace !== undefined ? meta.namespace : []))),
);

const ofGateways = notApplicable('only an Ingress has a default certificate');

const frontsOf = ({ fronts }: ClusterObjects) => fronts;

const secretFrontChecks = {
  'secret/ingress-host': checkEach(frontsOf, function* ({ meta, at, secret, hosts }, { objects }) {
    if (meta.kind !== 'Ingress') return yield ofGateways;
    const found = secretNamed(objects, secret.namespace, secret.name);
    const pair = found && pairIn(found, objects);
    if (!pair?.ok) return yield notApplicable('the dump has no certificate for it');
    const { leaf } = pair.value;
    const errorOf = (host: string) => verifyHostname(leaf, host);
    const missing = hosts.filter((host) => errorOf(host) !== undefined);
    const [first] = missing;
    if (first === undefined) return;
    const names = { secret: `${secret.namespace ?? 'default'}/${secret.name}`, hosts: handful(missing, 5) };
    const more = { object: nameOfObject(meta), key: `${secret.name} ${first}` };
    yield problem(at, { ...names, error: errorOf(first) ?? '' }, more);
  }),

  'secret/ingress-missing': checkEach(frontsOf, function* ({ meta, at, secret }, { objects }) {
    if (meta.kind !== 'Ingress') return yield ofGateways;
    if (!meta.isLive || !namespacesIn(objects).has(secret.namespace ?? '')) {
      return yield notApplicable('the dump does not have the Secrets of its namespace');
    }
    const { namespace, name } = secret;
    if (certificateFilling(objects, namespace, name)) return yield notApplicable('cert-manager is to fill it');
    if (secretNamed(objects, namespace, name) !== undefined) return;
    yield problem(at, { secret: `${namespace ?? ''}/${name}` }, { object: nameOfObject(meta), key: secret.name });
  }),
} as const;

export const secretChecks = {
  ...secretDateChecks,
  ...secretFrontChecks,
  ...secretHostedChecks,
  ...secretManagedChecks,
  ...secretPairChecks,
  ...secretTokenChecks,
} as const;
