/** The content of the certificates of a plan: the tables with the node's facts filled in. */

import { componentNamed, listedValues } from '../../artifact/arguments.ts';
import type { Certificate, KeyUsage, SubjectAltName } from '../../artifact/certificate.ts';
import { dateOf, timeOf } from '../../core/time.ts';
import { isOfAnotherNode, keptNames } from '../../model/cluster/shared-names.ts';
import { dialledNames, futurePeerNames } from '../../model/dialling/dialled-names.ts';
import { expectedHosts, expectedNames } from '../../model/dialling/expected.ts';
import { factOptions } from '../../model/facts/fact-options.ts';
import type { FactName } from '../../model/facts/facts.ts';
import { firstAddress, sanForHost } from '../../model/facts/host.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority, CertificateRole, Role } from '../../model/roles/role.ts';
import { allowedOrganizations, authorizedNames } from '../../model/trust/authorization.ts';
import type { CertificateSpec } from '../../results/issue/plan.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { usageRows } from '../../tables/tables.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import type { Settings } from './settings.ts';

/** A certificate to issue, and what the user should know about it. */
export interface Template {
  readonly spec: CertificateSpec;
  readonly notes: readonly string[];
}

/** Facts that must be known first, in words, each with its option. */
export type MissingFacts = readonly string[];

export const isMissing = (value: object | null): value is MissingFacts => Array.isArray(value);

const leafUsage: readonly KeyUsage[] = ['digitalSignature', 'keyEncipherment'];

/** The key usage of every CA of kubeadm (kubeadm certs.go, client-go cert.NewSelfSignedCACert). */
const authorityUsage: readonly KeyUsage[] = [...leafUsage, 'keyCertSign'];

/**
 * A CA of the tables; its common name is also a DNS name of it, as in kubeadm since 1.22. `old`: the certificate with
 * the same key that it replaces, whose name stays.
 */
export function authorityTemplate(
  { row }: Authority,
  settings: Settings,
  issuerEnd: number | undefined,
  old?: Certificate,
): Template {
  const documented = settings.documentedOnly ? row.cn : (row.accepts[0] ?? row.cn);
  if (old !== undefined && old.subject.commonName !== documented) {
    const { spec, notes } = caTemplate(old.subject.commonName, [], settings, issuerEnd);
    return { spec: { ...spec, organizations: old.subject.organizations }, notes };
  }
  if (settings.documentedOnly) return caTemplate(row.cn, [], settings, issuerEnd);
  const commonName = row.accepts[0] ?? row.cn;
  return caTemplate(commonName, [{ type: 'DNS', value: commonName }], settings, issuerEnd);
}

/** The common root of the three CAs. No trust file of the cluster contains it. */
export function rootSpec(settings: Settings): CertificateSpec {
  return caTemplate('kubernetes-root-ca', [], settings, undefined).spec;
}

function caTemplate(
  commonName: string,
  sans: readonly SubjectAltName[],
  settings: Settings,
  issuerEnd: number | undefined,
): Template {
  const spec = { organizations: [], commonName, sans, keyUsage: authorityUsage, extendedKeyUsage: [], ca: true };
  return dated(spec, settings, issuerEnd);
}

/** A leaf of the tables. `old`: the certificate that it replaces, whose additional names it keeps. */
export function leafTemplate(
  role: Role,
  pki: Pki,
  settings: Settings,
  issuerEnd: number | undefined,
  old: Certificate | undefined,
): Template | MissingFacts {
  const names = expectedNames(role, pki);
  const hosts = role.kind === 'certificate' ? expectedHosts(role.row, pki) : undefined;
  const facts = [...(names === undefined ? (['nodeName'] as const) : []), ...(hosts?.missing ?? [])];
  const missing = facts.map(inWords);
  if (names === undefined || missing.length > 0) return [...new Set(missing)];
  const server = role.kind === 'certificate' && role.row.hosts.length > 0 ? role : undefined;
  const written = server ? wantedNames(server, pki, settings) : [];
  const isForeign = server !== undefined && old !== undefined && isOfAnotherNode(old, server, pki);
  const known = new Set(written.map(keyOf));
  const kept = server ? keptNames(server, old, pki).filter((san) => !known.has(keyOf(san))) : [];
  const kinds = role.kind === 'certificate' ? role.row.kinds : (['client'] as const);
  const usual = (settings.documentedOnly ? names[0] : names.at(-1)) ?? '';
  const identity = old && keptIdentity(role, usual, old, pki);
  const template = dated(
    {
      organizations: identity?.organizations ?? organizationsOf(role, pki),
      // The documented name comes first, kubeadm's after it.
      commonName: identity?.commonName ?? usual,
      sans: sorted([...written, ...kept]),
      keyUsage: leafUsage,
      extendedKeyUsage: usageRows.flatMap((row) => (kinds.includes(row.kind) ? row.extendedKeyUsage : [])),
      ca: false,
    },
    settings,
    issuerEnd,
  );
  const all = new Set([...written, ...kept].map(keyOf));
  const dropped = written.length === 0 ? [] : (old?.sans ?? []).filter((san) => !all.has(keyOf(san)));
  const values = (sans: readonly SubjectAltName[]) => sans.map(({ value }) => value).join(', ');
  const notes = [
    ...template.notes,
    ...(identity ? [identity.note] : []),
    ...(old ? subjectNotes(old, template.spec) : []),
    ...keptNotes(kept, old),
    ...(dropped.length > 0 ? [`drops from the old certificate ${leftOut(isForeign)}: ${values(dropped)}`] : []),
  ];
  return { spec: template.spec, notes };
}

/** Which additional names come from where. */
function keptNotes(kept: readonly SubjectAltName[], old: Certificate | undefined): readonly string[] {
  const isOld = ({ value }: SubjectAltName) => old !== undefined && hasName(old, value);
  const of = (some: readonly SubjectAltName[]) => some.map(({ value }) => value).join(', ');
  const [own, shared] = [kept.filter(isOld), kept.filter((san) => !isOld(san))];
  return [
    ...(own.length > 0 ? [`keeps from the old certificate: ${of(own)}`] : []),
    ...(shared.length > 0 ? [`gets the names that the other control planes share: ${of(shared)}`] : []),
  ];
}

/** Whether a renewed certificate has a different subject. */
function subjectNotes({ subject }: Certificate, spec: CertificateSpec): readonly string[] {
  const isSame =
    subject.commonName === spec.commonName &&
    subject.organizations.toSorted().join('\n') === spec.organizations.toSorted().join('\n');
  return isSame ? [] : [`was ${subject.text}`];
}

/** The content of an existing certificate, as a plan shows it. */
export function specOf(leaf: Certificate): CertificateSpec {
  return {
    organizations: leaf.subject.organizations,
    commonName: leaf.subject.commonName,
    sans: leaf.sans ?? [],
    keyUsage: leaf.keyUsage ?? [],
    extendedKeyUsage: leaf.extendedKeyUsage ?? [],
    ca: leaf.basicConstraints?.ca ?? false,
    notBefore: timeOf(leaf.notBefore),
    notAfter: timeOf(leaf.notAfter),
  };
}

/** A fact in words, with its option; by default the address of a node is that of its API server. */
function inWords(fact: FactName): string {
  const { needed, label, option } = factOptions[fact === 'nodeIps' ? 'advertiseAddress' : fact];
  return `${needed ?? label} (${option})`;
}

function wantedNames(role: CertificateRole, pki: Pki, { documentedOnly }: Settings): readonly SubjectAltName[] {
  const { hosts, pageOnly } = expectedHosts(role.row, pki);
  const etcd = role.row.policy === undefined && role.row.hosts.includes('localhost');
  const { advertiseAddress, serviceCidrs } = pki.facts;
  // A name that this node's own files dial is needed, even if the documentation does not list it.
  const dialled = dialledNames(role, pki).map(({ host }) => host);
  const all = [
    ...hosts,
    ...configured(role, pki),
    ...dialled,
    ...(documentedOnly ? pageOnly : []),
    // kubeadm writes both in addition to 127.0.0.1 (kubeadm pki_helpers.go, getAltNames).
    ...(etcd ? ['::1', ...(advertiseAddress ? [advertiseAddress.value] : [])] : []),
    ...(role.row.role === roleIds.etcdPeer ? futurePeerNames(pki).map(({ host }) => host) : []),
  ];
  // The address of the Service comes before the others (kubeadm pki_helpers.go, GetAPIServerAltNames).
  const service = role.row.role === roleIds.apiServer ? firstAddress(serviceCidrs?.value[0] ?? '') : undefined;
  if (service !== undefined) all.unshift(service);
  return [...new Map(all.map((host) => sanForHost(host)).map((san) => [`${san.type} ${san.value}`, san])).values()];
}

/** Additional names in kubeadm's configuration; those of the API server are a separate fact. */
function configured({ row }: Role, { node: { installerConfig } }: Pki): readonly string[] {
  const names = {
    [roleIds.etcdServer]: installerConfig?.etcdServerSans,
    [roleIds.etcdPeer]: installerConfig?.etcdPeerSans,
  }[row.role];
  return (names ?? []).map(({ value }) => value);
}

const leftOut = (isForeign: boolean): string =>
  isForeign ? 'the names of another node (--san adds those of this one)' : 'names to which no client can connect';

const keyOf = ({ type, value }: SubjectAltName): string => `${type} ${value.toLowerCase()}`;

/** Names sorted, then addresses, as kubeadm writes them. */
function sorted(sans: readonly SubjectAltName[]): readonly SubjectAltName[] {
  const dns = sans.filter(({ type }) => type === 'DNS').toSorted((one, other) => (one.value < other.value ? -1 : 1));
  return [...dns, ...sans.filter(({ type }) => type === 'IP')];
}

function organizationsOf(role: Role, pki: Pki): readonly string[] {
  const [first = []] = allowedOrganizations(role, pki).current;
  // <admin-group> of the documentation: the group of kubeadm in that release.
  if (first.length > 0 || !role.row.o.some((group) => group.startsWith('<'))) return first;
  const judging = { ...pki.judging, documentedOnly: false };
  const [written = []] = allowedOrganizations(role, { ...pki, judging }).current;
  // Where no installer decides on the group, it stays as it is.
  return written.length > 0 ? written : (role.leaf?.subject.organizations ?? []);
}

function dated(
  spec: Omit<CertificateSpec, 'notBefore' | 'notAfter'>,
  { now, backdate, lifetime, caLifetime }: Settings,
  issuerEnd: number | undefined,
): Template {
  const wanted = now + (spec.ca ? caLifetime : lifetime);
  const notAfter = Math.min(wanted, issuerEnd ?? wanted);
  const notes = notAfter < wanted ? [`expires with its issuer, on ${dateOf(notAfter)}`] : [];
  return { spec: { ...spec, notBefore: timeOf(now - backdate), notAfter: timeOf(notAfter) }, notes };
}

/** Flags that restrict the common names that a component accepts. */
const nameFlags: readonly { readonly roles: readonly string[]; readonly component: string; readonly flag: string }[] = [
  { roles: [roleIds.frontProxyClient], component: 'kube-apiserver', flag: 'requestheader-allowed-names' },
  { roles: [roleIds.etcdPeer], component: 'etcd', flag: 'peer-cert-allowed-cn' },
  { roles: [roleIds.etcdClient, roleIds.etcdHealthcheck], component: 'etcd', flag: 'client-cert-allowed-cn' },
];

/** What a reissued certificate keeps of its old subject. `usual`: the common name of the tables. */
function keptIdentity(role: Role, usual: string, old: Certificate, pki: Pki) {
  const { commonName, organizations } = old.subject;
  if (role.row.role === roleIds.etcdClient && pki.facts.etcd?.value === 'external') {
    const isUsual = commonName === usual && organizations.length === 0;
    if (isUsual) return undefined;
    return { commonName, organizations, note: 'keeps its subject, which the owner of that etcd chooses' };
  }
  const authorized = authorizedNames(role, pki);
  const isRefused = authorized !== undefined && !authorized.includes(commonName);
  if (role.row.accepted?.commonNames.includes(commonName) && !isRefused) {
    return { commonName, note: `keeps the common name ${commonName}, which the policy accepts` };
  }
  for (const { component, flag } of nameFlags.filter(({ roles }) => roles.includes(role.row.role))) {
    const found = componentNamed(pki.node, component);
    const allowed = found ? listedValues(found, flag) : [];
    if (allowed.length > 0 && !allowed.includes(usual) && allowed.includes(commonName)) {
      return { commonName, note: `keeps the common name ${commonName}, which ${component} --${flag} requires` };
    }
  }
  return undefined;
}
