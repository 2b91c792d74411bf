/**
 * What a certificate is requested with where people sign by hand: its subject, its names and its usages, as openssl
 * takes them.
 */

import { sedArguments } from '../../checks/base/argument-edit.ts';
import { dialledNames } from '../../model/dialling/dialled-names.ts';
import { expectedHosts, expectedNames } from '../../model/dialling/expected.ts';
import type { OtherCertificate } from '../../model/roles/other-certificates.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { CertificateRole, Role } from '../../model/roles/role.ts';
import { authorizedNames, neededOrganizations } from '../../model/trust/authorization.ts';
import { parseIp } from '../../x509/ip-address.ts';
import { hasName, isHostname } from '../../x509/verify/host-name.ts';

/** Returns options of `openssl req`. A file with several uses gets the names and usages of all. */
export function requestOptions(role: Role, pki: Pki): readonly string[] {
  const uses = role.kind === 'certificate' ? usesOf(role, pki) : [];
  const own = (role.leaf?.sans ?? []).flatMap(({ type, value }) => (type === 'DNS' || type === 'IP' ? [value] : []));
  const hosts = [...new Set([...own, ...uses.flatMap((one) => hostsOf(one, pki))].flatMap(asName))];
  const usages = [...new Set(uses.flatMap(({ row }) => row.needs))];
  const extensions = [
    'keyUsage=critical,digitalSignature,keyEncipherment',
    `extendedKeyUsage=${usages.join(',') || 'clientAuth'}`,
    ...(hosts.length === 0 ? [] : [`subjectAltName=${hosts.join(',')}`]),
  ];
  return ['-subj', subjectOf(role, pki), ...extensions.flatMap((one) => ['-addext', one])];
}

/**
 * Returns arguments of sed that add the names which a certificate lacks to the names of a configuration of OpenSSL.
 * What follows the type in the name of an entry may be anything, and makes it unique.
 */
export function missingEntries(role: Role, pki: Pki): readonly string[] {
  const own = new Set((role.leaf?.sans ?? []).map(({ value }) => value.toLowerCase()));
  const uses = role.kind === 'certificate' ? usesOf(role, pki) : [];
  const hosts = new Set(uses.flatMap((one) => hostsOf(one, pki)).filter((host) => !own.has(host.toLowerCase())));
  const entries = [...hosts]
    .flatMap((host) => asName(host))
    .map((name) => {
      const [, type = '', value = ''] = /^(\w+):(.*)$/.exec(name) ?? [];
      return `/^\\[ *alt_names/a ${type}.${value.replaceAll(/[^\w.-]/g, '-')} = ${value}`;
    });
  return entries.length === 0 ? ['s|^||'] : sedArguments(entries);
}

/** Returns an option with the names that a certificate has or needs, separated by commas; none if there are none. */
export function extraNames(role: Role, pki: Pki): readonly string[] {
  const own = (role.leaf?.sans ?? []).map(({ value }) => value);
  const uses = role.kind === 'certificate' ? usesOf(role, pki) : [];
  const hosts = new Set(
    [...own, ...uses.flatMap((one) => hostsOf(one, pki))].filter((host) => asName(host).length > 0),
  );
  return hosts.size === 0 ? [] : ['--extra-sans', [...hosts].join()];
}

/** The roles with the same file. */
function usesOf({ path }: Role, { roles }: Pki): readonly CertificateRole[] {
  return roles.flatMap((one) => (one.kind === 'certificate' && one.path === path ? one : []));
}

const hostsOf = (role: CertificateRole, pki: Pki): readonly string[] => [
  ...expectedHosts(role.row, pki).hosts,
  ...dialledNames(role, pki).map(({ host }) => host),
];

/** Only what clients verify: openssl would read `x,DNS:y` as two names, and emails and URIs are no hosts. */
function asName(host: string): readonly string[] {
  if (parseIp(host) !== undefined) return [`IP:${host}`];
  return isHostname(host, true) ? [`DNS:${host}`] : [];
}

/** The subject that it has, unless that is not authorized: `/O=system:nodes/CN=system:node:cp-1`. */
function subjectOf(role: Role, pki: Pki): string {
  const { commonName = '', organizations = [] } = role.leaf?.subject ?? {};
  const authorized = authorizedNames(role, pki);
  const isRefused = Array.isArray(authorized) && !authorized.includes(commonName);
  const [usual = role.row.cn] = (isRefused ? authorized : expectedNames(role, pki)) ?? [];
  // No installer decides on the group of administrators (`<admin-group>`): it stays as it is.
  const [documented, needed] = [role.row.o, neededOrganizations(role, pki)].map((groups) =>
    groups.filter((group) => !group.startsWith('<')),
  ) as [string[], string[]];
  const isMember = needed.length === 0 || needed.some((group) => organizations.includes(group));
  // A certificate that had no group gets none: it would have more rights than before. The groups of another user go.
  const usualGroups = role.leaf === undefined || isRefused ? documented : organizations;
  const groups = isMember ? usualGroups : needed;
  const name = commonName === '' || isRefused ? usual : commonName;
  return [...groups.map((group) => `/O=${escaped(group)}`), `/CN=${escaped(name)}`].join('');
}

/** `-subj` divides at slashes and plus signs (openssl-req(1)). */
const escaped = (text: string): string => text.replace(/[\\/+]/g, '\\$&');

/** Returns the names that a server's certificate lacks and that are dialled. */
export function missingNames(role: Role | OtherCertificate | undefined, pki: Pki): readonly string[] {
  if (role?.kind !== 'certificate') return [];
  const hosts = new Set(dialledNames(role, pki).map(({ host }) => host));
  return [...hosts].filter((host) => role.leaf !== undefined && !hasName(role.leaf, host));
}
