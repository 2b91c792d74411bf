/** What a kubeconfig of a plan says beside its credential. */
import { isOfAnotherCluster } from '../../model/dialled.ts';
import { hostOf } from '../../model/host.ts';
import type { KubeconfigRole, Pki } from '../../model/pki.ts';
import { isFrom } from '../../model/release.ts';
import type { KubeconfigSpec, Refusal } from '../types.ts';
import type { Settings } from './settings.ts';

const securePort = 6443;

/** Names and server of a kubeconfig; else the facts that are missing. */
export function kubeconfigSpec(role: KubeconfigRole, pki: Pki, settings: Settings): KubeconfigSpec | readonly string[] {
  const server = ownServer(role) ?? serverFor(role, pki, settings);
  if (server === undefined) return ['the address of the API server (--control-plane-endpoint or --advertise-address)'];
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
  const { advertiseAddress, controlPlaneEndpoint, kubernetesVersion } = pki.facts;
  const local = url(advertiseAddress?.value);
  const told = settings.endpoint ?? pki.node.kubeadmConfig?.controlPlaneEndpoint?.value;
  const shared = url(told) ?? serverAt(pki, controlPlaneEndpoint?.value) ?? url(controlPlaneEndpoint?.value) ?? local;
  const isLocal = role.id === 'controller-manager.conf' || role.id === 'scheduler.conf';
  // Since 1.34 the kubelet of a control plane dials its own API server (kubeadm FACTS: kubeadm-1.34-ha).
  const nearKubelet =
    role.id === 'kubelet.conf' && pki.kind === 'control-plane' && isFrom(kubernetesVersion?.value ?? '0.0.0', '1.34.0');
  return (isLocal || nearKubelet ? local : shared) ?? shared;
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
