/** The tables with a node's facts filled in: what a role's certificate ought to say. */
import { type CertificateRow, unwrittenHosts } from '../../tables/tables.ts';
import type { Facts } from '../facts/facts.ts';
import { firstAddress } from '../facts/host.ts';
import type { Pki } from './pki.ts';
import type { Role } from './role.ts';

/** Hosts that a placeholder stands for; undefined: the fact is unknown. */
type Expansion = (facts: Facts) => readonly string[] | undefined;

const one = (value: string | undefined) => (value === undefined ? undefined : [value]);

/** The placeholders of the documented tables, in the words of the page. */
const placeholders: Readonly<Record<string, { readonly expand: Expansion; readonly option: string }>> = {
  '<hostname>': { expand: (facts) => one(facts.nodeName?.value), option: '--node-name' },
  '<nodeName>': { expand: (facts) => one(facts.nodeName?.value), option: '--node-name' },
  '<Host_IP>': { expand: (facts) => facts.nodeIps?.value, option: '--node-ip' },
  '<advertise_IP>': { expand: (facts) => one(facts.advertiseAddress?.value), option: '--advertise-address' },
  '<service_IP>': {
    // Of a dual-stack range only the first has the kubernetes Service's address: kubeadm, GetAPIServerAltNames.
    expand: (facts) => one(firstAddress(facts.serviceCidrs?.value[0] ?? '')),
    option: '--service-cidr',
  },
  // No endpoint is a fact too: a cluster without a load balancer.
  '<control_plane_endpoint>': { expand: (facts) => one(facts.controlPlaneEndpoint?.value) ?? [], option: '' },
  '<dns_domain>': { expand: (facts) => one(facts.dnsDomain?.value), option: '--dns-domain' },
};

export interface ExpectedHosts {
  readonly hosts: readonly string[];
  /** Hosts of the page that kubeadm itself never writes. */
  readonly pageOnly: readonly string[];
  /** What could not be filled in, with the option that says it: `<hostname> (--node-name)`. */
  readonly unknown: readonly string[];
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
  for (const host of row.hosts.filter((name) => !unwrittenHosts.includes(name))) {
    const filled = fillIn(host, facts);
    for (const name of filled ?? []) hosts.add(name);
    if (filled === undefined) unknown.push(unknownText(host));
  }
  if (row.role === 'kube-apiserver') for (const san of facts.sans?.value ?? []) hosts.add(san);
  return { hosts: [...hosts], pageOnly: row.hosts.filter((name) => unwrittenHosts.includes(name)), unknown };
}

function unknownText(host: string): string {
  const option = optionOf(host);
  return option ? `${host} (${option})` : host;
}

function optionOf(text: string): string | undefined {
  return Object.entries(placeholders).find(([key]) => text.includes(key))?.[1].option;
}

/** The options that would say what a role's certificate needs, and nothing tells. */
export function missingOptions({ kind, row }: Role, { facts }: Pki): readonly string[] {
  const texts = kind === 'certificate' ? [row.cn, ...row.accepts, ...row.hosts] : [row.cn];
  return texts.flatMap((text) => (fillIn(text, facts) === undefined ? (optionOf(text) ?? []) : []));
}

/** The common names that a role may have: the page's first, then what kubeadm writes. undefined: a fact is unknown. */
export function expectedNames(role: Role, pki: Pki): readonly string[] | undefined {
  const accepted = role.kind === 'certificate' && pki.judging.profile === 'kubeadm' ? role.row.accepts : [];
  const names = [role.row.cn, ...accepted].map((name) => fillIn(name, pki.facts));
  return names.some((name) => name === undefined) ? undefined : names.flatMap((name) => name ?? []);
}
