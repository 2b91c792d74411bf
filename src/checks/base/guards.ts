/** Checks that run only on subjects with something to judge. All others are "not applicable". */

import { flagValue } from '../../artifact/arguments.ts';
import type { Certificate } from '../../artifact/certificate.ts';
import type { Component } from '../../artifact/component.ts';
import type { NodeFile } from '../../artifact/file.ts';
import type { Kubeconfig } from '../../artifact/kubeconfig.ts';
import { isOfFormerServer } from '../../artifact/supervisor.ts';
import type { OtherCertificate } from '../../model/roles/other-certificates.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority, KubeconfigRole, Role } from '../../model/roles/role.ts';
import { kubeconfigFiles } from '../../model/roles/role-files.ts';
import type { ServiceAccountKeys } from '../../model/roles/service-account.ts';
import { seenAt } from '../../model/roles/source.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { type Check, type CheckResult, check, type Judge, notApplicable, skip } from './check.ts';

/**
 * Returns the kubeconfig of `--bootstrap-kubeconfig`, if the kubelet reads it: it has no kubelet.conf, or the
 * certificate of that has expired (k8s.io/kubernetes pkg/kubelet/certificate/bootstrap, LoadClientConfig and
 * isClientConfigStillValid). It is judged like kubelet.conf, which gets its server and its CA.
 */
function bootstrapping(role: Role, { node, judging }: Pki): KubeconfigRole | undefined {
  if (role.kind !== 'kubeconfig' || role.row.role !== roleIds.kubelet) return undefined;
  const path = flagValue(node, 'kubelet', 'bootstrap-kubeconfig') ?? '';
  if (node.files.get(path)?.content?.type !== 'kubeconfig') return undefined;
  const isMissing = seenAt(node, flagValue(node, 'kubelet', 'kubeconfig') ?? '') === 'absent';
  const hasExpired = role.leaf !== undefined && role.leaf.notAfter < judging.at;
  if (!isMissing && !hasExpired) return undefined;
  return { ...role, ...kubeconfigFiles(node, { ...role.row, path }) };
}

/**
 * Why a row of the tables is not judged on the node; undefined if it applies. Only the presence rules report that this
 * is unknown.
 */
function whyNot({ applies }: Applicable, says: 'presence' | 'content'): CheckResult | undefined {
  if (applies.answer === 'yes') return undefined;
  const isReported = applies.answer === 'unknown' && says === 'presence';
  return isReported ? skip(applies.reason) : notApplicable(applies.reason);
}

type Applicable = Pick<Role | Authority, 'applies'>;

/** Whether a row of the tables applies to the node. */
export function* applies(
  subject: Applicable,
  says: 'presence' | 'content' = 'content',
): Generator<CheckResult, boolean> {
  const reason = whyNot(subject, says);
  if (reason !== undefined) yield reason;
  return reason === undefined;
}

/** Why a rule about manifests does not apply to a file. */
export const noStaticPod = notApplicable('not the manifest of a static pod');

/** Returns what the manifest of a static pod contains; undefined for any other file. */
export const staticPodIn = ({ path, content }: NodeFile, { node }: Pki) =>
  content?.type === 'manifest' && node.manifestFiles.includes(path) ? content : undefined;

const noCertificate = notApplicable('no certificate');

/**
 * Judges the subjects whose row applies to the node, and whose certificates were read. It is not a generator: most
 * rules have nothing to say about most subjects, and one for each of these pairs would cost a tenth of a lint.
 */
const judgingRead =
  <S extends Pick<Role | OtherCertificate | Authority, 'applies'>, R extends S>(
    isRead: (subject: S) => subject is R,
    run: Judge<R>,
  ): Judge<S> =>
  (subject, pki, cluster) => {
    const reason = whyNot(subject, 'content');
    if (reason !== undefined) return [reason];
    return isRead(subject) ? run(subject, pki, cluster) : [noCertificate];
  };

/** A role whose certificate was read. */
export type CertifiedRole = Role & { readonly leaf: Certificate };

/** A certificate that plays no role, and that was read. */
export type CertifiedOther = OtherCertificate & { readonly leaf: Certificate };

/** A check of the roles that apply to the node and have a readable certificate. */
export function certificateCheck(run: Judge<CertifiedRole>): Check<'role'> {
  const hasLeaf = (role: Role): role is CertifiedRole => role.leaf !== undefined;
  return check('role', judgingRead(hasLeaf, run));
}

/** The same for all certificates that something reads, whether or not they play a role. */
export function anyCertificateCheck(run: Judge<CertifiedRole | CertifiedOther>): Check<'certificate'> {
  type Any = Role | OtherCertificate;
  const hasLeaf = (one: Any): one is CertifiedRole | CertifiedOther => one.leaf !== undefined;
  return check('certificate', judgingRead(hasLeaf, run));
}

/** An authority whose own file was read: its certificates are `loaded.value`. A file without any does not load. */
export type LoadedAuthority = Authority & {
  readonly loaded: { readonly ok: true; readonly value: readonly [Certificate, ...Certificate[]] };
};

/** A check of the authorities that apply to the node and have readable certificates. */
export function authorityCheck(run: Judge<LoadedAuthority>): Check<'authority'> {
  const isLoaded = (authority: Authority): authority is LoadedAuthority => authority.loaded?.ok === true;
  return check('authority', judgingRead(isLoaded, run));
}

/** A kubeconfig of the node that was read. */
type ReadKubeconfigRole = KubeconfigRole & { readonly kubeconfig: Kubeconfig };

/** A check of the kubeconfigs that were read, also of the one with which the kubelet requests its certificate. */
export function kubeconfigCheck(run: Judge<ReadKubeconfigRole>): Check<'role'> {
  const isRead = (role: Role): role is ReadKubeconfigRole =>
    role.kind === 'kubeconfig' && role.kubeconfig !== undefined;
  return check('role', function* (role, pki, cluster) {
    const bootstrap = bootstrapping(role, pki);
    const isJudged = isRead(role) && !isOfFormerServer(pki.node, role.path);
    if (isJudged) yield* run(role, pki, cluster);
    if (bootstrap !== undefined && isRead(bootstrap))
      for (const result of run(bootstrap, pki, cluster)) yield ofBootstrap(result, bootstrap, isJudged);
    else if (!isJudged) yield notApplicable('not a kubeconfig of this node');
  });
}

/** A problem of the kubeconfig with which the kubelet requests its certificate, as one of kubelet.conf. */
function ofBootstrap(result: CheckResult, { path }: KubeconfigRole, hasKubeconfig: boolean): CheckResult {
  if (result.kind !== 'problem') return result;
  const key = hasKubeconfig ? { key: `${result.key ?? ''} ${path}` } : {};
  return { ...result, ...key, data: { ...result.data, role: path } };
}

/** A check of one component of the node, such as `kubelet`. */
export function componentCheck(name: string, run: Judge<Component>): Check<'component'> {
  return check('component', (component, pki, cluster) =>
    component.name === name ? run(component, pki, cluster) : [notApplicable(`not ${name}`)],
  );
}

/** A check of the service account keys of a control plane. */
export function keyPairCheck(run: Judge<ServiceAccountKeys>): Check<'key-pair'> {
  return check('key-pair', (pair, pki, cluster) =>
    pair.applies.answer === 'yes' ? run(pair, pki, cluster) : [notApplicable('not a control plane')],
  );
}
