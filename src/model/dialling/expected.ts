/** Fills facts into the tables: the names and hosts that a role's certificate should have. */
import { roleIds } from '../../tables/role-ids.ts';
import { type CertificateRow, unwrittenHosts } from '../../tables/tables.ts';
import { factOptions } from '../facts/fact-options.ts';
import type { FactName, Facts } from '../facts/facts.ts';
import { firstAddress } from '../facts/host.ts';
import type { Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';
import { isElsewhere } from './api-servers.ts';
import { endpointOf } from './right-end.ts';

/** The placeholders of the documented tables, and the facts that replace them. */
const placeholders: Readonly<Record<string, FactName>> = {
  '<hostname>': 'nodeName',
  '<nodeName>': 'nodeName',
  '<Host_IP>': 'nodeIps',
  '<advertise_IP>': 'advertiseAddress',
  '<service_IP>': 'serviceCidrs',
  '<control_plane_endpoint>': 'controlPlaneEndpoint',
  '<dns_domain>': 'dnsDomain',
};

/** The values that replace a fact's placeholder; undefined if the fact is unknown. */
function valuesOf(name: FactName, facts: Facts): readonly string[] | undefined {
  const value = facts[name]?.value;
  // A cluster without a load balancer has no endpoint.
  if (value === undefined) return name === 'controlPlaneEndpoint' ? [] : undefined;
  if (name !== 'serviceCidrs') return [value].flat();
  // The address of the kubernetes Service is from the first of two ranges (kubeadm pki_helpers.go,
  // GetAPIServerAltNames).
  const address = firstAddress([value].flat()[0] ?? '');
  return address === undefined ? undefined : [address];
}

/**
 * The facts for what is not etcd. etcd may listen at an address of its own (kubeadm, etcd.local.extraArgs), where
 * nothing dials the API server or the kubelet; kubeadm writes only the advertise address (pki_helpers.go,
 * GetAPIServerAltNames).
 */
export function withoutEtcdAddress(facts: Facts): Facts {
  const { nodeIps, advertiseAddress } = facts;
  if (advertiseAddress === undefined || !nodeIps?.source.startsWith('etcd ')) return facts;
  return { ...facts, nodeIps: { ...nodeIps, value: [advertiseAddress.value], source: advertiseAddress.source } };
}

export interface ExpectedHosts {
  readonly hosts: readonly string[];
  /** Documented hosts that kubeadm never adds to a certificate. */
  readonly pageOnly: readonly string[];
  /** Placeholders without a value, with the option that sets it: `<hostname> (--node-name)`. */
  readonly unknown: readonly string[];
  /** The facts that are missing, in the same order. */
  readonly missing: readonly FactName[];
}

/** Replaces the placeholder in a text, once for each value of its fact; or returns the fact if it is unknown. */
function fillIn(text: string, facts: Facts): { readonly values?: readonly string[]; readonly missing?: FactName } {
  const [placeholder, fact] = Object.entries(placeholders).find(([key]) => text.includes(key)) ?? [];
  if (placeholder === undefined || fact === undefined) return { values: [text] };
  const values = valuesOf(fact, facts);
  return values === undefined ? { missing: fact } : { values: values.map((value) => text.replace(placeholder, value)) };
}

/** The endpoint of the control plane, if it leads to this node. */
function endpointHere(pki: Pki): Pick<Facts, 'controlPlaneEndpoint'> {
  const endpoint = endpointOf(pki);
  const isHere = endpoint !== undefined && !isElsewhere(endpoint, pki);
  return { controlPlaneEndpoint: isHere ? { ...endpoint, disagreeing: [] } : undefined };
}

/** Returns the documented hosts of a row. */
export function expectedHosts(row: CertificateRow, pki: Pki): ExpectedHosts {
  const facts = row.role === roleIds.apiServer ? { ...withoutEtcdAddress(pki.facts), ...endpointHere(pki) } : pki.facts;
  const hosts = new Set<string>();
  const unknown: string[] = [];
  const missing: FactName[] = [];
  for (const host of row.hosts.filter((name) => !unwrittenHosts.includes(name))) {
    const filled = fillIn(host, facts);
    for (const name of filled.values ?? []) hosts.add(name);
    if (filled.missing === undefined) continue;
    unknown.push(`${host} (${factOptions[filled.missing].option})`);
    missing.push(filled.missing);
  }
  if (row.role === roleIds.apiServer) for (const san of facts.sans?.value ?? []) hosts.add(san);
  const pageOnly = row.hosts.filter((name) => unwrittenHosts.includes(name));
  return { hosts: [...hosts], pageOnly, unknown, missing };
}

/** Returns the options for the unknown facts that a role's certificate depends on. */
export function missingOptions({ kind, row }: Role, { facts }: Pki): readonly string[] {
  const texts = kind === 'certificate' ? [row.cn, ...row.accepts, ...row.hosts] : [row.cn];
  return texts.flatMap((text) => fillIn(text, facts).missing ?? []).map((fact) => factOptions[fact].option);
}

/**
 * Returns the common names that the tables have for a role, the documented one first; undefined if a fact is unknown.
 */
export function expectedNames(role: Role, pki: Pki): readonly string[] | undefined {
  const accepted = role.kind === 'certificate' && !pki.judging.documentedOnly ? role.row.accepts : [];
  const names = [role.row.cn, ...accepted].map((name) => fillIn(name, pki.facts));
  return names.some(({ missing }) => missing) ? undefined : names.flatMap(({ values = [] }) => values);
}
