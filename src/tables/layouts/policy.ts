/** Layouts with the rows of a policy: certificates of one's own, and names that it accepts in the documented rows. */

import type { Layouts } from '../../artifact/layout.ts';
import { inFolder, isAtOrBelow } from '../../artifact/paths.ts';
import { UserError } from '../../core/errors.ts';
import { nearest } from '../../core/text.ts';
import type { AcceptedNames, OwnCertificate, Policy } from '../../settings/policy.ts';
import { clientCa } from './authorities.ts';
import { changeRows } from './change.ts';
import { expectedPaths, rolesOf } from './join.ts';
import type { Layout, PlacedCertificateRow } from './layout.ts';
import { layoutOnDemand } from './on-demand.ts';
import type { Remedies, RemedyRow } from './remedies.ts';

type Rows = Pick<Policy, 'accept' | 'certificates' | 'file'>;

/**
 * Returns the layouts with the rows of a policy; the same ones if it has none.
 *
 * @throws UserError for a role that exists already, and for one that does not exist
 */
export function layoutsUnder(policy: Rows | undefined, layouts: Layouts<Layout>): Layouts<Layout> {
  if (policy === undefined || policy.accept.length + policy.certificates.length === 0) return layouts;
  requireOwnRoles(policy, layouts);
  for (const one of policy.accept) requireAccepting(one, policy, layouts);
  const [first, ...others] = layouts;
  return [
    layoutUnder(policy, first),
    // Its files may be those of a layout that no node has.
    ...others.map((layout) => layoutOnDemand(layout, () => layoutUnder(policy, layout))),
  ];
}

function layoutUnder(policy: Rows, layout: Layout): Layout {
  const { accept, file } = policy;
  requireOwnFiles(policy, layout);
  // A layout without the CA has nothing that could sign it.
  const own = policy.certificates.filter(({ parent }) => layout.authorities.some(({ role }) => role === parent));
  const byRole = { where: file, keyOf: ({ role = '' }: { readonly role?: string }) => role };
  const certificates = changeRows(
    layout.certificates,
    own.map((one) => ownRow(one, file, layout)),
    byRole,
  );
  const rows = {
    authorities: changeRows(layout.authorities, acceptedIn(layout.authorities, accept), byRole),
    certificates: changeRows(certificates, acceptedIn(certificates, accept), byRole),
    keyPairs: layout.keyPairs,
    kubeconfigs: changeRows(layout.kubeconfigs, acceptedIn(layout.kubeconfigs, accept), byRole),
  };
  return {
    ...layout,
    ...rows,
    roles: rolesOf(rows),
    expected: expectedPaths(rows),
    remedies: withOwnRemedies(own, layout.remedies),
  };
}

/** What a policy accepts for the roles of a table, as changes of its rows. Several entries for one role add up. */
function acceptedIn(rows: readonly { readonly role: string }[], accept: readonly AcceptedNames[]) {
  const roles = new Set(rows.map(({ role }) => role));
  return [...roles].flatMap((role) => {
    const own = accept.filter((one) => one.role === role);
    const accepted = {
      commonNames: own.flatMap(({ cn = [] }) => cn),
      groups: own.flatMap(({ o }) => (o === undefined ? [] : [o])),
      sans: own.flatMap(({ sans = [] }) => sans),
    };
    return own.length === 0 ? [] : { role, accepted };
  });
}

/** The path of its key: by default next to the certificate. */
const keyOf = ({ key, certificate }: OwnCertificate): string =>
  key ?? `${certificate.replace(/\.(?:crt|pem|cer)$/, '')}.key`;

const usages = { server: 'serverAuth', client: 'clientAuth' } as const;

/** A certificate of the policy as a row of the tables. */
function ownRow(one: OwnCertificate, policy: string, layout: Layout): PlacedCertificateRow {
  const { role, certificate, parent, kinds, o = [], hosts = [] } = one;
  return {
    role,
    certificate,
    parent,
    kinds,
    o,
    hosts,
    key: keyOf(one),
    cn: one.cn ?? role,
    accepts: [],
    needs: kinds.map((kind) => usages[kind]),
    topology: 'any',
    // kube-apiserver reads groups of clients that this CA signed. etcd and front proxies read the common name only.
    authorizedBy: parent === clientCa(layout) && o.length > 0 ? 'group' : 'nothing',
    history: [],
    on: one.on ?? 'control-plane',
    optional: one.optional ?? false,
    usedBy: one.usedBy ?? role,
    without: one.without ?? 'degraded',
    policy,
  };
}

/** What to do about certificates of which neither the installer nor the table of remedies knows. */
function withOwnRemedies(own: readonly OwnCertificate[], remedies: Remedies): Remedies {
  const rows = own.map(
    ({ role, parent }): RemedyRow => ({
      ...remedies.others,
      role,
      missing: [`have it issued by ${parent}, and put the certificate and its key in place`],
    }),
  );
  const reloads = own.map(({ role, usedBy = role }) => ({
    role,
    // The texts of steps are templates.
    step: `restart ${usedBy.replaceAll(/[{}]/g, '')}, unless it reloads its certificate by itself`,
  }));
  return { ...remedies, rows: [...remedies.rows, ...rows], reloads: [...remedies.reloads, ...reloads] };
}

function requireOwnRoles({ certificates, file }: Rows, layouts: Layouts<Layout>): void {
  const known = new Set(layouts.flatMap(({ roles }) => roles));
  const authorities = [...new Set(layouts.flatMap((layout) => layout.authorities.map(({ role }) => role)))];
  for (const one of certificates) {
    const { role, parent } = one;
    const where = `${file}: certificates: ${role}`;
    if (known.has(role)) throw new UserError(`${where}: the role exists already`, 'choose a different name');
    known.add(role);
    if (!authorities.includes(parent)) throw unknownRole(`${where}: parent`, parent, authorities);
    requirePlaceholders(one, layouts, where);
  }
}

function requireOwnFiles({ certificates, file }: Rows, layout: Layout): void {
  const owners = new Map(filesOf(layout));
  const folders = foldersOf(layout);
  for (const one of certificates) {
    const where = `${file}: certificates: ${one.role}`;
    for (const path of [one.certificate, keyOf(one)].map((name) => inFolder(layout.pki, name))) {
      const folder = folders.find((one) => isAtOrBelow(path, one));
      if (folder !== undefined) throw new UserError(`${where}: ${path} is in ${folder}`, 'choose a different path');
      const owner = owners.get(path);
      if (owner !== undefined)
        throw new UserError(`${where}: ${path} is a file of ${owner}`, 'choose a different path');
      owners.set(path, one.role);
    }
  }
}

/** The files of a layout that are not a row's own, with who has them. */
function filesOf({
  authorities,
  certificates,
  keyPairs,
  kubeconfigs,
  pki,
}: Layout): readonly (readonly [string, string])[] {
  return [
    ...[...authorities, ...certificates].flatMap(({ certificate, key, role }) =>
      [certificate, key].map((path) => [inFolder(pki, path), role] as const),
    ),
    ...keyPairs.flatMap((row) => [row.private, row.public].map((path) => [inFolder(pki, path), row.role] as const)),
    ...kubeconfigs.map(({ path, role }) => [path, role] as const),
  ];
}

/** The folders of a layout in which only components and the installer have files. */
const foldersOf = ({ manifests, kubelet }: Layout): readonly string[] =>
  manifests === undefined ? [kubelet.folder] : [manifests, kubelet.folder];

function requirePlaceholders({ cn = '', hosts = [] }: OwnCertificate, layouts: Layouts<Layout>, where: string): void {
  const rows = layouts.flatMap(({ certificates, kubeconfigs }) => [...certificates, ...kubeconfigs]);
  const known = new Set(rows.flatMap((row) => [row.cn, ...('hosts' in row ? row.hosts : [])].flatMap(placeholdersIn)));
  const strange = [cn, ...hosts].flatMap(placeholdersIn).find((name) => !known.has(name));
  if (strange === undefined) return;
  throw new UserError(`${where}: unknown placeholder ${strange}`, `known: ${[...known].sort().join(', ')}`);
}

/** Words that stand for facts: `<hostname>`. */
const placeholdersIn = (text: string): readonly string[] => text.match(/<[^>]*>?/g) ?? [];

/** A policy that accepts what no rule looks at would seem to have an effect. */
function requireAccepting(
  { role, o, sans }: AcceptedNames,
  { certificates, file }: Rows,
  layouts: Layouts<Layout>,
): void {
  const rolesIn = (table: 'authorities' | 'certificates' | 'kubeconfigs') =>
    layouts.flatMap((layout) => layout[table].map((row) => row.role));
  const [authorities, leaves, kubeconfigs] = [rolesIn('authorities'), rolesIn('certificates'), rolesIn('kubeconfigs')];
  leaves.push(...certificates.map((one) => one.role));
  const known = [...new Set([...authorities, ...leaves, ...kubeconfigs])];
  if (!known.includes(role)) throw unknownRole(`${file}: accept`, role, known);
  if (o !== undefined && authorities.includes(role)) throw pointless(file, role, 'o');
  if (sans !== undefined && !leaves.includes(role)) throw pointless(file, role, 'sans');
}

const pointless = (file: string, role: string, field: string) =>
  new UserError(`${file}: accept: ${field} of ${role} has no effect: no rule looks at it`, `leave ${field} out`);

function unknownRole(where: string, role: string, known: readonly string[]): UserError {
  const near = nearest(role, known);
  const hint = near === undefined ? `known: ${known.join(', ')}` : `did you mean ${near}?`;
  return new UserError(`${where}: unknown role "${role}"`, hint);
}
