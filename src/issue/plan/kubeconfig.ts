/** The content of a kubeconfig of a plan, except for its credential. */

import { configOption } from '../../artifact/installer-config.ts';
import { isHidden } from '../../core/shown.ts';
import { sharedEndpoint } from '../../model/cluster/cluster.ts';
import { apiServerPort, dialsOwnServer } from '../../model/dialling/api-servers.ts';
import { isOfAnotherCluster } from '../../model/dialling/kubeconfig-server.ts';
import { endpointOf } from '../../model/dialling/right-end.ts';
import { hostOf } from '../../model/facts/host.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { KubeconfigRole, Role } from '../../model/roles/role.ts';
import type { Finding } from '../../results/finding.ts';
import type { KubeconfigSpec, Refusal } from '../../results/issue/plan.ts';
import { findRule } from '../../tables/catalog.ts';
import { refusal } from './action.ts';
import type { MissingFacts } from './certificate-spec.ts';
import type { Settings } from './settings.ts';

/** The note of a kubeconfig of which nothing is kept. */
export const rewrittenNote = ({ layout: { installer } }: Pki): string =>
  `rewritten${installer === undefined ? '' : ` as ${installer} does`}; other settings of the old file are in its backup`;

/**
 * Names and server of a kubeconfig, or the missing facts. `keeps`: only the credential of the existing file is
 * replaced.
 */
export function kubeconfigSpec(
  role: KubeconfigRole,
  pki: Pki,
  settings: Settings,
  keeps = false,
): KubeconfigSpec | MissingFacts {
  const server = ownServer(role) ?? serverFor(role, pki, settings);
  if (server === undefined) {
    const options = `--control-plane-endpoint${pki.kind === 'worker' ? '' : ' or --advertise-address'}`;
    return [`the address of the API server (${options})`];
  }
  if (keeps) {
    const { cluster, user, currentContext } = role.kubeconfig ?? {};
    return {
      server,
      cluster: cluster?.name ?? '',
      user: user?.name ?? '',
      context: currentContext?.value ?? '',
      keeps,
    };
  }
  if (settings.documentedOnly) {
    // The commands of the documentation: "Configure certificates for user accounts".
    const user = role.row.credential;
    return { server, cluster: 'default-cluster', user, context: 'default-system', keeps };
  }
  const cluster = clusterNameOf(pki);
  const user = userOf(role, pki);
  return { server, cluster, user, context: `${user}@${cluster}`, keeps };
}

/** The name in kubeadm's configuration (kubeadm v1beta4, ClusterName), or else in another kubeconfig of this node. */
function clusterNameOf({ node, roles }: Pki): string {
  const [other] = roles.flatMap((role) => role.kubeconfig?.cluster?.name ?? []);
  return node.installerConfig?.clusterName?.value ?? other ?? 'kubernetes';
}

/**
 * Whether it is enough to renew the credential and the CA of a file, as kubeadm does (kubeadm renewal/readwriter.go,
 * Write): both are embedded, and nothing is wrong with the rest.
 */
export function isSound({ kubeconfig, ...role }: KubeconfigRole, findings: readonly Finding[]): boolean {
  if (kubeconfig === undefined || kubeconfig.unresolved || kubeconfig.refused) return false;
  const { cluster, user } = kubeconfig;
  const isEmbedded = user?.certificate?.embedded !== undefined && user.key?.embedded !== undefined;
  if (!isEmbedded || user.otherCredentials.length > 0 || cluster?.certificateAuthority === undefined) return false;
  if (cluster.insecureSkipTlsVerify?.value || ownServer({ ...role, kubeconfig }) === undefined) return false;
  const { embedded } = cluster.certificateAuthority;
  const renewed = ['credential', ...(embedded ? ['ca'] : [])];
  return findings.every(
    ({ severity, rule }) => severity === 'info' || renewed.includes(findRule(rule)?.kubeconfigPart ?? ''),
  );
}

/** A kubeconfig that is used elsewhere should dial the whole control plane; the API server of this node works too. */
export function serverNotes(role: Role, pki: Pki, first: boolean): readonly string[] {
  const isLocal = role.kind !== 'kubeconfig' || dialsOwnServer(role, pki) || ownServer(role) !== undefined;
  if (isLocal || first || sharedEndpoint(pki) !== undefined) return [];
  return ['connects to this node only: no file has an address of the whole control plane (--control-plane-endpoint)'];
}

/** Facts are not guessed: missing ones must be in the options. */
export function factsMissing(role: string, missing: MissingFacts): Refusal {
  return refusal(role, `not known: ${missing.join(', ')}`, `set it on the command line, or with ${configOption}`);
}

/** The server in the existing file, if it belongs to this cluster, so that credentials may be sent to it. */
function ownServer(role: KubeconfigRole): string | undefined {
  const server = role.kubeconfig?.cluster?.server?.value;
  const isForeign = isOfAnotherCluster(role) && role.signedBy === undefined;
  return server !== undefined && /^https:\/\/[^/]/i.test(server) && !isHidden(server) && !isForeign
    ? server
    : undefined;
}

/** kubeadm names the user after the role's common name (kubeadm kubeconfig.go, getKubeConfigSpecsBase). */
function userOf({ row }: KubeconfigRole, pki: Pki): string {
  return row.cn.replace('<nodeName>', pki.facts.nodeName?.value ?? '');
}

/** Local components dial their own API server, the others the whole control plane's address. */
function serverFor(role: KubeconfigRole, pki: Pki, settings: Settings): string | undefined {
  const { advertiseAddress } = pki.facts;
  const controlPlaneEndpoint = endpointOf(pki);
  const local = url(advertiseAddress?.value, apiServerPort(pki.node));
  const endpoint = settings.endpoint ?? pki.node.installerConfig?.controlPlaneEndpoint?.value;
  const shared =
    url(endpoint, apiServerPort(pki.node)) ??
    serverAt(pki, controlPlaneEndpoint?.value) ??
    url(controlPlaneEndpoint?.value, apiServerPort(pki.node));
  // No API server runs on a worker.
  if (pki.kind === 'worker') return shared;
  return (dialsOwnServer(role, pki) ? local : shared) ?? shared ?? local;
}

/** The server of another kubeconfig of this node that dials that host: it has the port. */
function serverAt({ roles }: Pki, host: string | undefined): string | undefined {
  const servers = roles.flatMap((role) => role.kubeconfig?.cluster?.server?.value ?? []);
  return host === undefined ? undefined : servers.find((server) => hostOf(server) === host && !isHidden(server));
}

function url(address: string | undefined, port: string): string | undefined {
  const host = address && hostOf(address);
  if (host === undefined || host === '') return undefined;
  const own = /^(?:\[[^\]]*\]|[^:]*):(\d+)$/.exec(address ?? '')?.[1];
  return `https://${host.includes(':') ? `[${host}]` : host}:${own ?? port}`;
}
