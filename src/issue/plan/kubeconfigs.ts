/** What a kubeconfig of a plan says beside its credential. */
import { isOfAnotherCluster } from '../../model/dialled.ts';
import { hostOf } from '../../model/host.ts';
import { sharedEndpoint } from '../../model/other-nodes.ts';
import type { KubeconfigRole, Pki, Role } from '../../model/pki.ts';
import { isFrom } from '../../model/release.ts';
import type { KubeconfigSpec, Refusal } from '../types.ts';
import type { Settings } from './settings.ts';

const securePort = 6443;

/** Names and server of a kubeconfig; else the facts that are missing. */
export function kubeconfigSpec(role: KubeconfigRole, pki: Pki, settings: Settings): KubeconfigSpec | readonly string[] {
  const server = ownServer(role) ?? serverFor(role, pki, settings);
  if (server === undefined) {
    const options = `--control-plane-endpoint${pki.kind === 'worker' ? '' : ' or --advertise-address'}`;
    return [`the address of the API server (${options})`];
  }
  if (settings.profile === 'documented') {
    // The page's own commands: "Configure certificates for user accounts".
    const user = role.row.credential;
    return { server, cluster: 'default-cluster', user, context: 'default-system' };
  }
  const cluster = 'kubernetes';
  const user = userOf(role, pki);
  return { server, cluster, user, context: `${user}@${cluster}` };
}

/** Whether these are facts that are missing. */
export function isUnknown(spec: KubeconfigSpec | readonly string[] | null): spec is readonly string[] {
  return Array.isArray(spec);
}

/** A kubeconfig that is used elsewhere ought to dial the whole control plane; this node's own API server serves too. */
export function serverNotes(role: Role, pki: Pki, first: boolean): readonly string[] {
  const isLocal = role.kind !== 'kubeconfig' || isNear(role, pki) || ownServer(role) !== undefined;
  if (isLocal || first || sharedEndpoint(pki) !== undefined) return [];
  return ['dials this node alone: no file tells an address of the whole control plane (--control-plane-endpoint)'];
}

/** Nothing is guessed: what is missing has to be said. */
export function unknown(role: string, missing: readonly string[]): Refusal {
  return {
    role,
    message: `not known: ${missing.join(', ')}`,
    hint: 'say it on the command line, or with --kubeadm-config',
  };
}

/** The server that the file says already, if it is one of this cluster that credentials may be shown to. */
function ownServer(role: KubeconfigRole): string | undefined {
  const server = role.kubeconfig?.cluster?.server?.value;
  const isStrange = isOfAnotherCluster(role) && role.signedBy === undefined;
  return server !== undefined && /^https:\/\/[^/]/i.test(server) && !isStrange ? server : undefined;
}

/** kubeadm names the user after the role's common name (kubeadm kubeconfig.go, getKubeConfigSpecsBase). */
function userOf({ row }: KubeconfigRole, pki: Pki): string {
  return row.cn.replace('<nodeName>', pki.facts.nodeName?.value ?? '');
}

/** Local components dial their own API server, the others the whole control plane's address. */
function serverFor(role: KubeconfigRole, pki: Pki, settings: Settings): string | undefined {
  const { advertiseAddress, controlPlaneEndpoint } = pki.facts;
  const local = url(advertiseAddress?.value);
  const told = settings.endpoint ?? pki.node.kubeadmConfig?.controlPlaneEndpoint?.value;
  const shared = url(told) ?? serverAt(pki, controlPlaneEndpoint?.value) ?? url(controlPlaneEndpoint?.value);
  // On a worker runs no API server.
  if (pki.kind === 'worker') return shared;
  return (isNear(role, pki) ? local : shared) ?? shared ?? local;
}

/** Whether a component dials the API server of its own node (kubeadm kubeconfig.go; the kubelet since 1.34). */
function isNear({ id }: Role, { kind, facts }: Pki): boolean {
  if (id === 'controller-manager.conf' || id === 'scheduler.conf') return true;
  const release = facts.kubernetesVersion?.value ?? '0.0.0';
  return id === 'kubelet.conf' && kind === 'control-plane' && isFrom(release, '1.34.0');
}

/** The server of another kubeconfig of this node that dials that host: it knows the port. */
function serverAt({ roles }: Pki, host: string | undefined): string | undefined {
  const servers = roles.flatMap((role) => role.kubeconfig?.cluster?.server?.value ?? []);
  return host === undefined ? undefined : servers.find((server) => hostOf(server) === host);
}

function url(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const host = hostOf(address) ?? address;
  return `https://${host.includes(':') ? `[${host}]` : host}:${portOf(address)}`;
}

function portOf(address: string): number {
  const port = /^(?:\[[^\]]*\]|[^:]*):(\d+)$/.exec(address)?.[1];
  return port === undefined ? securePort : Number(port);
}
