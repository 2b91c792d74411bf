/** What cainjector of cert-manager copies into a caBundle, and whether it has done so. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { SecretObject } from '../../artifact/objects/cluster-objects.ts';
import { certificatesInPem } from '../../artifact/pem-blocks.ts';
import { type DialledServer, objectsNear } from './dialled.ts';
import { annotationOf } from './injected.ts';
import type { JudgedDump } from './judged-dump.ts';
import { settled } from './requests.ts';
import { ownCas } from './secret-chain.ts';

/**
 * Returns the Secret whose CA is copied: that of a Certificate, or one that allows it
 * (cert-manager.io/docs/concepts/ca-injector); undefined if the dump does not have it.
 */
function sourceOf(dialled: DialledServer, { objects }: JudgedDump): SecretObject | undefined {
  const certificate = annotationOf(dialled.meta, 'inject-ca-from');
  const [namespace = '', name] = (certificate ?? annotationOf(dialled.meta, 'inject-ca-from-secret') ?? '').split('/');
  const isSource = ({ meta }: SecretObject) =>
    certificate === undefined
      ? meta.name === name && meta.annotations.get('cert-manager.io/allow-direct-injection') === 'true'
      : meta.annotations.get('cert-manager.io/certificate-name') === name;
  return objectsNear(objects, namespace).secrets.find(isSource);
}

/** Whether a CA is in a bundle, perhaps renewed with its key: that verifies the same. */
const isIn = ({ subject, publicKey }: Certificate, bundle: readonly Certificate[]): boolean =>
  bundle.some((one) => one.subject.der === subject.der && one.publicKey.id === publicKey.id);

/** Whether a caBundle lacks the CA that cainjector should have copied into it, minutes before the dump was made. */
export function lacksInjected(dialled: DialledServer, dump: JudgedDump): boolean {
  const { meta, dial } = dialled;
  const source = sourceOf(dialled, dump);
  const { newest } = dump.objects;
  if (source === undefined || newest === undefined) return false;
  const isOld = [meta, source.meta].every(({ created }) => created !== undefined && newest - created >= settled);
  const cas = ownCas(source);
  return isOld && cas.length > 0 && !cas.some((ca) => isIn(ca, certificatesInPem(dial.caBundle?.pem)));
}
