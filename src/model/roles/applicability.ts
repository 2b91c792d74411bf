/** Which rows of the tables concern a node: its kind, its etcd, and what its components name. */
import { componentNamed, isGiven, isOn, lastArgument } from '../../core/arguments.ts';
import type { Component } from '../../core/artifact.ts';
import { hostPath, inFolder } from '../../core/paths.ts';
import type { NodeKind } from '../../core/report.ts';
import { kubeconfigPath, type LaidOutNode, pemFilesOf } from '../../tables/layouts.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { Condition, Topology } from '../../tables/tables.ts';
import type { Facts } from '../facts/facts.ts';
import type { Authority } from './authorities.ts';
import { type EtcdSide, makesCertificate } from './etcd-listeners.ts';
import type { CertificateFiles, KubeconfigFiles } from './role-files.ts';
import type { Slot } from './slots.ts';
import { seenOfFile } from './source.ts';

/** Applies; or does not, for a reason; or cannot be known, for a reason. */
export type Applicability =
  | { readonly answer: 'yes' }
  | { readonly answer: 'no'; readonly reason: string }
  | { readonly answer: 'unknown'; readonly reason: string };

export interface Context {
  readonly node: LaidOutNode;
  readonly kind: NodeKind;
  readonly facts: Facts;
  readonly slots: readonly Slot[];
}

const yes: Applicability = { answer: 'yes' };
const no = (reason: string): Applicability => ({ answer: 'no', reason });

const controlPlane = new Set(['kube-apiserver', 'kube-controller-manager', 'kube-scheduler']);

/** A component of the control plane, the API server's certificate or the CA's key make a control plane; kubelet.conf alone makes a worker. */
export function kindOf(node: LaidOutNode): NodeKind {
  const has = (path: string) => seenOfFile(node.files.get(path)) === 'present';
  if (node.components.some((component) => controlPlane.has(component.name))) return 'control-plane';
  if (has(pemFilesOf(node, roleIds.apiServer).certificate)) return 'control-plane';
  // A bare folder with a CA of that name and nothing else that the page names is laid out by someone else's rules.
  const documented = node.layout.certificates.some((row) => has(inFolder(node.pki, row.certificate)));
  if (has(pemFilesOf(node, roleIds.clusterCa).key) && (node.beyondPki || documented)) return 'control-plane';
  if (node.components.some((component) => component.name === 'etcd')) return 'etcd';
  return has(kubeconfigPath(node.layout, roleIds.kubelet)) ? 'worker' : 'unknown';
}

/** Whether a row of certificates or kubeconfigs applies, and whether anything reads what it holds. */
export function roleApplies(
  context: Context,
  role: CertificateFiles | KubeconfigFiles,
): { readonly applies: Applicability; readonly inUse: boolean } {
  const named = role.slot !== undefined;
  const inUse = named || !readerSeen(context, role.id);
  const exists = role.seen === 'present' || role.seen === 'irregular';
  if (role.id === roleIds.kubelet && awaitsBootstrap(context))
    return { applies: no('the kubelet has yet to write it'), inUse };
  if (named) return { applies: yes, inUse };
  if (role.kind === 'kubeconfig') {
    if (exists) return { applies: yes, inUse };
    if (role.row.optional) return { applies: no('optional, and not on this node'), inUse };
    if (!inUse) return { applies: no('no argument names it'), inUse };
    return { applies: belongs(context, role.row.on), inUse };
  }
  if (exists) return { applies: yes, inUse };
  if (!inUse) return { applies: no('no argument names it'), inUse };
  if (role.row.topology === 'stacked' && etcdIsElsewhere(context)) {
    return { applies: no('etcd keeps its files elsewhere'), inUse };
  }
  const here = belongs(context, role.row.topology === 'stacked' ? 'etcd' : 'control-plane');
  return { applies: here.answer === 'yes' ? topologyApplies(context, role.row.topology) : here, inUse };
}

/** Whether an authority applies. */
export function authorityApplies(context: Context, authority: Authority): Applicability {
  const exists = authority.source.seen === 'present' || authority.source.seen === 'irregular';
  if (exists || authority.trust.length > 0) return yes;
  if (readerSeen(context, authority.id)) return no('no argument names it');
  const here = belongs(context, authority.row.topology === 'any' ? 'control-plane' : 'etcd');
  return here.answer === 'yes' ? topologyApplies(context, authority.row.topology) : here;
}

/**
 * Where an authority signs: the CA of an external etcd does elsewhere. Unknown where no file tells which etcd this node uses;
 * every other authority signs here, as far as the topology is concerned.
 */
export function signsAt(
  { row }: Pick<Authority, 'row'>,
  { facts }: Pick<Context, 'facts'>,
): 'here' | 'elsewhere' | 'unknown' {
  const etcd = facts.etcd?.value;
  if (row.topology === 'any' || etcd === 'stacked') return 'here';
  return etcd === 'external' ? 'elsewhere' : 'unknown';
}

/** Whether etcd serves with a file of another folder, or none that is known: nobody says where etcdctl's files lie then. */
function etcdIsElsewhere({ node, slots }: Context): boolean {
  const serving = slots.find((slot) => slot.row.role === roleIds.etcdServer && slot.row.holds === 'certificate');
  const recommended = pemFilesOf(node, roleIds.etcdServer).certificate;
  const folder = recommended.slice(0, recommended.lastIndexOf('/') + 1);
  return serving !== undefined && !serving.path?.startsWith(folder);
}

/**
 * Whether the kubelet has yet to bootstrap: until it has its first certificate the file of `--bootstrap-kubeconfig` is
 * there and that of `--kubeconfig` is not (k8s.io/kubernetes pkg/kubelet/certificate/bootstrap, LoadClientCert).
 */
export function awaitsBootstrap({ node }: Pick<Context, 'node'>): boolean {
  const kubelet = componentNamed(node, 'kubelet');
  const seen = (flag: string) => seenOfFile(node.files.get((kubelet && lastArgument(kubelet, flag)?.value) || ''));
  return seen('bootstrap-kubeconfig') === 'present' && seen('kubeconfig') === 'absent';
}

/** Whether a component that could name the role's file was seen on this node. */
function readerSeen(context: Context, role: string): boolean {
  const readers = context.node.layout.arguments.filter((row) => row.role === role && row.path !== null);
  return context.node.components.some(({ name }) => readers.some((row) => row.component === name));
}

function topologyApplies(context: Context, topology: Topology): Applicability {
  if (topology === 'any') return yes;
  const etcd = context.facts.etcd?.value;
  if (topology === 'stacked' && etcd === 'external') return no('etcd runs elsewhere');
  if (etcd === undefined && (topology === 'stacked' || !context.node.beyondPki)) {
    return { answer: 'unknown', reason: 'whether etcd runs on this node is unknown' };
  }
  return yes;
}

function belongs(context: Context, where: 'any' | 'control-plane' | 'etcd'): Applicability {
  const { kind } = context;
  if (kind === 'control-plane') return yes;
  if (where === 'any' && kind === 'worker') return yes;
  if (where === 'etcd' && kind === 'etcd') return yes;
  return no(kind === 'worker' ? 'this node is a worker' : 'only what exists is judged on this node');
}

type Answer = 'yes' | 'no' | 'unknown';

const asAnswer = (needed: boolean): Answer => (needed ? 'yes' : 'no');

/** What each condition asks of a node. */
const conditions: Readonly<Record<Condition, (node: LaidOutNode) => Answer>> = {
  always: () => 'yes',
  never: () => 'no',
  'etcd-over-tls': (node) => anyUrl(componentNamed(node, 'kube-apiserver'), 'etcd-servers'),
  'etcd-wants-client-certificates': (node) => {
    const etcd = componentNamed(node, 'etcd');
    if (etcd === undefined)
      return anyUrl(componentNamed(node, 'kube-apiserver'), 'etcd-servers') === 'no' ? 'no' : 'unknown';
    // --trusted-ca-file alone makes etcd demand a certificate: etcd client/pkg/transport/listener.go, ServerConfig.
    return asAnswer(isGiven(etcd, 'trusted-ca-file') || isOn(etcd, 'client-cert-auth'));
  },
  'etcd-serves-tls': (node) => etcdWith(node, ''),
  'etcd-asks-clients': (node) => etcdWith(node, '', (etcd) => isOn(etcd, 'client-cert-auth')),
  'etcd-peers-over-tls': (node) => etcdWith(node, 'peer-'),
  'etcd-asks-peers': (node) => etcdWith(node, 'peer-', (etcd) => isOn(etcd, 'peer-client-cert-auth')),
  'ca-key-on-node': (node) => {
    const seen = seenOfFile(node.files.get(pemFilesOf(node, roleIds.clusterCa).key));
    return seen === 'unseen' ? 'unknown' : asAnswer(seen === 'present');
  },
  // Without --root-ca-file it is that of the kubeconfig: cmd/kube-controller-manager/app/certificates.go, rootCA.
  'kubeconfig-embeds-no-ca': (node) => {
    const manager = componentNamed(node, 'kube-controller-manager');
    const named = manager && lastArgument(manager, 'kubeconfig')?.value;
    const content = named ? node.files.get(hostPath(manager, named))?.content : undefined;
    if (content?.type !== 'kubeconfig') return 'unknown';
    return asAnswer(content.kubeconfig.cluster?.certificateAuthority?.embedded === undefined);
  },
  'kubelet-config-seen': (node) =>
    asAnswer((componentNamed(node, 'kubelet')?.arguments ?? []).some((argument) => !argument.spelled.startsWith('-'))),
};

/** Whether an argument with this condition is needed on this node. */
export function holdsOn(node: LaidOutNode, condition: Condition): Answer {
  return conditions[condition](node);
}

/** Whether one side of etcd serves TLS with a certificate that it is given. */
function etcdWith(node: LaidOutNode, side: EtcdSide, also: (etcd: Component) => boolean = () => true): Answer {
  const etcd = componentNamed(node, 'etcd');
  if (etcd === undefined || makesCertificate(etcd, side) || !also(etcd)) return 'no';
  return anyUrl(etcd, side === '' ? 'listen-client-urls' : 'listen-peer-urls');
}

/** Whether any of a flag's URLs is https. etcd's own defaults are http URLs, so an absent flag is none. */
function anyUrl(component: Component | undefined, flag: string): Answer {
  const argument = component && lastArgument(component, flag);
  if (argument && argument.value === undefined) return 'unknown';
  return asAnswer((argument?.value ?? '').split(',').some((url) => /^https:|^unixs:/.test(url.trim())));
}
