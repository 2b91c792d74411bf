/** The configuration file that kubeadm reads to sign certificates: what is known about the node is enough for that. */

import { folderOf, inFolder } from '../../artifact/paths.ts';
import { remember } from '../../core/collections.ts';
import { keptNames } from '../../model/cluster/shared-names.ts';
import { apiServerPort } from '../../model/dialling/api-servers.ts';
import { dialledNames } from '../../model/dialling/dialled-names.ts';
import { expectedHosts, withoutEtcdAddress } from '../../model/dialling/expected.ts';
import { endpointOf } from '../../model/dialling/right-end.ts';
import { hostOf, isLoopback, shownUrl } from '../../model/facts/host.ts';
import { isFrom } from '../../model/facts/release.ts';
import { sharesKey } from '../../model/roles/authorities.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { seenAt, sourceAt } from '../../model/roles/source.ts';
import type { FixStep } from '../../results/finding.ts';
import { isCommand, stepsOf } from '../../tables/layouts/steps.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { StepRow } from '../../tables/step-rows.ts';
import { loadGoPool } from '../../x509/load.ts';
import { stepTarget } from './restarts.ts';

/** The two documents of the file. */
interface Documents {
  readonly cluster: object;
  readonly node: object;
}

/** Returns the path of the configuration that commands of kubeadm read on a node. */
export const configurationPath = (pki: Pki): string =>
  documentsOf(pki) === undefined ? 'kubeadm.yaml' : pki.layout.remedies.configuration.file;

/** Returns the steps that write kubeadm's configuration before steps that read it, or that say how to get it. */
export function configurationSteps(remedy: readonly StepRow[], pki: Pki): readonly FixStep[] {
  const reader = remedy.filter(isCommand).find(({ needs }) => needs !== undefined);
  if (reader === undefined) return [];
  // The configuration of this node is of no use where kubeadm signs for a different one.
  const documents = reader.command.includes('{config}') ? documentsOf(pki) : undefined;
  const steps = documents === undefined ? gettingSteps(pki) : writingSteps(documents, pki);
  // It is needed where it is read, which may be on another node.
  return steps.map((step) => ({ ...step, on: reader.elsewhere ? null : pki.name }));
}

function writingSteps(documents: Documents, pki: Pki): readonly FixStep[] {
  const { file, write } = pki.layout.remedies.configuration;
  const values = {
    clusterConfiguration: JSON.stringify(documents.cluster),
    initConfiguration: JSON.stringify(documents.node),
    config: file,
  };
  return stepsOf(write, values, stepTarget(pki));
}

function gettingSteps(pki: Pki): readonly FixStep[] {
  const { rows, converted } = pki.layout.remedies.configuration;
  const release = pki.facts.kubernetesVersion?.value;
  const isConverted = release !== undefined && isFrom(release, converted.from);
  return [...rows, ...(isConverted ? converted.rows : [])].flatMap((row) => stepsOf(row, {}, stepTarget(pki)));
}

/**
 * What kubeadm would have to detect or to look up on the internet, and the SANs that it does not add by itself
 * (cmd/kubeadm/app/util/pkiutil/pki_helpers.go). undefined if a part of it is not known.
 */
const documentsOf = remember((pki: Pki): Documents | undefined => {
  const { kubernetesVersion, nodeName, advertiseAddress, serviceCidrs, dnsDomain } = pki.facts;
  if (!kubernetesVersion || !nodeName || !advertiseAddress || !serviceCidrs) return undefined;
  const release = kubernetesVersion.value;
  const version = pki.layout.remedies.configuration.versions.findLast(({ from }) => isFrom(release, from))?.version;
  if (version === undefined) return undefined;
  const apiVersion = `kubeadm.k8s.io/${version}`;
  const endpoint = endpointWithPort(pki);
  const port = Number(apiServerPort(pki.node));
  const etcd = sansOfEtcd(pki);
  const certSANs = addedSans(roleIds.apiServer, pki);
  if (JSON.stringify([etcd, certSANs]).length > longestSans) return undefined;
  const folder = certificatesFolder(pki);
  return {
    cluster: {
      apiVersion,
      kind: 'ClusterConfiguration',
      kubernetesVersion: `v${release}`,
      ...(folder !== pki.layout.pki && { certificatesDir: folder }),
      ...(endpoint !== undefined && { controlPlaneEndpoint: endpoint }),
      networking: {
        serviceSubnet: serviceCidrs.value.join(','),
        ...(dnsDomain && { dnsDomain: dnsDomain.value }),
      },
      ...(certSANs.length > 0 && { apiServer: { certSANs } }),
      ...(etcd && { etcd: { local: etcd } }),
    },
    node: {
      apiVersion,
      kind: 'InitConfiguration',
      localAPIEndpoint: {
        advertiseAddress: advertiseAddress.value,
        ...(port !== usualPort && Number.isInteger(port) && { bindPort: port }),
      },
      nodeRegistration: { name: nodeName.value },
    },
  };
});

/**
 * The folder in which kubeadm finds the CAs: that of the certificates, unless the CA of the cluster is elsewhere, under the names
 * that kubeadm reads.
 */
export function certificatesFolder({ node, authorities }: Pki): string {
  const authority = authorities.find(({ id }) => id === roleIds.clusterCa);
  if (authority?.key.seen !== 'present' || seenAt(node, authority.recommended) === 'present') return node.pki;
  const folder = folderOf(authority.key.path);
  const { pem } = sourceAt(node, inFolder(folder, authority.row.certificate));
  const certificate = pem && loadGoPool(pem);
  const isThere = certificate?.ok && sharesKey(certificate.value, authority.certificates);
  return isThere && authority.key.path === inFolder(folder, authority.row.key) ? folder : node.pki;
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
  const [endpoint] = shownUrl(server)
    .replace(/^https:\/\//, '')
    .split('/', 1);
  return endpoint;
}

function sansOfEtcd(pki: Pki) {
  const serverCertSANs = addedSans(roleIds.etcdServer, pki);
  const peerCertSANs = addedSans(roleIds.etcdPeer, pki);
  if (serverCertSANs.length + peerCertSANs.length === 0) return undefined;
  return { ...(serverCertSANs.length > 0 && { serverCertSANs }), ...(peerCertSANs.length > 0 && { peerCertSANs }) };
}

/** The names that a certificate has, that the tables list, that other control planes share or that clients dial, without those that kubeadm adds by itself. */
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
