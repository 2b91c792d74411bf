/** What restores a certificate that cert-manager keeps in a Secret. */
import type { ManagedCertificate, ObjectMeta, SecretObject } from '../../artifact/objects/cluster-objects.ts';
import type { HostedSecret } from '../../model/objects/hosted.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { certificateFilling, isByCertManager } from '../../model/objects/secret-uses.ts';
import type { Problem } from '../base/check.ts';

/** A cause of a rule's fixes, and the values of its commands. */
export interface SecretFix {
  readonly fix: Pick<Problem, 'fix'>;
  readonly data: Readonly<Record<string, string>>;
}

/** Returns the namespace of an object; `kubectl` reads the default one where a manifest names none. */
export const namespaceOf = ({ namespace = 'default' }: ObjectMeta): string => namespace;

/** Whether cert-manager says that a Certificate is as it should be. */
export const isReady = ({ conditions }: ManagedCertificate): boolean =>
  conditions.some(({ type, isTrue }) => type === 'Ready' && isTrue);

/** Returns the Certificate that fills a Secret. */
export const managedCertificate = ({ meta }: SecretObject, { objects }: JudgedDump): ManagedCertificate | undefined =>
  certificateFilling(objects, meta.namespace, meta.name);

/** The controller of cert-manager, which issues and renews: not its webhook, nor cainjector. */
const controllerName = /^(?:[a-z0-9-]+-)?cert-manager$/;

/**
 * Returns what makes cert-manager work on a Certificate. It renews and repairs within seconds what it can: if nothing
 * says that it has failed, its controller does not run.
 */
export function managerFix(meta: ObjectMeta, hasFailed: boolean, { objects }: JudgedDump): SecretFix {
  const data = { namespace: namespaceOf(meta), managed: meta.name };
  const controller = objects.workloads.find(({ meta: { name } }) => controllerName.test(name))?.meta;
  if (hasFailed || controller === undefined) return { fix: { fix: 'managed' }, data };
  return {
    fix: { fix: 'restart' },
    data: { ...data, controllers: namespaceOf(controller), deployment: controller.name },
  };
}

/** The owners whose controllers write a Secret again that was changed: what they copy from has to be changed. */
const copiers = new Set(['ExternalSecret', 'SealedSecret', 'SecretProviderClassPodStatus']);

/** Returns what gives a Secret a right pair: the program that keeps it, or a person. */
export function pairFix(secret: SecretObject, dump: JudgedDump): SecretFix {
  const { meta } = secret;
  const own = { namespace: namespaceOf(meta), served: meta.name };
  const owner = meta.owners.find((kind) => copiers.has(kind));
  if (owner !== undefined) return { fix: { fix: 'source' }, data: { ...own, owner } };
  if (!isByCertManager(secret)) return { fix: secret.isImmutable ? { fix: 'immutable' } : {}, data: own };
  const certificate = managedCertificate(secret, dump);
  const name = meta.annotations.get('cert-manager.io/certificate-name') ?? '';
  const hasFailed = certificate === undefined || !isReady(certificate);
  const { fix, data } = managerFix(certificate?.meta ?? { ...meta, name }, hasFailed, dump);
  return { fix, data: { ...own, ...data } };
}

/**
 * Returns what replaces the CA in a Secret: cert-manager writes it again when the Secret is gone, which is safe only
 * if it says that it can issue.
 */
export function reissueFix(secret: SecretObject, dump: JudgedDump): SecretFix {
  const data = { namespace: namespaceOf(secret.meta), served: secret.meta.name };
  const certificate = managedCertificate(secret, dump);
  return { fix: certificate !== undefined && isReady(certificate) ? { fix: 'reissue' } : {}, data };
}

/**
 * Returns what makes a Secret of a control plane right again. Cluster API and Kamaji write a kubeconfig again that is
 * gone (kubernetes-sigs/cluster-api#3348), Kamaji all that it has made, and vcluster everything with a new CA
 * (loft-sh/vcluster#1766).
 */
export function hostedFix({ plane, program, kubeconfigs }: HostedSecret, { meta }: SecretObject): SecretFix {
  const data = { namespace: namespaceOf(meta), served: meta.name, plane, program };
  if (program === 'vcluster') return { fix: { fix: 'vcluster' }, data };
  const isMadeAgain = program === 'Kamaji' || kubeconfigs.length > 0;
  return { fix: { fix: isMadeAgain ? 'again' : 'authority' }, data };
}
