/** The conditions under which arguments are needed. */

import type { Argument } from '../../artifact/argument.ts';
import {
  argumentOf,
  componentNamed,
  flagValue,
  isGiven,
  isOn,
  requestsServingCertificates,
} from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { signingCa } from '../../tables/layouts/authorities.ts';
import { type LaidOutNode, pemFilesOf } from '../../tables/layouts/layout.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { Condition } from '../../tables/tables.ts';
import { loadGoPool } from '../../x509/load.ts';
import { hostOf, isLoopback } from '../facts/host.ts';
import { chainOf, sharesKey } from './authorities.ts';
import { type EtcdSide, listenUrls, makesCertificate } from './etcd-listeners.ts';
import type { Pki } from './pki.ts';
import { seenAt } from './source.ts';

type Answer = 'yes' | 'no' | 'unknown';

const asAnswer = (needed: boolean): Answer => (needed ? 'yes' : 'no');

/** Whether a node meets each condition of the arguments table. If so, arguments with that condition are needed. */
export const conditions: Readonly<Record<Condition, (pki: Pick<Pki, 'node' | 'roles'>) => Answer>> = {
  always: () => 'yes',
  never: () => 'no',
  // The CA of a datastore that a setting names may be one of the system's.
  'etcd-over-tls': ({ node }) => {
    if (node.supervisor?.datastore?.kind === 'etcd') return 'unknown';
    return dialsPlainEtcd(node) ? 'no' : anyHttps(argumentOf(node, 'kube-apiserver', 'etcd-servers'));
  },
  'etcd-wants-client-certificates': ({ node }) => {
    const etcd = componentNamed(node, 'etcd');
    if (etcd === undefined) {
      return anyHttps(argumentOf(node, 'kube-apiserver', 'etcd-servers')) === 'no' ? 'no' : 'unknown';
    }
    // With --trusted-ca-file alone, etcd already requires a certificate: etcd client/pkg/transport/listener.go,
    // ServerConfig.
    return asAnswer(isGiven(etcd, 'trusted-ca-file') || isOn(etcd, 'client-cert-auth'));
  },
  'etcd-serves-tls': ({ node }) => etcdWith(node, ''),
  'etcd-asks-clients': ({ node }) => etcdWith(node, '', (etcd) => isOn(etcd, 'client-cert-auth')),
  'etcd-peers-over-tls': ({ node }) => etcdWith(node, 'peer-'),
  'etcd-asks-peers': ({ node }) => etcdWith(node, 'peer-', (etcd) => isOn(etcd, 'peer-client-cert-auth')),
  // cmd/kube-controller-manager/app/certificates.go, anySpecificFilesSet: one pair for all signers, or one for each.
  'one-signer': ({ node }) => {
    if (hasSignerForOne(node)) return 'no';
    const seen = seenAt(node, pemFilesOf(node, signingCa(node.layout)).key);
    return seen === 'unseen' ? 'unknown' : asAnswer(seen === 'present');
  },
  // With both kinds it does not start, which argument/conflict reports.
  'signer-for-each': ({ node }) =>
    asAnswer(
      hasSignerForOne(node) && flagValue(node, 'kube-controller-manager', 'cluster-signing-cert-file') === undefined,
    ),
  'serving-certificates-requested': ({ node }) => asAnswer(requestsServingCertificates(node)),
  // The default of --root-ca-file is the CA of the kubeconfig: cmd/kube-controller-manager/app/certificates.go,
  // getKubeAPIServerCAFileContents. A CA that the kubeconfig names by its path is not read.
  'kubeconfig-embeds-ca': ({ roles }) => {
    const manager = roles.find(({ id }) => id === roleIds.controllerManager);
    const apiServer = roles.find(({ id }) => id === roleIds.apiServer);
    if (manager?.kind !== 'kubeconfig' || manager.kubeconfig === undefined) return 'unknown';
    const embedded = manager.kubeconfig.cluster?.certificateAuthority?.embedded;
    const pool = embedded && loadGoPool(embedded);
    if (!pool?.ok) return 'no';
    const isIssuer = apiServer !== undefined && chainOf(apiServer, pool.value) !== undefined;
    return asAnswer(isIssuer || sharesKey(pool.value, manager.servingCa.certificates));
  },
  'kubelet-config-seen': ({ node }) =>
    asAnswer((componentNamed(node, 'kubelet')?.arguments ?? []).some((argument) => !argument.spelled.startsWith('-'))),
};

/** Whether kube-controller-manager has a file of its own for one of the signers. */
function hasSignerForOne(node: LaidOutNode): boolean {
  const manager = componentNamed(node, 'kube-controller-manager');
  return (manager?.arguments ?? []).some(
    ({ name, value }) => /^cluster-signing-.+-(?:cert|key)-file$/.test(name) && value !== '',
  );
}

/** Whether one side of etcd serves TLS with a certificate from its flags. */
function etcdWith(node: LaidOutNode, side: EtcdSide, also: (etcd: Component) => boolean = () => true): Answer {
  const etcd = componentNamed(node, 'etcd');
  if (etcd === undefined || makesCertificate(etcd, side) || !also(etcd)) return 'no';
  return anyHttps(argumentOf(node, 'etcd', side === '' ? 'listen-client-urls' : 'listen-peer-urls'));
}

/** Whether kube-apiserver dials only the etcd of its node, which listens without TLS: a CA would not help. */
function dialsPlainEtcd(node: LaidOutNode): boolean {
  const etcd = componentNamed(node, 'etcd');
  const urls = (etcd && listenUrls(etcd, '')) ?? [];
  const dialled = argumentOf(node, 'kube-apiserver', 'etcd-servers')?.value?.split(',') ?? [];
  const isLocal = dialled.every((url) => isLoopback(hostOf(url.trim()) ?? ''));
  return isLocal && urls.length > 0 && urls.every((url) => /^http:/i.test(url));
}

/** Whether any of a flag's URLs is https. etcd's defaults are http URLs, so the answer for an unset flag is no. */
function anyHttps(argument: Argument | undefined): Answer {
  if (argument && argument.value === undefined) return 'unknown';
  return asAnswer((argument?.value ?? '').split(',').some((url) => /^https:|^unixs:/.test(url.trim())));
}
