/** Will the kubelet have its credential renewed, and find it again? */

import { componentNamed, isOn, lastArgument } from '../core/arguments.ts';
import type { NodeFile } from '../core/artifact.ts';
import { timeOf } from '../core/time.ts';
import { currentCredential } from '../model/kubelet-store.ts';
import type { KubeconfigRole, Pki, Role } from '../model/pki.ts';
import { seenOfFile, sourceAt } from '../model/source.ts';
import { loadLeafChain } from '../x509/load.ts';
import { type Answer, check, notApplicable, problem, skip } from './check.ts';
import { leafOf } from './judged.ts';

const current = 'kubelet-client-current.pem';

/** kubelet.conf with a credential to judge. */
function* credential(role: Role): Generator<Answer, KubeconfigRole | undefined> {
  if (role.kind !== 'kubeconfig' || role.id !== 'kubelet.conf') {
    yield notApplicable('not the credential of a kubelet');
    return undefined;
  }
  return (yield* leafOf(role)) && role;
}

/** `rotateCertificates` is off unless somebody turns it on; kubeadm does. */
export const kubeletRotates = check('role', function* (role, pki) {
  const own = yield* credential(role);
  if (!own?.certificate?.path.endsWith(`/${current}`)) return;
  const kubelet = componentNamed(pki.node, 'kubelet');
  if (!kubelet) return yield skip('the settings of the kubelet were not seen');
  if (kubelet.unknown !== undefined) return yield skip(kubelet.unknown);
  const argument = lastArgument(kubelet, 'rotate-certificates');
  if (argument?.unknownVariable !== undefined) return yield skip(`the value of ${argument.spelled} is not known`);
  if (isOn(kubelet, 'rotate-certificates')) return;
  const value = argument === undefined ? 'not set, which is false' : (argument.value ?? '');
  const name = argument?.spelled ?? 'rotateCertificates';
  yield problem(argument?.at ?? kubelet.at, { path: own.certificate.path, name, value });
});

/**
 * kubelet.conf of a node that kubeadm before 1.17 made holds the kubelet's first certificate for ever, beside the file that
 * the kubelet renews (kubernetes/kubeadm#1753).
 */
export const kubeletEmbedded = check('role', function* (role, pki) {
  const own = yield* credential(role);
  if (!own?.leaf || own.certificate?.entry === undefined) return;
  if (own.leaf.notAfter < pki.judging.at) return yield notApplicable('cert/expired speaks of it');
  const path = currentCredential(pki.node);
  const { pem } = sourceAt(pki.node, path);
  const renewed = pem && loadLeafChain(pem);
  if (!renewed?.ok || renewed.value.leaf.notAfter <= own.leaf.notAfter) return;
  const end = timeOf(own.leaf.notAfter);
  yield problem(own.at, { path: own.path, user: own.kubeconfig?.user?.name ?? '', renewed: path, end });
});

/** client-go util/certificate/certificate_store.go, updateSymlink: what is not a link it does not replace. */
export const kubeletLink = check('role', function* (role, pki) {
  if (!(yield* credential(role))) return;
  const path = currentCredential(pki.node);
  const file = pki.node.files.get(path);
  if (file?.state !== 'file') return;
  if (file.links.some((link) => link.path.endsWith(`/${current}`))) return;
  if (pki.node.rootfs !== '/' && isCopyOfDated(file, pki)) {
    return yield skip('a copy that was made by following links looks like this too');
  }
  const folder = path.slice(0, -current.length - 1);
  yield problem({ path }, { path, dated: `${folder}/kubelet-client-restored.pem` });
});

/** Whether the dated file that the link should lead to lies beside it. */
function isCopyOfDated(file: NodeFile, pki: Pki): boolean {
  const first = (one: NodeFile) => {
    const block =
      one.content?.type === 'pem' ? one.content.pem.blocks.find(({ type }) => type === 'certificate') : undefined;
    return block?.type === 'certificate' ? block.certificate.fingerprint256 : undefined;
  };
  const own = first(file);
  const folder = file.path.slice(0, -current.length);
  return [...pki.node.files.values()].some(
    (other) =>
      other !== file &&
      other.path.startsWith(`${folder}kubelet-client-`) &&
      seenOfFile(other) === 'present' &&
      first(other) === own,
  );
}
