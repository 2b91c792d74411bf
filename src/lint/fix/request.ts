/** What a certificate is requested with where people sign by hand: its subject, its names and its usages, as openssl takes them. */

import { dialledNames } from '../../model/dialling/dialled-names.ts';
import { expectedHosts, expectedNames } from '../../model/dialling/expected.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { CertificateRole, Role } from '../../model/roles/role.ts';
import { authorizedNames } from '../../model/trust/authorization.ts';
import { parseIp } from '../../x509/ip-address.ts';

/** Returns options of `openssl req`. A file with several uses gets the names and usages of all. */
export function requestOptions(role: Role, pki: Pki): readonly string[] {
  const uses = role.kind === 'certificate' ? usesOf(role, pki) : [];
  const hosts = [
    ...new Set([...(role.leaf?.sans ?? []).map(({ value }) => value), ...uses.flatMap((one) => hostsOf(one, pki))]),
  ];
  const usages = [...new Set(uses.flatMap(({ row }) => row.needs))];
  const extensions = [
    'keyUsage=critical,digitalSignature,keyEncipherment',
    `extendedKeyUsage=${usages.join(',') || 'clientAuth'}`,
    ...(hosts.length === 0 ? [] : [`subjectAltName=${hosts.map(asName).join(',')}`]),
  ];
  return ['-subj', subjectOf(role, pki), ...extensions.flatMap((one) => ['-addext', one])];
}

/** The roles with the same file. */
function usesOf({ path }: Role, { roles }: Pki): readonly CertificateRole[] {
  return roles.flatMap((one) => (one.kind === 'certificate' && one.path === path ? one : []));
}

const hostsOf = (role: CertificateRole, pki: Pki): readonly string[] => [
  ...expectedHosts(role.row, pki).hosts,
  ...dialledNames(role, pki).map(({ host }) => host),
];

const asName = (host: string): string => (parseIp(host) === undefined ? `DNS:${host}` : `IP:${host}`);

/** The subject that it has, unless that is not authorized: `/O=system:nodes/CN=system:node:cp-1`. */
function subjectOf(role: Role, pki: Pki): string {
  const { commonName = '', organizations = [] } = role.leaf?.subject ?? {};
  const authorized = authorizedNames(role, pki);
  const isRefused = Array.isArray(authorized) && !authorized.includes(commonName);
  const [usual = role.row.cn] = (isRefused ? authorized : expectedNames(role, pki)) ?? [];
  // Where groups are left open, a certificate without one gets none: the documented one may be that of administrators.
  const isOpen = role.leaf !== undefined && 'anyGroup' in role.row && role.row.anyGroup === true;
  const documented = isOpen ? [] : role.row.o.filter((group) => !group.startsWith('<'));
  const groups = organizations.length > 0 ? organizations : documented;
  const name = commonName === '' || isRefused ? usual : commonName;
  return [...groups.map((group) => `/O=${escaped(group)}`), `/CN=${escaped(name)}`].join('');
}

/** `-subj` divides at slashes and plus signs (openssl-req(1)). */
const escaped = (text: string): string => text.replace(/[\\/+]/g, '\\$&');
