/** Checks that the kubelet can renew its certificates and load them again. */

import { componentNamed, isGiven, isOn, lastArgument } from '../core/arguments.ts';
import type { Component, NodeFile } from '../core/artifact.ts';
import { timeOf } from '../core/time.ts';
import { notServing } from '../model/handshake/kubelet-end.ts';
import type { Pki } from '../model/roles/pki.ts';
import { currentCredential, datedCredential } from '../model/roles/signing.ts';
import { type PemSource, seenOfFile, sourceAt } from '../model/roles/source.ts';
import { roleIds } from '../tables/role-ids.ts';
import { loadKeyOnly, loadKeyPair, loadLeafChain } from '../x509/load.ts';
import { type Check, type Judge, notApplicable, problem, skip } from './check.ts';
import { type CertifiedRole, certificateCheck, componentCheck } from './guards.ts';

/** A check of kubelet.conf with a readable client certificate. */
function credentialCheck(run: Judge<CertifiedRole>): Check<'role'> {
  return certificateCheck(function* (role, pki) {
    yield* role.id === roleIds.kubelet ? run(role, pki) : [notApplicable('not the credential of a kubelet')];
  });
}

/** Whether the folder contains the dated file that the link should lead to. */
function isCopyOfDated(file: NodeFile, pki: Pki): boolean {
  const first = ({ path }: NodeFile) =>
    sourceAt(pki.node, path).pem?.blocks.find((block) => block.type === 'certificate')?.certificate.fingerprint256;
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

/** kube-controller-manager dates certificates 5 minutes back (pkg/controller/certificates/signer). */
const approvalTime = 60 * 60 * 1000;

/**
 * A kubelet without the serving certificate that it requests. Right after a node has joined (`recent`), the request may
 * still wait for its approval.
 */
function notServingSince(recent: boolean) {
  return componentCheck('kubelet', function* (component, pki) {
    if (component.unknown !== undefined) return yield skip(component.unknown);
    const missing = notServing(pki);
    if (missing === undefined) return;
    const client = pki.roles.find(({ id }) => id === roleIds.kubelet)?.leaf;
    const isRecent = client !== undefined && pki.judging.at - client.notBefore < approvalTime;
    if (isRecent !== recent) return yield notApplicable('another rule speaks of it');
    const at = lastArgument(component, 'rotate-server-certificates')?.at ?? component.at;
    yield problem(at, { ...missing, node: pki.facts.nodeName?.value ?? 'NAME' });
  });
}

export const kubeletCertificateChecks = {
  /** `rotateCertificates` is off by default; kubeadm turns it on. */
  'kubelet/rotation': credentialCheck(function* ({ certificate }, pki) {
    if (!certificate?.path.endsWith(`/${pki.layout.kubelet.client}`)) return;
    const kubelet = componentNamed(pki.node, 'kubelet');
    if (!kubelet) return yield skip('the settings of the kubelet were not seen');
    if (kubelet.unknown !== undefined) return yield skip(kubelet.unknown);
    const argument = lastArgument(kubelet, 'rotate-certificates');
    if (argument?.unknownVariable !== undefined) return yield skip(`the value of ${argument.spelled} is not known`);
    if (isOn(kubelet, 'rotate-certificates')) return;
    const value = argument === undefined ? 'not set, which is false' : (argument.value ?? '');
    const name = argument?.spelled ?? 'rotateCertificates';
    yield problem(argument?.at ?? kubelet.at, { path: certificate.path, name, value });
  }),

  /**
   * kubeadm before 1.17 embeds the first certificate of the kubelet in kubelet.conf, where it stays although the
   * kubelet renews it in a different file (kubernetes/kubeadm#1753).
   */
  'kubelet/embedded': credentialCheck(function* (own, pki) {
    if (own.certificate?.entry === undefined) return;
    if (own.leaf.notAfter < pki.judging.at) return yield notApplicable('cert/expired speaks of it');
    const path = currentCredential(pki.node);
    const { pem } = sourceAt(pki.node, path);
    const renewed = pem && loadLeafChain(pem);
    if (!renewed?.ok || renewed.value.leaf.notAfter <= own.leaf.notAfter) return;
    const end = timeOf(own.leaf.notAfter);
    yield problem(own.at, { path: own.path, user: own.kubeconfig?.user?.name ?? '', renewed: path, end });
  }),

  /** client-go replaces only a symbolic link (util/certificate/certificate_store.go, updateSymlink). */
  'kubelet/link': credentialCheck(function* (_role, pki) {
    const path = currentCredential(pki.node);
    const file = pki.node.files.get(path);
    if (file?.state !== 'file') return;
    if (file.links.some((link) => link.path.endsWith(`/${pki.layout.kubelet.client}`))) return;
    if (pki.node.rootfs !== '/' && isCopyOfDated(file, pki)) {
      return yield skip('a copy that was made by following links looks like this too');
    }
    const dated = `${path.slice(0, -pki.layout.kubelet.client.length)}${datedCredential(pki)}restored.pem`;
    yield problem({ path }, { path, dated });
  }),

  /** Certificate and key that can be read, but do not belong together. */
  'kubelet/serving-pair': componentCheck('kubelet', function* (component, pki) {
    const certificate = named(component, 'tls-cert-file', pki)?.pem;
    const key = named(component, 'tls-private-key-file', pki)?.pem;
    if (!certificate || !key || !loadLeafChain(certificate).ok || !loadKeyOnly(key).ok) return;
    const pair = loadKeyPair(certificate, key);
    if (pair.ok) return;
    const argument = lastArgument(component, 'tls-cert-file');
    const other = lastArgument(component, 'tls-private-key-file')?.value ?? '';
    yield problem(argument?.at ?? component.at, { path: argument?.value ?? '', key: other, error: pair.error });
  }),

  'kubelet/not-serving': notServingSince(false),
  'kubelet/not-serving-yet': notServingSince(true),

  /** If kube-apiserver verifies kubelets, the connection reports an expired certificate. */
  'kubelet/serving-ended': componentCheck('kubelet', function* (component, pki) {
    const bootstraps = isOn(component, 'rotate-server-certificates');
    // If both are set, it depends on the release which one is served.
    const source = bootstraps ? undefined : named(component, 'tls-cert-file', pki);
    const chain = source?.pem && loadLeafChain(source.pem);
    if (!source || !chain?.ok || chain.value.leaf.notAfter >= pki.judging.at) return;
    const apiServer = componentNamed(pki.node, 'kube-apiserver');
    if (apiServer !== undefined && isGiven(apiServer, 'kubelet-certificate-authority')) {
      return yield notApplicable('connection/server-trust speaks of it');
    }
    const data = { path: source.path, end: timeOf(chain.value.leaf.notAfter), now: timeOf(pki.judging.at) };
    yield problem({ path: source.path }, data);
  }),
};
