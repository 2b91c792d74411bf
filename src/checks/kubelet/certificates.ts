/** Checks that the kubelet can renew its certificates and load them again. */

import { componentNamed, isGiven, isOn, lastArgument } from '../../artifact/arguments.ts';
import type { Certificate } from '../../artifact/certificate.ts';
import type { Component } from '../../artifact/component.ts';
import type { NodeFile } from '../../artifact/file.ts';
import { certificatesInPem } from '../../artifact/pem-blocks.ts';
import { fileIn, placeIn } from '../../artifact/place.ts';
import { day, timeOf } from '../../core/time.ts';
import { diallingAround } from '../../model/dialling/index.ts';
import { notServing } from '../../model/handshake/kubelet-end.ts';
import type { OtherCertificate } from '../../model/roles/other-certificates.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { seenOfFile, sourceAt } from '../../model/roles/source.ts';
import { acceptedBy } from '../../model/trust/client-trust.ts';
import { clientAuthorities, currentCredential, datedCredential, storedCredential } from '../../model/trust/signing.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { type LeafChain, loadKeyOnly, loadLeafChain } from '../../x509/load.ts';
import { buildChain } from '../../x509/verify/chain.ts';
import { type Check, type Judge, notApplicable, problem, skip, skipUnseen } from '../base/check.ts';
import { type CertifiedRole, certificateCheck, componentCheck } from '../base/guards.ts';
import { whereSet } from './setting.ts';

/** A check of kubelet.conf with a readable client certificate. */
function credentialCheck(run: Judge<CertifiedRole>): Check<'role'> {
  return certificateCheck(function* (role, pki, cluster) {
    yield* role.row.role === roleIds.kubelet
      ? run(role, pki, cluster)
      : [notApplicable('not the credential of the kubelet')];
  });
}

/** Whether the folder contains the dated file that the link should lead to. */
function isCopyOfDated(file: NodeFile, pki: Pki): boolean {
  const first = ({ path }: NodeFile) => certificatesInPem(sourceAt(pki.node, path).pem)[0]?.fingerprint256;
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

/** The serving certificate of the kubelet; undefined if it is not in a file, or if it is not known which one it is. */
function served(kubelet: Component, { others }: Pki): OtherCertificate | undefined {
  const own = others.find((other) => other.kubelet !== undefined);
  // If it is given one, and requests one too, it depends on the release which one is served.
  return own?.kubelet === 'named' && isOn(kubelet, 'rotate-server-certificates') ? undefined : own;
}

const isSignedBy = ({ leaf, intermediates }: LeafChain, trusted: readonly Certificate[]): boolean =>
  buildChain(leaf, intermediates, trusted) !== undefined;

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
    if (isRecent !== recent) return yield notApplicable('reported by a different rule');
    // Where the program of the distribution asks for one, no file says so: the file that is missing is the place.
    const set = placeIn(lastArgument(component, 'rotate-server-certificates')?.at ?? component.at);
    yield problem(set ?? { path: missing.path }, { ...missing, node: pki.facts.nodeName?.value ?? 'NAME' });
  });
}

/**
 * A credential that is valid for so long is meant to be renewed by hand, if at all. Clusters sign for a year by
 * default.
 */
const lasting = 2 * 366 * day;

export const kubeletCertificatesChecks = {
  /** `rotateCertificates` is off by default; kubeadm turns it on. */
  'kubelet/rotation': credentialCheck(function* ({ certificate, leaf }, pki) {
    if (!certificate?.path.endsWith(`/${pki.layout.kubelet.client}`)) return;
    const kubelet = componentNamed(pki.node, 'kubelet');
    if (!kubelet) return yield skip('the settings of the kubelet were not seen');
    if (kubelet.unknown !== undefined) return yield skip(kubelet.unknown);
    const argument = lastArgument(kubelet, 'rotate-certificates');
    if (argument?.unknownVariable !== undefined) return yield skip(`the value of ${argument.spelled} is unknown`);
    if (isOn(kubelet, 'rotate-certificates')) return;
    if (leaf.notAfter - leaf.notBefore > lasting) return yield notApplicable('it is valid for years');
    if (kubelet.miscased?.some(({ field }) => field === 'rotateCertificates')) {
      return yield notApplicable('reported by kubelet/field');
    }
    const value = argument === undefined ? 'not set (false by default)' : (argument.value ?? '');
    const name = argument?.spelled ?? 'rotateCertificates';
    const where = whereSet(argument, kubelet, pki.node, { 'rotate-certificates': 'true' });
    yield problem(argument?.at ?? kubelet.at, { ...where.data, path: certificate.path, name, value }, where.more);
  }),

  /**
   * kubeadm before 1.17 embeds the first certificate of the kubelet in kubelet.conf, where it stays although the
   * kubelet renews it in a different file (kubernetes/kubeadm#1753).
   */
  'kubelet/embedded': credentialCheck(function* (own, pki) {
    if (own.certificate?.entry === undefined) return;
    if (own.leaf.notAfter < pki.judging.at) return yield notApplicable('reported by cert/expired');
    const path = currentCredential(pki.node);
    const { pem } = sourceAt(pki.node, path);
    const renewed = pem && loadLeafChain(pem);
    if (!renewed?.ok || renewed.value.leaf.notAfter <= own.leaf.notAfter) return;
    const end = timeOf(own.leaf.notAfter);
    yield problem(own.at, { path: own.path, user: own.kubeconfig?.user?.name ?? '', renewed: path, end });
  }),

  /**
   * The kubelet uses a stored certificate, although an API server refuses it and accepts the one in kubelet.conf. On a
   * worker only the API servers of the input show that: in a rotation they may trust a CA that it does not have yet.
   */
  'kubelet/stored': credentialCheck(function* (own, pki, cluster = []) {
    const stored = storedCredential(own, pki);
    if (stored === undefined || !own.chain?.ok) return;
    if (pki.kind === 'control-plane') {
      if (!own.verified || isSignedBy(stored, clientAuthorities(own.parent))) return;
    } else {
      const accepted = acceptedBy(stored, cluster);
      if (accepted === undefined) return yield skip('the API server and its CAs are on a different node');
      if (accepted === 'all' || acceptedBy(own.chain.value, cluster) !== 'all') return;
    }
    const path = currentCredential(pki.node);
    yield problem({ path }, { path, kubeconfig: own.path, parent: own.parent.id, end: timeOf(stored.leaf.notAfter) });
  }),

  /** client-go replaces only a symbolic link (util/certificate/certificate_store.go, updateSymlink). */
  'kubelet/link': credentialCheck(function* (_role, pki) {
    const path = currentCredential(pki.node);
    const file = pki.node.files.get(path);
    if (file?.state !== 'file') return;
    if (file.links.some((link) => link.path.endsWith(`/${pki.layout.kubelet.client}`))) return;
    if (pki.node.rootfs !== '/' && isCopyOfDated(file, pki)) {
      return yield skip('a copy that was made by following links looks the same');
    }
    const dated = `${path.slice(0, -pki.layout.kubelet.client.length)}${datedCredential(pki)}restored.pem`;
    yield problem({ path }, { path, dated });
  }),

  /** Certificate and key that can be read, but do not belong together. */
  'kubelet/serving-pair': componentCheck('kubelet', function* (component, pki) {
    const own = served(component, pki);
    if (own?.kubelet !== 'named' || !own.chain?.ok || !own.key?.pem || !loadKeyOnly(own.key.pem).ok) return;
    if (own.pair?.ok !== false) return;
    yield problem(own.namedAt, { path: own.path, key: own.key.path, error: own.pair.error });
  }),

  /**
   * The pair that the kubelet makes if it is not given one. Both files must open, or neither (k8s.io/client-go
   * util/cert/cert.go, CanReadCertAndKey); what they contain is loaded before the kubelet listens
   * (k8s.io/kubernetes pkg/kubelet/kubelet.go, NewMainKubelet; before 1.31 pkg/kubelet/server ListenAndServeTLS).
   */
  'kubelet/default-pair': componentCheck('kubelet', function* (component, pki) {
    const own = served(component, pki);
    if (own?.kubelet !== 'generated') return yield notApplicable('the kubelet did not generate its pair');
    const files = [own.certificate, ...(own.key ? [own.key] : [])];
    const unseen = files.find(({ seen }) => seen === 'unseen');
    if (unseen) return yield skipUnseen(unseen);
    if (files.some(({ seen }) => seen === 'irregular')) return yield notApplicable('reported by file/kind');
    const missing = files.find(({ seen }) => seen === 'absent');
    const error = missing
      ? `error reading ${missing.path}, certificate and key must be supplied as a pair`
      : own.pair?.ok === false && own.pair.error;
    if (!error) return;
    yield problem({ path: own.path }, { path: own.path, key: own.key?.path ?? '', error, component: component.name });
  }),

  'kubelet/field': componentCheck('kubelet', function* ({ miscased = [] }) {
    for (const { written, field, at } of miscased) {
      const data = { written, field, config: at.path };
      yield problem(at, data, { key: written, lists: { scripts: [`s|^\\( *\\)${written}:|\\1${field}:|`] } });
    }
  }),

  /** A pair that clients of the kubelet refuse: its certificate is for clients only. */
  'kubelet/serving-usage': componentCheck('kubelet', function* (component, pki) {
    const path = lastArgument(component, 'tls-cert-file')?.value;
    const pem = path === undefined ? undefined : sourceAt(pki.node, path).pem;
    const chain = pem && loadLeafChain(pem);
    const usages = chain?.ok ? chain.value.leaf.extendedKeyUsage : undefined;
    if (usages === undefined || usages.includes('serverAuth') || usages.includes('anyExtendedKeyUsage')) return;
    const verifier = componentNamed(pki.node, 'kube-apiserver');
    const isVerified = verifier !== undefined && isGiven(verifier, 'kubelet-certificate-authority');
    const named = ['tls-cert-file', 'tls-private-key-file'].map((name) => lastArgument(component, name));
    const files = named.map((one) => one && fileIn(one.at));
    const [config = ''] = files;
    const isInConfig = named.every((one, index) => files[index] === config && !one?.spelled.startsWith('-'));
    const fix = isInConfig && { fix: isVerified ? 'requested' : 'generated' };
    yield problem(named[0]?.at ?? component.at, { path: path ?? '', config, usages: usages.join(', ') }, { ...fix });
  }),

  'kubelet/not-serving': notServingSince(false),
  'kubelet/not-serving-yet': notServingSince(true),

  /** If kube-apiserver verifies kubelets, the connection reports an expired certificate. */
  'kubelet/serving-ended': componentCheck('kubelet', function* (component, pki) {
    const own = served(component, pki);
    if (own?.kubelet === 'generated' && own.dated.length === 0)
      return yield notApplicable('no client trusts a self-signed certificate of the kubelet');
    if (own?.kubelet === 'signed') return yield notApplicable('reported by kubelet/not-serving');
    if (!own?.leaf || own.leaf.notAfter >= pki.judging.at) return;
    const apiServer = componentNamed(pki.node, 'kube-apiserver');
    if (apiServer !== undefined && isGiven(apiServer, 'kubelet-certificate-authority')) {
      return yield notApplicable('reported by connection/server-trust');
    }
    // Its servers verify it too: where they are in the input, their connections report it.
    if (pki.node.supervisor?.kind === 'agent' && diallingAround(pki).leaves.length > 0)
      return yield notApplicable('reported by connection/server-trust');
    const data = { path: own.path, end: timeOf(own.leaf.notAfter), now: timeOf(pki.judging.at) };
    yield problem({ path: own.path }, data);
  }),
};
