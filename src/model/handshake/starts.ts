/** Whether a control plane's components run: what starts them on this node, or why nothing does. */
import { componentNamed, flagValue, type PodName, podNames } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { NodeFile } from '../../artifact/file.ts';
import { isSwitchedOff } from '../../artifact/supervisor.ts';
import { remember } from '../../core/collections.ts';
import { kubeconfigPath, pemFilesOf } from '../../tables/layouts/layout.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { isLoopback } from '../facts/host.ts';
import { manifestFolder } from '../roles/applicability.ts';
import { ignoredPods, manifestFault, manifestUnknown } from '../roles/manifest-files.ts';
import type { Pki } from '../roles/pki.ts';
import { fileId } from '../roles/slots.ts';
import { seenAt, unseenReason } from '../roles/source.ts';
import { isAt, urlsOf } from './addresses.ts';
import { idOnNode } from './ends.ts';

export type Start =
  | { readonly state: 'started' }
  /** Nothing shows that it should run on this node, or that the kubelet starts it. */
  | { readonly state: 'elsewhere' }
  | { readonly state: 'unknown'; readonly reason: string }
  /** A systemd unit may start it, with arguments that were not read. */
  | { readonly state: 'unit'; readonly unit: string }
  /**
   * The kubelet does not start it: it gets nothing from the file `path`, or there is no manifest in the folder `path`.
   * It may run all the same, because it was started before.
   */
  | { readonly state: 'stopped'; readonly malformed: boolean; readonly path: string; readonly runs: boolean };

/** For each static pod of kubeadm, the role of a file that it needs on its node. */
const own = {
  'kube-apiserver': roleIds.apiServer,
  'kube-controller-manager': roleIds.controllerManager,
  'kube-scheduler': roleIds.scheduler,
  etcd: roleIds.etcdServer,
} as const satisfies Readonly<Record<PodName, string>>;

const isPodName = (name: string | undefined): name is PodName => name !== undefined && Object.hasOwn(own, name);

/** Whether the kubelet starts a component. */
export const isStaticPod = (component: Component | undefined): boolean => component?.mounts !== undefined;

const started: Start = { state: 'started' };
const elsewhere: Start = { state: 'elsewhere' };

/** Returns what starts a component on a node. */
export const startOf = remember((pki: Pki, name: string | undefined): Start => {
  if (!isPodName(name)) return elsewhere;
  if (componentNamed(pki.node, name) !== undefined) return started;
  // What a supervisor runs inside of its process has no manifest.
  const isInside = pki.node.supervisor !== undefined && pki.layout.supervisor?.components[name] !== undefined;
  if (isInside || isSwitchedOff(pki.node, name)) return elsewhere;
  const folder = manifestFolder(pki.node);
  return folder !== undefined && belongs(pki, name) ? startOfMissing(pki, name, folder) : elsewhere;
});

/**
 * Whether the files of a node show that a component should run on it. Certificates do not suffice: they may have been
 * copied to a worker. kubeadm writes the kubeconfigs of kube-controller-manager and kube-scheduler only on control
 * planes; on a worker they were copied too.
 */
function belongs(pki: Pki, name: PodName): boolean {
  const { node, facts, kind } = pki;
  const has = (path: string) => seenAt(node, path) === 'present';
  const isKubeconfig = (role: string) => has(kubeconfigPath(node.layout, role));
  const others = podNames.filter((one) => one !== 'etcd' && isStaticPod(componentNamed(node, one)));
  const isControlPlane =
    others.length > 0 || [own['kube-controller-manager'], own['kube-scheduler']].some(isKubeconfig);
  if (!node.beyondPki || !isControlPlane || kind === 'worker') return false;
  if (name === 'etcd') {
    const isDialled = componentNamed(node, 'kube-apiserver') === undefined || dialsOwnEtcd(pki);
    return isDialled && facts.etcd?.value === 'stacked';
  }
  if (others.length > 0) return true;
  return name === 'kube-apiserver' ? has(pemFilesOf(node, own[name]).certificate) : isKubeconfig(own[name]);
}

function dialsOwnEtcd(pki: Pki): boolean {
  return urlsOf(pki, 'kube-apiserver', 'etcd-servers').some(({ host }) => isLoopback(host) || isAt(pki, host));
}

/** Whether the folder was seen. On the node itself, one that does not exist contains no manifests. */
function isFolderSeen({ node }: Pki, file: NodeFile | undefined): boolean {
  return file?.state === 'directory' || (file?.state === 'absent' && node.rootfs === '/');
}

function startOfMissing(pki: Pki, name: PodName, folder: string): Start {
  const { node } = pki;
  const unknown = (reason: string): Start => ({ state: 'unknown', reason });
  const seenFolder = node.files.get(folder);
  if (!isFolderSeen(pki, seenFolder)) {
    return unknown(`${folder}: ${seenFolder?.state === 'absent' ? 'not in the input' : unseenReason(seenFolder)}`);
  }
  if (flagValue(node, 'kubelet', 'manifest-url') !== undefined)
    return unknown('the kubelet also reads manifests from a URL');
  const manifests = node.manifestFiles.map((path) => ({ path, file: node.files.get(path) }));
  const unread = manifests.find(({ file }) => manifestUnknown(file) !== undefined);
  if (unread !== undefined) return unknown(`${unread.path} was not read`);
  const ignored = ignoredPods(node).find(({ components }) => components.includes(name));
  const stopped = (malformed: boolean, path: string): Start => ({
    state: 'stopped',
    malformed,
    path,
    runs: isRunning(node, name),
  });
  if (ignored !== undefined) return stopped(true, ignored.path);
  const malformed = manifests.filter(({ path, file }) => file && manifestFault(file) && meansToRun(path, pki));
  const broken =
    malformed.find(({ path }) => nameOfManifest(path) === name) ??
    malformed.find(({ path }) => !isPodName(nameOfManifest(path)));
  if (broken !== undefined) return stopped(true, broken.path);
  const other = manifests.find(({ path, file }) => isNamedAfter(path, name) && isOtherPod(file));
  if (other !== undefined) return unknown(`${other.path} starts an unknown program`);
  const usual = `${folder}/${name}.yaml`;
  if (seenAt(node, usual) === 'unseen' && seenFolder?.state === 'directory') {
    return unknown(`${usual}: ${unseenReason(node.files.get(usual))}`);
  }
  const unit = [...node.files.values()].find(
    ({ path, state }) => state === 'file' && path.endsWith(`/${name}.service`),
  );
  return unit === undefined ? stopped(false, folder) : { state: 'unit', unit: unit.path };
}

/** Whether the process table has a process of a component that no unit has started. */
const isRunning = ({ running }: Pki['node'], name: string): boolean =>
  running?.state === 'seen' &&
  running.from === 'proc' &&
  running.processes.some(({ component, unit }) => component === name && unit === undefined);

/** The name of a manifest without its ending; undefined for other files, such as backups. */
const nameOfManifest = (path: string): string | undefined =>
  /^([^/]+)\.(?:ya?ml|json)$/.exec(path.slice(path.lastIndexOf('/') + 1))?.[1];

/** Whether a file is a pod without any component. */
export function isOtherPod(file: NodeFile | undefined): boolean {
  return file?.content?.type === 'manifest' && file.content.components.length === 0;
}

/** Whether a file is called like a component: `kube-apiserver.yaml`, `kube-apiserver-2.yaml`. */
function isNamedAfter(path: string, name: string): boolean {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return file.startsWith(name) && !/^\w/.test(file.slice(name.length));
}

/**
 * Whether a file has the name of a manifest, and no component with that name runs from a different file. A file of
 * another kind, such as an audit policy, starts nothing unless it has the name of a component.
 */
export function meansToRun(path: string, { node }: Pki): boolean {
  const name = nameOfManifest(path);
  if (name === undefined || componentNamed(node, name) !== undefined) return false;
  const content = node.files.get(path)?.content;
  const kind = content?.type === 'malformed' ? content.kind : undefined;
  return kind === undefined || kind.toLowerCase() === 'pod' || isPodName(name);
}

/** Returns the id by which connections blame what stopped a component. */
export function blameOf(pki: Pki, { malformed, path }: Extract<Start, { state: 'stopped' }>): string {
  return idOnNode(pki, malformed ? fileId(path) : 'node');
}
