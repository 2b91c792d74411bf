/** Which certificate kube-apiserver is shown where it dials, as far as a dump shows that. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { ClusterObjects, SecretObject } from '../../artifact/objects/cluster-objects.ts';
import { certificatesInPem } from '../../artifact/pem-blocks.ts';
import { groupBy, remember } from '../../core/collections.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import {
  candidatesIn,
  type DialledServer,
  dialledIn,
  objectsNear,
  type ServingCandidate,
  serviceDialled,
  servingCandidates,
  workloadsBehind,
} from './dialled.ts';
import { mayIssue } from './secret-chain.ts';

/**
 * Returns the certificates of which kube-apiserver is shown one: those that are mounted and have the name that it
 * dials, or the only one that is mounted, if it was made for the Service; or else what a program reads by the API.
 */
export function shownCertificates(dialled: DialledServer, objects: ClusterObjects): readonly ServingCandidate[] {
  const mounted = mountedFor(dialled, objects);
  return mounted.length > 0 ? mounted : readByApi(dialled, objects);
}

function mountedFor(dialled: DialledServer, objects: ClusterObjects): readonly ServingCandidate[] {
  const { host } = dialled;
  const service = serviceDialled(dialled, objects);
  if (host === undefined || service === undefined) return [];
  const candidates = servingCandidates(service, objects);
  const named = candidates.filter(({ chain }) => hasName(chain.leaf, host));
  if (named.length > 0) return named;
  return candidates.length === 1 ? candidates.filter(({ chain }) => isMeant(chain.leaf, service)) : [];
}

/**
 * Whether a certificate without the name that is dialled was made for a Service: a program may mount one for a client,
 * or for a mesh. Its common name is the name of a server only if it has no other.
 */
function isMeant(
  { extendedKeyUsage: usages, subject, sans = [] }: Certificate,
  { name, namespace }: { readonly name: string; readonly namespace: string },
): boolean {
  const names = sans.length === 0 ? [subject.commonName ?? ''] : sans.map(({ value }) => value);
  const isLong = (one: string) => {
    const [first = '', second, third] = one.split('.');
    return first.includes(name) && (second === namespace || third === 'svc');
  };
  if (usages === undefined) return names.some(isLong);
  const isServing = usages.includes('serverAuth') || usages.includes('anyExtendedKeyUsage');
  return isServing && names.some((one) => one === name || isLong(one));
}

/**
 * Returns the certificates that a program reads by the API instead of from a volume, as Kyverno, Karpenter and the
 * injector of Vault do: those with exactly the name of its Service. If the CA of the bundle is in the namespace, the
 * others were left behind by a former release.
 */
function readByApi(dialled: DialledServer, objects: ClusterObjects): readonly ServingCandidate[] {
  const service = serviceDialled(dialled, objects);
  if (service === undefined) return [];
  const { namespace, name } = service;
  const named = servedByName(objects).get(`${name}.${namespace}.svc`) ?? [];
  if (named.length === 0 || workloadsBehind(objects, namespace, name).length === 0) return [];
  const known = authoritiesNear(objects, namespace);
  const trusted = certificatesInPem(dialled.dial.caBundle?.pem).filter(({ fingerprint256 }) =>
    known.has(fingerprint256),
  );
  return trusted.length === 0
    ? named
    : named.filter(({ chain }) =>
        [chain.leaf, ...chain.intermediates].some((one) => trusted.some((ca) => isBelow(one, ca))),
      );
}

/** As far as names and key identifiers show that. */
const isBelow = (one: Certificate, ca: Certificate): boolean =>
  one.fingerprint256 === ca.fingerprint256 || (one.issuer.der === ca.subject.der && mayIssue(ca, one));

/** The certificates of servers in the Secrets of their own namespaces, by the name of a Service that they have. */
const servedByName = remember((objects: ClusterObjects) => {
  const all = objects.secrets.flatMap((secret) =>
    candidatesIn(secret)
      .filter(({ chain }) => chain.leaf.extendedKeyUsage?.includes('serverAuth'))
      .flatMap((candidate) =>
        (candidate.chain.leaf.sans ?? [])
          .filter(({ type, value }) => type === 'DNS' && value.endsWith(`.${secret.meta.namespace}.svc`))
          .map(({ value }) => ({ value, candidate })),
      ),
  );
  const groups = groupBy(all, ({ value }) => value);
  return new Map([...groups].map(([name, found]) => [name, found.map(({ candidate }) => candidate)]));
});

const fingerprintOf = ({ fingerprint256 }: Certificate): string => fingerprint256;

const authoritiesNear = remember(
  (objects: ClusterObjects, namespace: string): ReadonlySet<string> =>
    new Set(
      objectsNear(objects, namespace).secrets.flatMap(({ pems }) =>
        [...pems.values()].flatMap((pem) => certificatesInPem(pem).map(fingerprintOf)),
      ),
    ),
);

/**
 * Whether kube-apiserver is shown a certificate that workloads mount, or verifies what they serve by it: other rules
 * judge that.
 */
export const isDialled = (objects: ClusterObjects, secret: SecretObject): boolean =>
  dialledSecrets(objects).has(secret);

const dialledSecrets = remember((objects: ClusterObjects): ReadonlySet<SecretObject> => {
  const byHost = groupBy(dialledIn(objects), ({ host }) => host);
  return new Set(
    [...byHost.values()].flatMap((all) => {
      const [first] = all;
      const service = first && serviceDialled(first, objects);
      if (first === undefined || service === undefined) return [];
      const bundled = new Set(all.flatMap(({ dial }) => certificatesInPem(dial.caBundle?.pem)).map(fingerprintOf));
      const trusted = servingCandidates(service, objects).filter(({ chain }) => bundled.has(fingerprintOf(chain.leaf)));
      return [...mountedFor(first, objects), ...trusted].map(({ secret }) => secret);
    }),
  );
});
