/** Which rows of the tables apply to a node, depending on its kind, its etcd and the arguments of its components. */
import { flagValue } from '../../artifact/arguments.ts';
import type { Certificate } from '../../artifact/certificate.ts';
import type { Content } from '../../artifact/file.ts';
import { inFolder } from '../../artifact/paths.ts';
import { certificatesInPem } from '../../artifact/pem-blocks.ts';
import { isOfFormerServer, isSwitchedOff } from '../../artifact/supervisor.ts';
import type { NodeKind } from '../../results/reported-node.ts';
import { isOnWorkers, signingCa } from '../../tables/layouts/authorities.ts';
import { kubeconfigPath, type LaidOutNode, type Layout, pemFilesOf } from '../../tables/layouts/layout.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { NodesWithRole, Topology } from '../../tables/tables.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import type { Facts } from '../facts/facts.ts';
import { hostOf, namesMachine } from '../facts/host.ts';
import type { AuthorityFiles } from './authorities.ts';
import type { AnyRoleFiles } from './role-files.ts';
import { type Slot, unknownPath } from './slots.ts';
import { type Seen, seenAt } from './source.ts';

/** Whether a row applies, and otherwise why it does not or why that is unknown. */
export type Applicability = { readonly answer: 'yes' } | { readonly answer: 'no' | 'unknown'; readonly reason: string };

export interface Context {
  readonly node: LaidOutNode;
  readonly kind: NodeKind;
  readonly facts: Facts;
  readonly slots: readonly Slot[];
}

export const yes: Applicability = { answer: 'yes' };
export const no = (reason: string): Applicability => ({ answer: 'no', reason });

/** Returns the folder of static pods; undefined if the layout has none, and no setting names one. */
export const manifestFolder = (node: LaidOutNode): string | undefined => node.manifestFolder ?? node.layout.manifests;

const controlPlane = new Set(['kube-apiserver', 'kube-controller-manager', 'kube-scheduler']);

/** The kubeconfigs of components that only control planes have; admin.conf is often copied to workers. */
const ownKubeconfigs = ({ kubeconfigs }: Layout) => kubeconfigs.filter(({ usedBy }) => controlPlane.has(usedBy));

/**
 * Returns the kind of a node. A node with a component of the control plane is a control plane, also if the sign of one
 * is lost. Otherwise the signs of its layout decide. Of a layout without signs, a node with kubelet.conf and nothing of
 * a control plane that is its own is a worker. Of others, such as a folder of certificates, the files decide: the
 * kubeconfigs of components, the certificate of the API server or the key of the CA.
 */
export function kindOf(node: LaidOutNode, facts: Facts): NodeKind {
  const has = (path: string) => seenAt(node, path) === 'present';
  if (node.components.some((component) => controlPlane.has(component.name))) return 'control-plane';
  if (node.kind !== undefined) return node.kind;
  if (isPlainWorker(node, facts)) return 'worker';
  if (has(pemFilesOf(node, roleIds.apiServer).certificate)) return 'control-plane';
  if (ownKubeconfigs(node.layout).some(({ path }) => has(path))) return 'control-plane';
  // A bare folder with a CA of that name but no other documented file is not the PKI of a control plane.
  const documented = node.layout.certificates.some((row) => has(inFolder(node.pki, row.certificate)));
  if (has(pemFilesOf(node, signingCa(node.layout)).key) && (node.beyondPki || documented)) return 'control-plane';
  if (node.components.some((component) => component.name === 'etcd')) return 'etcd';
  return has(kubeconfigPath(node.layout, roleIds.kubelet)) || isCopiedWorker(node) ? 'worker' : 'unknown';
}

/** Whether a copy without kubeconfigs has a kubelet. With a component of a control plane it would be more than that. */
function isCopiedWorker(node: LaidOutNode): boolean {
  const isLeftOut = node.files.get(kubeconfigPath(node.layout, roleIds.kubelet))?.leftOut !== undefined;
  return isLeftOut && node.components.some(({ name }) => name === 'kubelet');
}

/**
 * Whether a node has kubelet.conf, and its folder of static pods was seen, but nothing that only a control plane has:
 * no manifest of a component, none of its kubeconfigs, no data of etcd, and no certificate of its own but those of CAs.
 * Keys of CAs do not count, nor certificates that name other nodes, and kubeconfigs next to these: they are copies.
 */
export function isPlainWorker(node: LaidOutNode, facts: Facts): boolean {
  const { files, layout, pkiFiles, manifestFiles } = node;
  if (seenAt(node, kubeconfigPath(layout, roleIds.kubelet)) !== 'present') return false;
  if (seenAt(node, manifestFolder(node) ?? '') === 'unseen' || manifestFiles.some(isNamedAfterComponent)) return false;
  if (node.components.some(({ name }) => name !== 'kubelet')) return false;
  const leaves = pkiFiles.flatMap((path) => leavesIn(files.get(path)?.content));
  const isCopied = leaves.length > 0 && node.etcdData === undefined && areOfOthers(leaves, facts);
  const kubeconfigs = ownKubeconfigs(layout).map(({ path }) => path);
  const found = kubeconfigs.filter((path) => seenAt(node, path) !== 'absent');
  // Without the certificates of the node from which they were copied, they show a control plane.
  if (found.length > 0) return isCopied && found.every((path) => dialsNamed(node, path, leaves));
  return leaves.length === 0 || isCopied;
}

/** Whether a kubeconfig dials what one of these certificates names, as on the control plane from which both came. */
function dialsNamed(node: LaidOutNode, path: string, leaves: readonly Certificate[]): boolean {
  const content = node.files.get(path)?.content;
  const server = content?.type === 'kubeconfig' ? content.kubeconfig.cluster?.server?.value : undefined;
  const host = hostOf(server ?? '');
  return host !== undefined && leaves.some((leaf) => hasName(leaf, host));
}

/**
 * Whether certificates are of another node: none of them names this one, as those of its API server and its etcd would
 * (kubeadm pki_helpers.go, GetAPIServerAltNames and getAltNames).
 */
function areOfOthers(leaves: readonly Certificate[], { nodeName, nodeIps }: Facts): boolean {
  const own = nodeName && [nodeName.value, ...(nodeIps?.value ?? [])];
  return own !== undefined && leaves.every((leaf) => own.every((name) => !namesMachine(leaf, name)));
}

const isNamedAfterComponent = (path: string): boolean =>
  [...controlPlane, 'etcd'].some((name) => path.includes(`/${name}`));

const leavesIn = (content: Content | undefined): readonly Certificate[] =>
  certificatesInPem(content?.type === 'pem' ? content.pem : undefined).filter(
    ({ basicConstraints }) => !basicConstraints?.ca,
  );

/** Whether a row of certificates or kubeconfigs applies, and whether anything reads its file. */
export function roleApplies(
  context: Context,
  role: AnyRoleFiles,
): { readonly applies: Applicability; readonly inUse: boolean } {
  const { certificate = role.recommended } = role.kind === 'certificate' ? role.row : {};
  const inUse = role.slot !== undefined || !readerSeen(context, role.row.role, certificate);
  return { applies: applicabilityOf(context, role, inUse), inUse };
}

function applicabilityOf(context: Context, role: AnyRoleFiles, inUse: boolean): Applicability {
  if (role.row.role === roleIds.kubelet && awaitsBootstrap(context)) return no('the kubelet has not written it yet');
  if (role.kind === 'certificate' && role.row.on === undefined && isLeftOn(context, role.slot)) return no(onWorker);
  if (isLeftKubeconfig(context, role) || isOfFormerServer(context.node, role.path)) return no(onWorker);
  if (role.slot !== undefined || exists(role.seen)) return yes;
  if (role.row.optional) return no('optional, and not on this node');
  if (!inUse) return no('no flag names it');
  const certificate = role.kind === 'certificate' ? role.row.certificate : undefined;
  if (!hasPartner(role.key) && isUnread(context, role.row.role, certificate)) return no(unread);
  if (role.kind === 'kubeconfig' && role.row.on !== 'worker') return belongs(context, role.row.on);
  if (role.row.on !== undefined) return isOnKind(context, role.row.on);
  const { topology } = role.row;
  if (topology === 'stacked' && etcdIsElsewhere(context)) return no('the files of etcd are elsewhere');
  return belongs(context, topology === 'stacked' ? 'etcd' : 'control-plane', topology);
}

/** Whether a file belongs on a node that does not have it, by the kind of nodes that its row names. */
function isOnKind(context: Context, on: NodesWithRole): Applicability {
  if (context.kind === 'unknown') return no('only existing files are checked on this node');
  if (on === 'any' || on === context.kind) return yes;
  return on === 'etcd' ? belongs(context, on, 'stacked') : no(`only on nodes of the kind ${on}`);
}

/** Whether nothing on a worker reads a file of the control plane: key/on-worker reports its key. */
const isLeftOn = ({ kind }: Pick<Context, 'kind'>, slot: Slot | undefined): boolean =>
  kind === 'worker' && slot === undefined;

/** Whether a kubeconfig of a component of the control plane is on a worker, where nothing reads it. */
export const isLeftKubeconfig = (
  context: Pick<Context, 'kind'>,
  { kind, row, slot }: Pick<AnyRoleFiles, 'kind' | 'row' | 'slot'>,
): boolean => kind === 'kubeconfig' && controlPlane.has(row.usedBy ?? '') && isLeftOn(context, slot);

const onWorker = 'this node is a worker';

const exists = (seen: Seen): boolean => seen === 'present' || seen === 'irregular';

/** Whether an authority applies. */
export function authorityApplies(context: Context, { id, row, source, key, trust }: AuthorityFiles): Applicability {
  if (!isOnWorkers(id, context.node.layout) && isLeftOn(context, trust[0]?.slot)) return no(onWorker);
  if (exists(source.seen) || trust.some(({ slot }) => context.kind !== 'worker' || !unknownPath(slot))) return yes;
  if (row.optional) return no('optional, and not on this node');
  if (readerSeen(context, id, undefined)) return no('no flag names it');
  if (!hasPartner(key) && isUnread(context, id, undefined)) return no(unread);
  return belongs(context, row.topology === 'any' ? 'control-plane' : 'etcd', row.topology);
}

/**
 * Returns where an authority signs. The CA of an external etcd signs elsewhere; unknown if no file shows which etcd
 * this node uses. As far as the topology is concerned, every other authority signs here.
 */
export function signsAt(
  { row }: Pick<AuthorityFiles, 'row'>,
  { facts }: Pick<Context, 'facts'>,
): 'here' | 'elsewhere' | 'unknown' {
  const etcd = facts.etcd?.value;
  if (row.topology === 'any' || etcd === 'stacked') return 'here';
  return etcd === 'external' ? 'elsewhere' : 'unknown';
}

/**
 * Whether etcd's serving certificate is in a different folder, or unknown. Then it is unknown where etcd's other files
 * are, such as etcdctl's.
 */
function etcdIsElsewhere({ node, slots }: Context): boolean {
  const serving = slots.find((slot) => slot.row.role === roleIds.etcdServer && slot.row.holds === 'certificate');
  const recommended = pemFilesOf(node, roleIds.etcdServer).certificate;
  const folder = recommended.slice(0, recommended.lastIndexOf('/') + 1);
  return serving !== undefined && !serving.path?.startsWith(folder);
}

/**
 * Whether the kubelet has not bootstrapped yet: before it has its first certificate, the file of
 * `--bootstrap-kubeconfig` exists and that of `--kubeconfig` does not (k8s.io/kubernetes
 * pkg/kubelet/certificate/bootstrap, LoadClientCert).
 */
export function awaitsBootstrap({ node }: Pick<Context, 'node'>): boolean {
  const seen = (flag: string) => seenAt(node, flagValue(node, 'kubelet', flag) ?? '');
  return seen('bootstrap-kubeconfig') === 'present' && seen('kubeconfig') === 'absent';
}

/** Whether this node has a component with an argument for the role's file. */
function readerSeen({ node }: Context, role: string, file: string | undefined): boolean {
  const readers = readersOf(node, role, file);
  return node.components.some(({ name }) => readers.includes(name));
}

/** The components with an argument for a role's file. */
function readersOf({ layout }: LaidOutNode, role: string, file: string | undefined): readonly string[] {
  const at = (path: string) => inFolder(layout.pki, path);
  const isOf = (path: string) => file === undefined || at(path) === at(file);
  return layout.arguments.flatMap((row) =>
    row.role === role && row.path !== null && isOf(row.path) ? row.component : [],
  );
}

const unread = 'nothing on this node reads it';

/**
 * Whether units start what runs on a node: which ones it has, its operator decides. A missing static pod is a fault.
 */
export const isStartedByUnits = ({ layout, components }: LaidOutNode): boolean =>
  layout.manifests === undefined && components.length > 0;

/** Whether a role's file is for components, and none of them is on this node. */
function isUnread({ node }: Context, role: string, file: string | undefined): boolean {
  return isStartedByUnits(node) && readersOf(node, role, file).length > 0;
}

/** Whether the key of a lost certificate is there. */
const hasPartner = (key: AnyRoleFiles['key']): boolean => key !== undefined && exists(key.seen);

function topologyApplies({ facts, node }: Context, topology: Topology): Applicability {
  if (topology === 'any') return yes;
  const etcd = facts.etcd?.value;
  if (topology === 'stacked' && (etcd === 'external' || isSwitchedOff(node, 'etcd'))) return no('etcd runs elsewhere');
  const unknown: Applicability = { answer: 'unknown', reason: 'it is unknown whether etcd runs on this node' };
  if (etcd === undefined && (topology === 'stacked' || !node.beyondPki)) return unknown;
  return yes;
}

/** Whether a file belongs on a node of this kind, with this etcd. */
function belongs(context: Context, where: 'any' | 'control-plane' | 'etcd', topology: Topology = 'any'): Applicability {
  const { kind } = context;
  const isHere =
    kind === 'control-plane' || (where === 'any' && kind === 'worker') || (where === 'etcd' && kind === 'etcd');
  if (isHere) return topologyApplies(context, topology);
  return no(kind === 'worker' ? onWorker : 'only existing files are checked on this node');
}
