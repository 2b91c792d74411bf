/** Which programs keep a caBundle. */
import type { DialledServer } from './dialled.ts';
import { isKept } from './secret-uses.ts';

/** Returns an annotation by which cainjector of cert-manager finds a CA: `NAMESPACE/NAME`. */
export const annotationOf = (
  { annotations }: DialledServer['meta'],
  name: 'inject-ca-from' | 'inject-ca-from-secret' | 'inject-apiserver-ca',
): string | undefined => annotations.get(`cert-manager.io/${name}`);

/**
 * Returns the object that cainjector of cert-manager reads, by its annotations
 * (cert-manager.io/docs/concepts/ca-injector); undefined if there is none.
 */
export function injectedFrom(meta: DialledServer['meta']): string | undefined {
  const certificate = annotationOf(meta, 'inject-ca-from');
  const secret = annotationOf(meta, 'inject-ca-from-secret');
  if (certificate !== undefined) return `Certificate ${certificate}`;
  if (secret !== undefined) return `Secret ${secret}`;
  return annotationOf(meta, 'inject-apiserver-ca') === 'true' ? 'the CA of the API server' : undefined;
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
