/** When an argument of the table is needed: the conditions that its rows name. */
import { componentNamed, isGiven, isOn, lastArgument } from '../core/arguments.ts';
import type { Component, ScannedNode } from '../core/artifact.ts';
import { hostPath } from '../core/mounts.ts';
import type { Condition } from '../spec/tables.ts';
import { type EtcdSide, makesCertificate } from './etcd.ts';
import { seenOfFile } from './source.ts';

type Answer = 'yes' | 'no' | 'unknown';

const yes = (needed: boolean): Answer => (needed ? 'yes' : 'no');

/** What each condition asks of a node. */
const conditions: Readonly<Record<Condition, (node: ScannedNode) => Answer>> = {
  always: () => 'yes',
  never: () => 'no',
  'etcd-over-tls': (node) => anyUrl(componentNamed(node, 'kube-apiserver'), 'etcd-servers'),
  'etcd-wants-client-certificates': (node) => {
    const etcd = componentNamed(node, 'etcd');
    if (etcd === undefined)
      return anyUrl(componentNamed(node, 'kube-apiserver'), 'etcd-servers') === 'no' ? 'no' : 'unknown';
    // --trusted-ca-file alone makes etcd demand a certificate: etcd client/pkg/transport/listener.go, ServerConfig.
    return yes(isGiven(etcd, 'trusted-ca-file') || isOn(etcd, 'client-cert-auth'));
  },
  'etcd-serves-tls': (node) => etcdWith(node, ''),
  'etcd-asks-clients': (node) => etcdWith(node, '', (etcd) => isOn(etcd, 'client-cert-auth')),
  'etcd-peers-over-tls': (node) => etcdWith(node, 'peer-'),
  'etcd-asks-peers': (node) => etcdWith(node, 'peer-', (etcd) => isOn(etcd, 'peer-client-cert-auth')),
  'ca-key-on-node': (node) => {
    const seen = seenOfFile(node.files.get(`${node.pki}/ca.key`));
    return seen === 'unseen' ? 'unknown' : yes(seen === 'present');
  },
  // Without --root-ca-file it is that of the kubeconfig: cmd/kube-controller-manager/app/certificates.go, rootCA.
  'kubeconfig-embeds-no-ca': (node) => {
    const manager = componentNamed(node, 'kube-controller-manager');
    const named = manager && lastArgument(manager, 'kubeconfig')?.value;
    const content = named ? node.files.get(hostPath(manager, named))?.content : undefined;
    if (content?.type !== 'kubeconfig') return 'unknown';
    return yes(content.kubeconfig.cluster?.certificateAuthority?.embedded === undefined);
  },
  'kubelet-config-seen': (node) =>
    yes((componentNamed(node, 'kubelet')?.arguments ?? []).some((argument) => !argument.spelled.startsWith('-'))),
};

/** Whether an argument with this condition is needed on this node. */
export function holdsOn(node: ScannedNode, condition: Condition): Answer {
  return conditions[condition](node);
}

/** Whether one side of etcd serves TLS with a certificate that it is given. */
function etcdWith(node: ScannedNode, side: EtcdSide, also: (etcd: Component) => boolean = () => true): Answer {
  const etcd = componentNamed(node, 'etcd');
  if (etcd === undefined || makesCertificate(etcd, side) || !also(etcd)) return 'no';
  return anyUrl(etcd, side === '' ? 'listen-client-urls' : 'listen-peer-urls');
}

/** Whether any of a flag's URLs is https. etcd's own defaults are http URLs, so an absent flag is none. */
function anyUrl(component: Component | undefined, flag: string): Answer {
  const argument = component && lastArgument(component, flag);
  if (argument && argument.value === undefined) return 'unknown';
  return yes((argument?.value ?? '').split(',').some((url) => /^https:|^unixs:/.test(url.trim())));
}
