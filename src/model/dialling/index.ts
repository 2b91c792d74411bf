/**
 * What the kubeconfigs of a cluster dial, and by what its API servers are known: evidence of which address is right.
 */

import { flagValue } from '../../artifact/arguments.ts';
import { groupBy, remember } from '../../core/collections.ts';
import { authorityFor, servingCa } from '../../tables/layouts/authorities.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import type { Facts } from '../facts/facts.ts';
import { areOneMachine, canonicalHost, firstAddress, isLoopback, namesMachine } from '../facts/host.ts';
import type { Client, Dialling, NamedCertificate } from '../roles/dials.ts';
import type { Pki } from '../roles/pki.ts';
import { kubeconfigServer } from './kubeconfig-server.ts';
import { unnamedRegistrations } from './registrations.ts';

/**
 * Kubeconfigs that one step of kubeadm writes, with the same server (kubeadm kubeconfig.go, getKubeConfigSpecsBase).
 */
const groups: readonly (readonly string[])[] = [
  [roleIds.controllerManager, roleIds.scheduler],
  [roleIds.admin, roleIds.superAdmin],
];

/** Returns the kubeconfigs that have the same server as one of them. */
export const groupOf = (id: string): readonly string[] => groups.find((group) => group.includes(id)) ?? [id];

/** The endpoint of the control plane, if something else than a kubeconfig says it. */
export function configuredEndpoint({ controlPlaneEndpoint: fact }: Pick<Facts, 'controlPlaneEndpoint'>) {
  return fact && !fact.source.endsWith('.conf') ? fact : undefined;
}

/** Returns what is known about the clients and API servers of these nodes. */
function diallingOf(pkis: readonly Pki[]): Dialling {
  return {
    clients: pkis.flatMap(clientsOf),
    unnamed: unnamedRegistrations(pkis),
    servers: new Set(pkis.flatMap(serverNames)),
    machines: new Set(pkis.flatMap((pki) => [...ownAddresses(pki), pki.facts.nodeName?.value]).flatMap(canonical)),
    named: new Map(rolesWithSharedNames.map((id) => [id, pkis.flatMap((pki) => namedCertificate(id, pki))])),
    leaves: pkis.flatMap((pki) => [
      ...pki.roles.flatMap(({ id, leaf }) => (id === roleIds.apiServer && leaf ? leaf : [])),
      ...givenByName(pki).flatMap(({ leaf }) => leaf ?? []),
    ]),
  };
}

/** The certificates that an API server presents for other names. */
const givenByName = ({ others }: Pki) => others.filter(({ slots }) => slots.some(({ names }) => names !== undefined));

/** The certificates that name a node and what all of them share (kubeadm pki_helpers.go). */
export const rolesWithSharedNames: readonly string[] = [roleIds.apiServer, roleIds.etcdServer, roleIds.etcdPeer];

function namedCertificate(id: string, pki: Pki): readonly NamedCertificate[] {
  const { kind, node, roles, facts } = pki;
  const role = kind === 'control-plane' ? roles.find((one) => one.id === id) : undefined;
  // One of a different CA may have been made for something else.
  if (role?.leaf === undefined || role.signedBy !== role.parent.id) return [];
  // Nor does one of a different node show what this one has.
  const { leaf } = role;
  const isOwn =
    ownAddresses(pki).some((address) => hasName(leaf, address)) || namesMachine(leaf, facts.nodeName?.value ?? '');
  if (!isOwn) return [];
  return [{ node: node.label, leaf, configured: id === roleIds.apiServer ? (facts.sans?.value ?? []) : [] }];
}

const canonical = (name: string | undefined): readonly string[] => (name === undefined ? [] : [canonicalHost(name)]);

function clientsOf(pki: Pki): readonly Client[] {
  const own = ownAddresses(pki).map(canonicalHost);
  return pki.roles.flatMap((role) => {
    const url = role.kubeconfig?.cluster?.server?.value;
    if (role.kind !== 'kubeconfig' || role.applies.answer !== 'yes' || url === undefined) return [];
    return kubeconfigServer(role).map((dialled): Client => {
      const host = canonicalHost(dialled.host);
      const isControlPlane = pki.kind === 'control-plane';
      return { node: pki.node.label, isControlPlane, role: role.id, host, url, isOwn: own.includes(host) };
    });
  });
}

/** The addresses of a node that do not come from kubeconfigs. */
export function ownAddresses({ facts: { advertiseAddress, nodeIps } }: Pki): readonly string[] {
  const advertised = advertiseAddress?.source.endsWith('.conf') ? undefined : advertiseAddress?.value;
  return [...(advertised === undefined ? [] : [advertised]), ...(nodeIps?.value ?? [])];
}

/** By what the API server of a node is known, according to its own flags and to the configuration of the cluster. */
function serverNames(pki: Pki): readonly string[] {
  if (pki.kind !== 'control-plane') return [];
  const { facts, node } = pki;
  const names = [
    ...ownAddresses(pki),
    facts.nodeName?.value,
    flagValue(node, 'kube-apiserver', 'bind-address'),
    configuredEndpoint(facts)?.value,
    ...(facts.sans?.value ?? []),
    ...givenByName(pki).flatMap(({ slots }) => slots.flatMap((slot) => slot.names ?? [])),
    firstAddress(facts.serviceCidrs?.value[0] ?? ''),
  ];
  return names.flatMap(canonical);
}

const ofNodeAlone = remember((pki: Pki): Dialling => diallingOf([pki]));

/** Returns what the input shows about the cluster of a node. */
export const diallingAround = remember((pki: Pki): Dialling => {
  const keys = clusterKeys(pki);
  return keys.flatMap((key) => pki.input.dialling.get(key) ?? [])[0] ?? ofNodeAlone(pki);
});

/** A bundle of a rotation has two. A file with thousands must not slow down a lint. */
const mostKeys = 8;

/** Returns the keys of the CA by which the clients of a node's cluster verify its API servers. */
function clusterKeys(pki: Pki): readonly string[] {
  const found = authorityFor(servingCa, pki);
  return [...new Set(found?.certificates.map(({ publicKey }) => publicKey.id))].slice(0, mostKeys);
}

/** What is known about the nodes of each cluster of the input, by the keys of their CAs. */
export function diallingByCluster(pkis: readonly Pki[]): ReadonlyMap<string, Dialling> {
  const all = pkis.flatMap((pki) => clusterKeys(pki).map((key) => ({ key, pki })));
  return new Map(
    [...groupBy(all, ({ key }) => key)].map(([key, group]) => [key, diallingOf(group.map(({ pki }) => pki))]),
  );
}

/** Whether a host is one machine: this one itself, or a node of the cluster. */
export const isMachine = remember(
  ({ machines }: Dialling, host: string): boolean =>
    isLoopback(host) || [...machines].some((name) => areOneMachine(name, host)),
);

/** Whether an API server of the cluster certainly has this name or address. */
export const isServers = remember(({ servers, leaves }: Dialling, host: string): boolean => {
  if (isLoopback(host) || /^kubernetes(?:\.|$)/.test(host) || servers.has(host)) return true;
  return leaves.some((leaf) => hasName(leaf, host));
});

/**
 * The independent sources that dial a host: a group of kubeconfigs of one node, if all of the group do. One that
 * differs from those that were written with it shows nothing.
 */
export const sourcesOf = remember(({ clients }: Dialling, host: string): ReadonlySet<string> => {
  const found = clients.filter((client) => client.host === host);
  const isUnanimous = (one: Client) =>
    clients.every(
      ({ node, role, host: other }) => node !== one.node || !groupOf(one.role).includes(role) || other === host,
    );
  return new Set(found.filter(isUnanimous).map(({ node, role }) => `${node} ${groupOf(role)[0]}`));
});
