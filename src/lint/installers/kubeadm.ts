/** The configuration file that kubeadm reads to sign certificates: what is known about the node is enough for that. */

import type { CommandValues } from '../../core/command/fill.ts';
import { keptNames } from '../../model/cluster/shared-names.ts';
import { apiServerPort } from '../../model/dialling/api-servers.ts';
import { dialledNames } from '../../model/dialling/dialled-names.ts';
import { expectedHosts, withoutEtcdAddress } from '../../model/dialling/expected.ts';
import { endpointOf } from '../../model/dialling/right-end.ts';
import { hostOf, isLoopback } from '../../model/facts/host.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { certificatesFolder } from './certificates-folder.ts';

/**
 * Returns the two documents of the file: what kubeadm would have to detect or to look up on the internet, and the SANs
 * that it does not add by itself (cmd/kubeadm/app/util/pkiutil/pki_helpers.go). undefined if a part of it is not known.
 *
 * @param version that of the format
 */
export function kubeadmDocuments(pki: Pki, version: string): CommandValues | undefined {
  const { kubernetesVersion, nodeName, advertiseAddress, serviceCidrs, dnsDomain } = pki.facts;
  if (!kubernetesVersion || !nodeName || !advertiseAddress || !serviceCidrs) return undefined;
  const apiVersion = `kubeadm.k8s.io/${version}`;
  const endpoint = endpointWithPort(pki);
  const port = Number(apiServerPort(pki.node));
  const etcd = sansOfEtcd(pki);
  const certSANs = addedSans(roleIds.apiServer, pki);
  if (JSON.stringify([etcd, certSANs]).length > longestSans) return undefined;
  const folder = certificatesFolder(pki);
  const cluster = {
    apiVersion,
    kind: 'ClusterConfiguration',
    kubernetesVersion: `v${kubernetesVersion.value}`,
    ...(folder !== pki.layout.pki && { certificatesDir: folder }),
    ...(endpoint !== undefined && { controlPlaneEndpoint: endpoint }),
    networking: {
      serviceSubnet: serviceCidrs.value.join(','),
      ...(dnsDomain && { dnsDomain: dnsDomain.value }),
    },
    ...(certSANs.length > 0 && { apiServer: { certSANs } }),
    ...(etcd && { etcd: { local: etcd } }),
  };
  const node = {
    apiVersion,
    kind: 'InitConfiguration',
    localAPIEndpoint: {
      advertiseAddress: advertiseAddress.value,
      ...(port !== usualPort && Number.isInteger(port) && { bindPort: port }),
    },
    nodeRegistration: { name: nodeName.value },
  };
  return { clusterConfiguration: JSON.stringify(cluster), initConfiguration: JSON.stringify(node) };
}

const usualPort = 6443;

/** A command with more is no longer read by anyone. */
const longestSans = 2000;

/** The load balancer with its port, as kubeconfigs name it. */
function endpointWithPort(pki: Pki): string | undefined {
  const { facts, roles } = pki;
  const host = endpointOf(pki)?.value;
  if (host === undefined || host === facts.advertiseAddress?.value) return undefined;
  const servers = roles.flatMap(({ kubeconfig }) => kubeconfig?.cluster?.server?.value ?? []);
  const server = servers.find((one) => hostOf(one) === host);
  if (server === undefined) return host;
  const [endpoint] = server.replace(/^https:\/\/(?:[^/]*@)?/, '').split('/', 1);
  return endpoint;
}

function sansOfEtcd(pki: Pki) {
  const serverCertSANs = addedSans(roleIds.etcdServer, pki);
  const peerCertSANs = addedSans(roleIds.etcdPeer, pki);
  if (serverCertSANs.length + peerCertSANs.length === 0) return undefined;
  return { ...(serverCertSANs.length > 0 && { serverCertSANs }), ...(peerCertSANs.length > 0 && { peerCertSANs }) };
}

/**
 * The names that a certificate has, that the tables list, that other control planes share or that clients dial, without
 * those that kubeadm adds by itself.
 */
function addedSans(id: string, pki: Pki): readonly string[] {
  const role = pki.roles.find((one) => one.id === id);
  if (role?.kind !== 'certificate') return [];
  // kubeadm adds the advertise address, also where etcd listens at one of its own.
  const facts = { ...withoutEtcdAddress(pki.facts), sans: undefined };
  const own = new Set(expectedHosts(role.row, { ...pki, facts }).hosts);
  // A certificate of a different CA may have been made for something else.
  const leaf = role.signedBy === role.parent.id ? role.leaf : undefined;
  const sans = keptNames(role, leaf, pki).map(({ value }) => value);
  const dialled = dialledNames(role, pki).map(({ host }) => host);
  const listed = expectedHosts(role.row, pki).hosts;
  // It adds those of the loopback interface to the certificates of etcd only.
  const isAdded = (name: string) => own.has(name) || (id !== roleIds.apiServer && isLoopback(name));
  return [...new Set([...sans, ...dialled, ...listed])].filter((name) => !isAdded(name));
}
