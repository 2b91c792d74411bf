/** Which rows of the tables concern a node: its kind, its etcd, and what its components name. */
import { componentNamed, lastArgument } from '../core/arguments.ts';
import type { ScannedNode } from '../core/artifact.ts';
import type { NodeKind } from '../core/report.ts';
import { argumentRows, certificateRows, kubeconfigDirectory, type Topology } from '../spec/tables.ts';
import type { Authority } from './authorities.ts';
import type { Facts } from './facts.ts';
import type { HeldCertificate, HeldKubeconfig } from './held.ts';
import type { Slot } from './slots.ts';
import { seenOfFile } from './source.ts';

/** Applies; or does not, for a reason; or cannot be known, for a reason. */
export type Applicability =
  | { readonly answer: 'yes' }
  | { readonly answer: 'no'; readonly reason: string }
  | { readonly answer: 'unknown'; readonly reason: string };

export interface Context {
  readonly node: ScannedNode;
  readonly kind: NodeKind;
  readonly facts: Facts;
  readonly slots: readonly Slot[];
}

const yes: Applicability = { answer: 'yes' };
const no = (reason: string): Applicability => ({ answer: 'no', reason });

const controlPlane = new Set(['kube-apiserver', 'kube-controller-manager', 'kube-scheduler']);

/** A control-plane manifest, apiserver.crt or ca.key make a control plane; kubelet.conf alone makes a worker. */
export function kindOf(node: ScannedNode): NodeKind {
  const has = (path: string) => seenOfFile(node.files.get(path)) === 'present';
  if (node.components.some((component) => controlPlane.has(component.name))) return 'control-plane';
  if (has(`${node.pki}/apiserver.crt`)) return 'control-plane';
  // A bare folder with a CA of that name and nothing else that the page names is laid out by someone else's rules.
  const documented = certificateRows.some((row) => has(`${node.pki}/${row.certificate}`));
  if (has(`${node.pki}/ca.key`) && (node.beyondPki || documented)) return 'control-plane';
  if (node.components.some((component) => component.name === 'etcd')) return 'etcd';
  return has(`${kubeconfigDirectory}/kubelet.conf`) ? 'worker' : 'unknown';
}

/** Whether a row of certificates or kubeconfigs applies, and whether anything reads what it holds. */
export function roleApplies(
  context: Context,
  role: HeldCertificate | HeldKubeconfig,
): { readonly applies: Applicability; readonly inUse: boolean } {
  const named = role.slot !== undefined;
  const inUse = named || !readerSeen(context, role.id);
  const exists = role.seen === 'present' || role.seen === 'irregular';
  if (role.id === 'kubelet.conf' && awaitsBootstrap(context))
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

/** Whether etcd serves with a file of another folder, or none that is known: nobody says where etcdctl's files lie then. */
function etcdIsElsewhere({ node, slots }: Context): boolean {
  const serving = slots.find((slot) => slot.row.role === 'kube-etcd' && slot.row.holds === 'certificate');
  return serving !== undefined && !serving.path?.startsWith(`${node.pki}/etcd/`);
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
  const readers = argumentRows.filter((row) => row.role === role && row.path !== null).map((row) => row.component);
  return context.node.components.some((component) => readers.includes(component.name));
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
