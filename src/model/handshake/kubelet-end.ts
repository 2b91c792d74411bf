/** What a kubelet presents to kube-apiserver. */
import {
  componentNamed,
  flagValue,
  isGiven,
  kubeletServingPair,
  requestsServingCertificates,
} from '../../artifact/arguments.ts';
import { timeOf } from '../../core/time.ts';
import { servingCaFor } from '../../tables/layouts/authorities.ts';
import { loadLeafChain } from '../../x509/load.ts';
import { awaitsBootstrap } from '../roles/applicability.ts';
import { authorityOf, type Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';
import { kubeconfigFiles } from '../roles/role-files.ts';
import { componentId, fileId, roleId } from '../roles/slots.ts';
import { seenAt, sourceAt } from '../roles/source.ts';
import { broken, endOf, type Presented, pairOf, unknown } from './ends.ts';

/**
 * Returns the certificate of `tlsCertFile`, else the one that the cluster signed, else the kubelet's self-signed one
 * (k8s.io/kubernetes cmd/kubelet/app/server.go, InitializeTLS).
 */
export function servedByKubelet(pki: Pki): Presented {
  const named = flagValue(pki.node, 'kubelet', 'tls-cert-file');
  const kubelet = componentNamed(pki.node, 'kubelet');
  // The kubelet's settings say whether the cluster signs its certificate. If they are unknown, look for the file.
  const isSigned =
    kubelet && kubelet.unknown === undefined
      ? requestsServingCertificates(pki.node)
      : seenAt(pki.node, kubeletServingPair(pki.node, true)[0]) === 'present';
  const [path, keyPath] =
    named === undefined
      ? kubeletServingPair(pki.node, isSigned)
      : [named, flagValue(pki.node, 'kubelet', 'tls-private-key-file') ?? named];
  const material =
    isSigned && named !== undefined
      ? unknown('its flags name a certificate, but it also requests one')
      : notServing(pki)
        ? broken('remote error: tls: internal error')
        : servingPair(pki, path, keyPath);
  const roles = pki.roles.filter((role) => role.path === path).map(({ id }) => roleId(id));
  const blamed = [fileId(path), fileId(keyPath), ...roles, ...(kubelet ? [componentId(kubelet)] : [])];
  return endOf(pki, blamed, { path }, material);
}

/** The file of a serving certificate that a kubelet requests, and why it has none to serve with. */
export interface NotServing {
  readonly path: string;
  readonly found: string;
}

/**
 * Returns why a kubelet with `serverTLSBootstrap` has no certificate; undefined if it has one, or asks for none. Until
 * a request is approved, every handshake fails, also with clients that verify nothing (pkg/kubelet/kubelet.go,
 * GetCertificate: "no serving certificate available for the kubelet"); an expired certificate counts as none (client-go
 * util/certificate/certificate_manager.go, Current).
 */
export function notServing(pki: Pki): NotServing | undefined {
  const kubelet = componentNamed(pki.node, 'kubelet');
  if (kubelet === undefined || kubelet.unknown !== undefined || !requestsServingCertificates(pki.node)) return;
  if (isGiven(kubelet, 'tls-cert-file') || awaitsBootstrap(pki)) return;
  const { path, seen, pem } = sourceAt(pki.node, kubeletServingPair(pki.node, true)[0]);
  // client-go falls back to a pair without a date (certificate_store.go, Current).
  const isPaired = seenAt(pki.node, path.replace(/-current\.pem$/, '.crt')) === 'present';
  if (seen === 'absent') return isPaired ? undefined : { path, found: 'no such file' };
  const chain = pem && loadLeafChain(pem);
  if (!chain?.ok || chain.value.leaf.notAfter >= pki.judging.at) return;
  return { path, found: `expired on ${timeOf(chain.value.leaf.notAfter)}` };
}

/** A kubelet that finds no certificate generates one, or requests one. */
function servingPair({ node }: Pki, path: string, keyPath: string): Presented['material'] {
  const certificate = sourceAt(node, path);
  if (certificate.pem === undefined) return unknown(`${path}: ${certificate.reason ?? 'not seen'}`);
  const key = sourceAt(node, keyPath);
  const isKeySeen = key.pem?.blocks.some(({ type }) => type === 'private-key');
  return pairOf(certificate, isKeySeen ? key : undefined);
}

/**
 * Returns a kubeconfig that the documentation does not have, such as kube-proxy's, as a role; undefined if there is
 * none.
 */
export function undocumented(id: string, { node, layout, authorities }: Pki): Role | undefined {
  const row = layout.undocumented.find(({ role }) => role === id);
  if (row === undefined || node.files.get(row.path)?.state !== 'file') return undefined;
  const parent = authorityOf(authorities, row.parent);
  return {
    ...kubeconfigFiles(node, row),
    applies: { answer: 'yes' },
    inUse: true,
    parent,
    servingCa: servingCaFor(parent, { layout, authorities }),
    verified: undefined,
    signedBy: undefined,
  };
}
