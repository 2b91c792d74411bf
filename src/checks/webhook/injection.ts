/** Why cainjector of cert-manager cannot copy the right CA into a caBundle, and what lets it. */
import type { ClusterObjects, ManagedCertificate } from '../../artifact/objects/cluster-objects.ts';
import { remember } from '../../core/collections.ts';
import type { DialledServer } from '../../model/objects/dialled.ts';
import { annotationOf } from '../../model/objects/injected.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { certificateFilling, secretNamed } from '../../model/objects/secret-uses.ts';
import { type Served, servedTo } from '../../model/objects/trust.ts';
import { namespaceOf, reissueFix } from '../object/secret-fixes.ts';

/** A cause of the rules' fixes, and the values of its commands. */
export interface TrustFix {
  readonly fix?: string;
  readonly data: Readonly<Record<string, string>>;
}

/** cert-manager's name of the key with the CA, which is all that cainjector copies. */
const caKey = 'ca.crt';

/** Without it, cainjector takes nothing from a Secret that is named (cert-manager.io/docs/concepts/ca-injector). */
const permission = 'cert-manager.io/allow-direct-injection';

/**
 * Returns what lets cainjector copy the CA; undefined if nothing that the dump shows is in its way (cert-manager
 * pkg/controller/cainjector/sources.go).
 */
export function blockedInjection({ meta, ...dialled }: DialledServer, dump: JudgedDump): TrustFix | undefined {
  const served = servedTo({ meta, ...dialled }, dump);
  const certificate = annotationOf(meta, 'inject-ca-from');
  const secret = annotationOf(meta, 'inject-ca-from-secret');
  if (served === undefined) return undefined;
  if (certificate !== undefined) return ofCertificate(certificate, served, dump);
  return secret === undefined ? undefined : ofSecret(secret, served, dump);
}

function ofCertificate(named: string, served: Served, dump: JudgedDump): TrustFix | undefined {
  const { objects } = dump;
  const source = certificatesByName(objects).get(named);
  if (source === undefined && objects.certificates.length === 0) return undefined;
  const cause =
    source === undefined
      ? `there is no Certificate ${named}`
      : withoutCa(`${namespaceOf(source.meta)}/${source.secretName}`, served, objects);
  if (cause === undefined) return undefined;
  // It names the right Certificate, whose Secret has the CA of before: cert-manager writes both again.
  const isFilled = ({ secret: { meta, pems } }: Served['candidates'][number]) =>
    pems.has(caKey) && certificateFilling(objects, meta.namespace, meta.name) === source;
  const filled = source && served.candidates.find(isFilled);
  const again = filled && reissueFix(filled.secret, dump);
  if (again?.fix.fix !== undefined) return { ...again.fix, data: again.data };
  const right = served.candidates
    .filter(({ secret: { pems } }) => served.isVerifiedBy(pems.get(caKey)))
    .flatMap(({ secret: { meta } }) => certificateFilling(objects, meta.namespace, meta.name) ?? [])[0];
  if (right === undefined) return { fix: 'blocked', data: { cause } };
  return { fix: 'annotation', data: { cause, managed: nameOf(right) } };
}

function ofSecret(named: string, served: Served, { objects }: JudgedDump): TrustFix | undefined {
  const [namespace = '', name = ''] = named.split('/');
  const secret = secretNamed(objects, namespace, name);
  if (secret === undefined) return undefined;
  const cause = withoutCa(named, served, objects);
  if (cause !== undefined) return { fix: 'blocked', data: { cause } };
  const isAllowed = secret.meta.annotations.get(permission) === 'true';
  return isAllowed ? undefined : { fix: 'permission', data: { namespace, served: name } };
}

/** Why what cainjector copies from a Secret does not heal; undefined if it does, or if the dump does not show it. */
function withoutCa(named: string, served: Served, objects: ClusterObjects): string | undefined {
  const [namespace = '', name = ''] = named.split('/');
  const secret = secretNamed(objects, namespace, name);
  if (secret === undefined) return undefined;
  if (secret.pems.size > 0 && !secret.keys.has(caKey))
    return `Secret ${named} has no ${caKey}, as issuers such as ACME give none`;
  const isOther = secret.pems.has(caKey) && !served.isVerifiedBy(secret.pems.get(caKey));
  return isOther ? `${caKey} of Secret ${named} does not verify what is served` : undefined;
}

const certificatesByName = remember(
  ({ certificates }: ClusterObjects) => new Map(certificates.map((one) => [nameOf(one), one])),
);

const nameOf = ({ meta }: ManagedCertificate): string => `${namespaceOf(meta)}/${meta.name}`;
