/** Which programs keep a caBundle. */
import type { DialledServer } from './dialled.ts';
import { isKept } from './secret-uses.ts';

/**
 * Returns the object that cainjector of cert-manager reads, by its annotations
 * (cert-manager.io/docs/concepts/ca-injector); undefined if there is none.
 */
export function injectedFrom({ annotations }: DialledServer['meta']): string | undefined {
  const certificate = annotations.get('cert-manager.io/inject-ca-from');
  const secret = annotations.get('cert-manager.io/inject-ca-from-secret');
  if (certificate !== undefined) return `Certificate ${certificate}`;
  if (secret !== undefined) return `Secret ${secret}`;
  return annotations.get('cert-manager.io/inject-apiserver-ca') === 'true' ? "the API server's CA" : undefined;
}

/** The annotation of OpenShift's service-ca operator, which keeps a caBundle too. */
const byServiceCa = 'service.beta.openshift.io/inject-cabundle';

/** Whether a program keeps the caBundle. */
export const isInjected = ({ meta }: DialledServer): boolean =>
  injectedFrom(meta) !== undefined || meta.annotations.get(byServiceCa) === 'true';

/** Whether a program renews what is in the caBundle: the one that keeps it, or that which has made the object. */
export const isBundleKept = (dialled: DialledServer): boolean => isInjected(dialled) || isKept(dialled);

/** Whether a program still has to fill in a caBundle: a manifest that was never applied has none, or any. */
export const isFilledIn = (dialled: DialledServer): boolean =>
  !dialled.meta.isLive && (isInjected(dialled) || dialled.dial.caBundle?.isPlaceholder === true);
