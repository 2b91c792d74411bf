/** What expires in a dump of objects: the certificates of its Secrets, and those of bundles. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { ClusterObjects, ObjectMeta, SecretObject } from '../../artifact/objects/cluster-objects.ts';
import { certificatesInPem } from '../../artifact/pem-blocks.ts';
import { day, timeOf } from '../../core/time.ts';
import { dialledIn, servingCandidates } from '../../model/objects/dialled.ts';
import { hostedSecret } from '../../model/objects/hosted.ts';
import { usesOf } from '../../model/objects/secret-uses.ts';
import type { ExpiryEntry } from '../../results/expiry.ts';

/** A certificate of an object. */
interface Dated {
  readonly meta: ObjectMeta;
  readonly name: string;
  readonly certificate: Certificate;
  readonly path: string;
  /** Its key in the object. */
  readonly entry: string;
  readonly usedBy: readonly string[];
}

/**
 * Returns the certificates of a dump. What kube-apiserver verifies webhooks and extension API servers with is in use,
 * and so is what these serve, what Ingresses, Gateways and workloads name, and what a hosted control plane has. Of
 * other Secrets the dump does not show who reads them.
 */
export function objectExpiries(objects: ClusterObjects, at: number): readonly ExpiryEntry[] {
  const dialling = dialledBy(objects);
  const secrets = objects.secrets.flatMap((secret) => {
    const { meta, pems } = secret;
    return [...pems].flatMap(([entry, pem]) =>
      certificatesInPem(pem)
        .slice(0, 1)
        .map((certificate): Dated => {
          const name = `Secret ${meta.namespace ?? ''}/${meta.name}${entry === 'tls.crt' ? '' : ` (${entry})`}`;
          const usedBy = dialling.get(keyOf(meta, entry)) ?? readersOf(objects, secret, entry);
          return { meta, name, certificate, path: meta.at.path, entry, usedBy };
        }),
    );
  });
  const bundles = dialledIn(objects).flatMap(({ meta, name, dial }) =>
    certificatesInPem(dial.caBundle?.pem).map((certificate): Dated => {
      const object = `${meta.kind} ${meta.name}`;
      const path = dial.caBundle?.at.path ?? meta.at.path;
      return { meta, name: object, certificate, path, entry: 'caBundle', usedBy: [name] };
    }),
  );
  return [...bundles, ...secrets].map((one) => entryOf(one, at));
}

const keyOf = ({ namespace, name }: ObjectMeta, entry: string): string => [namespace, name, entry].join('/');

/** What presents the certificate in an entry of a Secret, apart from what kube-apiserver dials. */
function readersOf(objects: ClusterObjects, secret: SecretObject, entry: string): readonly string[] {
  const hosted = hostedSecret(objects, secret);
  if (hosted !== undefined) return [`control plane ${hosted.plane} of ${hosted.program}`];
  return entry === 'tls.crt' ? usesOf(objects, secret).map(({ by }) => by) : [];
}

/** The webhooks and extension API servers that may serve a certificate, by the key of its Secret. */
function dialledBy(objects: ClusterObjects): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const { name, dial } of dialledIn(objects)) {
    if (dial.service === undefined) continue;
    for (const { secret, key } of servingCandidates(dial.service, objects)) {
      const id = keyOf(secret.meta, key);
      users.set(id, [...new Set([...(users.get(id) ?? []), name])]);
    }
  }
  return users;
}

function entryOf({ meta, name, certificate, path, entry, usedBy }: Dated, at: number): ExpiryEntry {
  const { notAfter, subject, issuer, fingerprint256, basicConstraints } = certificate;
  // It issues certificates, and injects their CAs into bundles.
  const isManaged = [...meta.annotations.keys()].some((key) => key.startsWith('cert-manager.io/'));
  return {
    node: '',
    name,
    role: null,
    kind: basicConstraints?.ca === true ? 'authority' : 'certificate',
    expires: timeOf(notAfter),
    daysLeft: Math.floor((notAfter - at) / day),
    signedBy: subject.der === issuer.der ? 'itself' : issuer.text,
    renewedBy: isManaged ? 'cert-manager' : 'manual',
    renewal: null,
    inUse: usedBy.length > 0,
    isRecommended: false,
    usedBy,
    places: [{ path, entry }],
    subject: subject.text,
    fingerprint256,
  };
}
