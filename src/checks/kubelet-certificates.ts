/** Will the kubelet have its credential renewed, and find it again? */

import { componentNamed, isGiven, isOn, lastArgument } from '../core/arguments.ts';
import type { Component, NodeFile } from '../core/artifact.ts';
import { timeOf } from '../core/time.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { KubeconfigRole, Role } from '../model/roles/role.ts';
import { certificateFolder, currentCredential, datedCredential } from '../model/roles/signing.ts';
import { type PemSource, seenOfFile, sourceAt } from '../model/roles/source.ts';
import { roleIds } from '../tables/role-ids.ts';
import { loadKeyOnly, loadKeyPair, loadLeafChain } from '../x509/load.ts';
import { type CheckResult, check, leafOf, notApplicable, problem, skip } from './check.ts';

/** kubelet.conf with a credential to judge. */
function* credential(role: Role): Generator<CheckResult, KubeconfigRole | undefined> {
  if (role.kind !== 'kubeconfig' || role.id !== roleIds.kubelet) {
    yield notApplicable('not the credential of a kubelet');
    return undefined;
  }
  return (yield* leafOf(role)) && role;
}

/** `rotateCertificates` is off unless somebody turns it on; kubeadm does. */
const kubeletRotation = check('role', function* (role, pki) {
  const own = yield* credential(role);
  if (!own?.certificate?.path.endsWith(`/${pki.layout.kubelet.client}`)) return;
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
const kubeletEmbedded = check('role', function* (role, pki) {
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
const kubeletLink = check('role', function* (role, pki) {
  if (!(yield* credential(role))) return;
  const path = currentCredential(pki.node);
  const file = pki.node.files.get(path);
  if (file?.state !== 'file') return;
  if (file.links.some((link) => link.path.endsWith(`/${pki.layout.kubelet.client}`))) return;
  if (pki.node.rootfs !== '/' && isCopyOfDated(file, pki)) {
    return yield skip('a copy that was made by following links looks like this too');
  }
  const dated = `${path.slice(0, -pki.layout.kubelet.client.length)}${datedCredential(pki)}restored.pem`;
  yield problem({ path }, { path, dated });
});

/** Whether the dated file that the link should lead to lies beside it. */
function isCopyOfDated(file: NodeFile, pki: Pki): boolean {
  const first = (one: NodeFile) => {
    const block =
      one.content?.type === 'pem' ? one.content.pem.blocks.find(({ type }) => type === 'certificate') : undefined;
    return block?.type === 'certificate' ? block.certificate.fingerprint256 : undefined;
  };
  const own = first(file);
  const folder = file.path.slice(0, -pki.layout.kubelet.client.length);
  return [...pki.node.files.values()].some(
    (other) =>
      other !== file &&
      other.path.startsWith(`${folder}${datedCredential(pki)}`) &&
      seenOfFile(other) === 'present' &&
      first(other) === own,
  );
}

function named(kubelet: Component, flag: string, pki: Pki): PemSource | undefined {
  const path = lastArgument(kubelet, flag)?.value;
  return path ? sourceAt(pki.node, path) : undefined;
}

/** Files that can be read, each for itself, and do not belong together. */
const kubeletServingPair = check('component', function* (component, pki) {
  if (component.name !== 'kubelet') return yield notApplicable('not the kubelet');
  const certificate = named(component, 'tls-cert-file', pki)?.pem;
  const key = named(component, 'tls-private-key-file', pki)?.pem;
  if (!certificate || !key || !loadLeafChain(certificate).ok || !loadKeyOnly(key).ok) return;
  const pair = loadKeyPair(certificate, key);
  if (pair.ok) return;
  const argument = lastArgument(component, 'tls-cert-file');
  const other = lastArgument(component, 'tls-private-key-file')?.value ?? '';
  yield problem(argument?.at ?? component.at, { path: argument?.value ?? '', key: other, error: pair.error });
});

/** What is served: the named file, else what the cluster signed; a certificate that the kubelet makes for itself is nobody's. */
function served(kubelet: Component, pki: Pki): PemSource | undefined {
  const file = named(kubelet, 'tls-cert-file', pki);
  const bootstraps = isOn(kubelet, 'rotate-server-certificates');
  // With both it is the younger code of the two that decides.
  if (file !== undefined) return bootstraps ? undefined : file;
  return bootstraps ? sourceAt(pki.node, `${certificateFolder(pki.node)}/${pki.layout.kubelet.server}`) : undefined;
}

/** Where kube-apiserver verifies kubelets, the connection tells what it says to one that has expired. */
const kubeletServingEnded = check('component', function* (component, pki) {
  if (component.name !== 'kubelet') return yield notApplicable('not the kubelet');
  const source = served(component, pki);
  const chain = source?.pem && loadLeafChain(source.pem);
  if (!source || !chain?.ok || chain.value.leaf.notAfter >= pki.judging.at) return;
  const apiServer = componentNamed(pki.node, 'kube-apiserver');
  if (apiServer !== undefined && isGiven(apiServer, 'kubelet-certificate-authority')) {
    return yield notApplicable('connection/server-trust speaks of it');
  }
  const data = { path: source.path, end: timeOf(chain.value.leaf.notAfter), now: timeOf(pki.judging.at) };
  yield problem({ path: source.path }, data);
});

export const kubeletCertificateChecks = {
  'kubelet/rotation': kubeletRotation,
  'kubelet/embedded': kubeletEmbedded,
  'kubelet/link': kubeletLink,
  'kubelet/serving-pair': kubeletServingPair,
  'kubelet/serving-ended': kubeletServingEnded,
};
