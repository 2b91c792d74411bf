/** The tables with a node's facts filled in: what a role's certificate ought to say. */
import { roleIds } from '../../tables/role-ids.ts';
import { type CertificateRow, unwrittenHosts } from '../../tables/tables.ts';
import type { FactName, Facts } from '../facts/facts.ts';
import { firstAddress } from '../facts/host.ts';
import { factOptions } from '../facts/options.ts';
import type { Pki } from './pki.ts';
import type { Role } from './role.ts';

/** Hosts that a placeholder stands for; undefined: the fact is unknown. */
type Expansion = (facts: Facts) => readonly string[] | undefined;

const one = (value: string | undefined) => (value === undefined ? undefined : [value]);

/** The placeholders of the documented tables, in the words of the page. */
const placeholders: Readonly<Record<string, { readonly expand: Expansion; readonly fact: FactName }>> = {
  '<hostname>': { expand: (facts) => one(facts.nodeName?.value), fact: 'nodeName' },
  '<nodeName>': { expand: (facts) => one(facts.nodeName?.value), fact: 'nodeName' },
  '<Host_IP>': { expand: (facts) => facts.nodeIps?.value, fact: 'nodeIps' },
  '<advertise_IP>': { expand: (facts) => one(facts.advertiseAddress?.value), fact: 'advertiseAddress' },
  '<service_IP>': {
    // Of a dual-stack range only the first has the kubernetes Service's address: kubeadm, GetAPIServerAltNames.
    expand: (facts) => one(firstAddress(facts.serviceCidrs?.value[0] ?? '')),
    fact: 'serviceCidrs',
  },
  // No endpoint is a fact too: a cluster without a load balancer.
  '<control_plane_endpoint>': {
    expand: (facts) => one(facts.controlPlaneEndpoint?.value) ?? [],
    fact: 'controlPlaneEndpoint',
  },
  '<dns_domain>': { expand: (facts) => one(facts.dnsDomain?.value), fact: 'dnsDomain' },
};

export interface ExpectedHosts {
  readonly hosts: readonly string[];
  /** Hosts of the page that kubeadm itself never writes. */
  readonly pageOnly: readonly string[];
  /** What could not be filled in, with the option that says it: `<hostname> (--node-name)`. */
  readonly unknown: readonly string[];
  /** The facts of which that is so, in the same order. */
  readonly missing: readonly FactName[];
}

/** A text of the tables with its placeholders filled in; undefined where one is unknown. */
function fillIn(text: string, facts: Facts): readonly string[] | undefined {
  const placeholder = Object.keys(placeholders).find((key) => text.includes(key));
  if (placeholder === undefined) return [text];
  return placeholders[placeholder]?.expand(facts)?.map((value) => text.replace(placeholder, value));
}

/** The documented hosts of a row. */
export function expectedHosts(row: CertificateRow, facts: Facts): ExpectedHosts {
  const hosts = new Set<string>();
  const unknown: string[] = [];
  const missing: FactName[] = [];
  for (const host of row.hosts.filter((name) => !unwrittenHosts.includes(name))) {
    const filled = fillIn(host, facts);
    for (const name of filled ?? []) hosts.add(name);
    const fact = filled === undefined ? factOf(host) : undefined;
    if (fact === undefined) continue;
    unknown.push(`${host} (${factOptions[fact].option})`);
    missing.push(fact);
  }
  if (row.role === roleIds.apiServer) for (const san of facts.sans?.value ?? []) hosts.add(san);
  const pageOnly = row.hosts.filter((name) => unwrittenHosts.includes(name));
  return { hosts: [...hosts], pageOnly, unknown, missing };
}

/** The fact that the placeholder of a text stands for. */
function factOf(text: string): FactName | undefined {
  return Object.entries(placeholders).find(([key]) => text.includes(key))?.[1].fact;
}

/** The options that would say what a role's certificate needs, and nothing tells. */
export function missingOptions({ kind, row }: Role, { facts }: Pki): readonly string[] {
  const texts = kind === 'certificate' ? [row.cn, ...row.accepts, ...row.hosts] : [row.cn];
  const missing = texts.filter((text) => fillIn(text, facts) === undefined).flatMap((text) => factOf(text) ?? []);
  return missing.map((fact) => factOptions[fact].option);
}

/** The common names that a role may have: the page's first, then what kubeadm writes. undefined: a fact is unknown. */
export function expectedNames(role: Role, pki: Pki): readonly string[] | undefined {
  const accepted = role.kind === 'certificate' && pki.judging.profile === 'kubeadm' ? role.row.accepts : [];
  const names = [role.row.cn, ...accepted].map((name) => fillIn(name, pki.facts));
  return names.some((name) => name === undefined) ? undefined : names.flatMap((name) => name ?? []);
}
