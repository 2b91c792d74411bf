/** Checks that server certificates have the SANs that clients dial and that the documentation lists. */
import type { Certificate } from '../../artifact/certificate.ts';
import { fileIn, lineOf } from '../../artifact/place.ts';
import { groupBy } from '../../core/collections.ts';
import { handful } from '../../core/text.ts';
import { dialledNames } from '../../model/dialling/dialled-names.ts';
import { expectedHosts } from '../../model/dialling/expected.ts';
import { diallingAround, isServers } from '../../model/dialling/index.ts';
import type { Dialled } from '../../model/dialling/kubeconfig-server.ts';
import { rightEnd, wantedServer } from '../../model/dialling/right-end.ts';
import { canonicalHost, hostOf, namesMachine } from '../../model/facts/host.ts';
import { hasPairFor } from '../../model/handshake/served.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { CertificateRole, KubeconfigRole } from '../../model/roles/role.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { parseIp } from '../../x509/ip-address.ts';
import { hasName, verifyHostname } from '../../x509/verify/host-name.ts';
import { type Check, type Consequence, type Judge, list, notApplicable, roleProblem, skip } from '../base/check.ts';
import { anyCertificateCheck, type CertifiedRole, certificateCheck } from '../base/guards.ts';

const nameOf = (role: KubeconfigRole) => role.kubeconfig?.cluster?.tlsServerName;

const kubeconfigsOf = ({ roles }: Pki) => roles.flatMap((role) => (role.kind === 'kubeconfig' ? [role] : []));

/** The kubeconfigs of the node that ask for what was dialled. */
function asking(dialled: readonly Dialled[], pki: Pki): readonly KubeconfigRole[] {
  const hosts = new Set(dialled.flatMap(({ by, from }) => (from === undefined ? by : [])));
  return kubeconfigsOf(pki).filter((role) => hosts.has(role.id) && nameOf(role)?.value);
}

/** Says where names come from; empty if all are dialled. */
function placesOfName(dialled: readonly Dialled[], pki: Pki): string {
  const places = asking(dialled, pki).flatMap((role) => nameOf(role)?.at ?? []);
  return places.length === 0 ? '' : ` (tls-server-name in ${handful(places.map(lineOf), 3)})`;
}

/**
 * The kubeconfigs that alone ask for the missing names, at most two, although the certificate is valid for what they
 * dial: a fix removes their `tls-server-name`. None if most kubeconfigs ask for them, or another certificate of an API
 * server has the names.
 */
function misnamed(dialled: readonly Dialled[], leaf: Certificate, pki: Pki): readonly KubeconfigRole[] {
  const roles = asking(dialled, pki);
  const known = diallingAround(pki);
  const isAlone = dialled.every(({ by, from }) => from === undefined && roles.some(({ id }) => id === by));
  const isMeant = dialled.some(({ host }) => isServers(known, canonicalHost(host)));
  const isCovered = (role: KubeconfigRole) =>
    hasName(leaf, hostOf(role.kubeconfig?.cluster?.server?.value ?? '') ?? '');
  const isMost = 2 * roles.length > kubeconfigsOf(pki).filter(({ kubeconfig }) => kubeconfig !== undefined).length;
  return roles.length > 2 || !isAlone || isMeant || isMost || !roles.every(isCovered) ? [] : roles;
}

type ServingRole = CertifiedRole & CertificateRole;

type Effect = Pick<Consequence, 'message' | 'connection' | 'namesSubject'>;

/** A check of the server certificates for which hosts are documented. */
function servingCheck(run: Judge<ServingRole>): Check<'role'> {
  return certificateCheck(function* (role, pki) {
    const isServing = role.kind === 'certificate' && role.row.hosts.length > 0;
    yield* isServing ? run(role, pki) : [notApplicable('it is not a server')];
  });
}

/** The hosts that are dialled and not covered, each with all that dial it. */
function missingDialled(role: ServingRole, pki: Pki): ReadonlyMap<string, readonly Dialled[]> {
  const isServed = (host: string) => role.row.role === roleIds.apiServer && hasPairFor(pki, host);
  const missing = dialledNames(role, pki).filter(({ host }) => !hasName(role.leaf, host) && !isServed(host));
  return groupBy(missing, ({ host }) => host);
}

function missingDocumented(role: ServingRole, pki: Pki): readonly string[] {
  const { hosts, pageOnly } = expectedHosts(role.row, pki);
  const wanted = pki.judging.documentedOnly ? [...hosts, ...pageOnly] : hosts;
  // The table's <hostname> is a name of the machine, which may have a domain or not. The kubelet may register with the
  // other form (--hostname-override), and no component dials either.
  const isNode = (host: string) => host === pki.facts.nodeName?.value && namesMachine(role.leaf, host);
  // Clients that dial a configured name may get a certificate of --tls-sni-cert-key.
  const { value: configured = [] } = (role.row.role === roleIds.apiServer && pki.facts.sans) || {};
  const isServed = (host: string) => configured.includes(host) && hasPairFor(pki, host);
  return wanted.filter((host) => !hasName(role.leaf, host) && !isNode(host) && !isServed(host));
}

/** What stops for a client that dials a name that is missing: the effect of its connection, if the tables have one. */
function effectOn({ by, host, without }: Dialled, { row: { role } }: ServingRole, pki: Pki): Effect {
  const row = pki.layout.connections.find(
    ({ client, presents, serves }) => serves === role && (presents === by || client === by),
  );
  if (row === undefined) return { message: `clients that connect to ${host} are refused`, namesSubject: true };
  return { message: without ?? row.without, connection: row.id };
}

/** Whether a CA of the node signed it for another of its roles: then the file is wrong, and so are its names. */
function isCopyOfOther({ id, leaf, verified }: ServingRole, { roles }: Pki): boolean {
  if (verified !== undefined) return false;
  return roles.some((one) => one.id !== id && one.leaf?.fingerprint256 === leaf.fingerprint256);
}

function sanText(leaf: Certificate): string {
  return leaf.sans?.length ? leaf.sans.map((san) => `${san.type}:${san.value}`).join(', ') : 'no SANs';
}

/**
 * The kubeconfigs that alone dial the missing hosts, if nothing shows whether these are addresses of a load balancer or
 * wrong: then the fix that changes them comes first. Empty values if the certificate is at fault.
 */
function byKubeconfig(dialled: readonly Dialled[], { leaf }: ServingRole, pki: Pki): Readonly<Record<string, string>> {
  const own = ({ by, from }: Dialled) => (from === undefined ? pki.roles.find(({ id }) => id === by) : undefined);
  const roles = new Set(dialled.map(own));
  const clients = [...roles].flatMap((role) => {
    if (role?.kind !== 'kubeconfig' || rightEnd(role, pki) !== 'unknown') return [];
    const [server, cluster] = [wantedServer(role, pki), role.kubeconfig?.cluster];
    return server === undefined || cluster === undefined || cluster.tlsServerName ? [] : [{ role, server, cluster }];
  });
  const named = misnamed(dialled, leaf, pki).flatMap((role) => {
    const cluster = role.kubeconfig?.cluster;
    return cluster === undefined ? [] : [{ role, server: '', cluster }];
  });
  const isOfServer = clients.length === roles.size && clients.length <= 2;
  const [first, second] = isOfServer ? clients : named;
  return {
    kubeconfig: first?.role.path ?? '',
    cluster: first?.cluster.name ?? '',
    server: first?.server ?? '',
    named: named.length > 0 ? (first?.role.path ?? '') : '',
    alsoNamed: named.length > 0 ? (second?.role.path ?? '') : '',
    only: first && !second ? 'only' : '',
    also: second?.role.path ?? '',
    alsoCluster: second?.cluster.name ?? '',
    alsoServer: second?.server ?? '',
    hosts: first ? list([...new Set(dialled.map(({ host }) => host))]) : '',
    ...Object.fromEntries([first, second].flatMap((one) => (one ? [[one.role.row.usedBy, one.role.row.usedBy]] : []))),
  };
}

/** Explains the most common mistake, an address in a SAN of type DNS: Go compares SANs by type. */
function hintOf(leaf: Certificate, missing: readonly string[]): string {
  const names = new Set(leaf.sans?.flatMap(({ type, value }) => (type === 'DNS' ? [value] : [])));
  const slip = missing.find((host) => names.has(host) && /^[\d.:a-f]+$/i.test(host));
  return slip === undefined ? '' : ` (DNS:${slip} is a DNS SAN and does not match an IP address)`;
}

/** Kinds of malformed DNS names. The first pattern that matches describes the name. */
const malformations: readonly (readonly [RegExp, string])[] = [
  [/^$/, 'empty'],
  [/^\d{1,3}(?:\.\d{1,3}){3}$|^[0-9a-f]*:[0-9a-f:.]*$/i, 'an IP address in a DNS SAN'],
  [/^\.|\.$|\.\./, 'one dot too many'],
  [/(?:^|\.)[^.]{64,}/, 'a label of more than 63 characters'],
  [/\s|\/|:/, 'a character that is not allowed in host names'],
];

export const sanNamesChecks = {
  /**
   * Names for which kube-apiserver presents a certificate. Of a pattern only the names that are dialled matter, and
   * the connections to them are simulated.
   */
  'san/given': anyCertificateCheck(function* (one) {
    const names = one.kind === 'other' ? (one.slots[0]?.names ?? []) : [];
    if (names.length === 0) return yield notApplicable('no flag gives it names');
    const missing = names.filter((name) => !name.includes('*') && !hasName(one.leaf, name));
    if (missing.length === 0) return;
    const data = { missing: list(missing), wanted: list(names), found: sanText(one.leaf) };
    const error = verifyHostname(one.leaf, missing[0] ?? '') ?? '';
    yield roleProblem(one, { ...data, error }, { parts: missing });
  }),

  'san/coverage': servingCheck(function* (role, pki) {
    const { leaf } = role;
    if (isCopyOfOther(role, pki)) return yield notApplicable('it is the certificate of a different role');
    const missing = missingDialled(role, pki);
    if (missing.size === 0) return;
    const hosts = [...missing.keys()];
    const dialled = [...missing.values()].flat();
    const related = dialled.map((one) => ({
      path: (one.at && fileIn(one.at)) ?? role.path,
      subject: one.by,
      ...effectOn(one, role, pki),
      error: verifyHostname(leaf, one.host) ?? '',
    }));
    const clients = byKubeconfig(dialled, role, pki);
    const data = {
      missing: list(hosts),
      wanted: list([...new Set([...hosts, ...missingDocumented(role, pki)])]),
      found: sanText(leaf),
      error: related[0]?.error ?? '',
      hint: `${hintOf(leaf, hosts)}${placesOfName(dialled, pki)}`,
      ...clients,
    };
    const isOpen = clients.kubeconfig !== '';
    yield roleProblem(role, data, {
      key: hosts.join(),
      related,
      shared: hosts.join(),
      ...(isOpen && { ownFirst: true }),
    });
  }),

  'san/documented': servingCheck(function* (role, pki) {
    for (const unknown of expectedHosts(role.row, pki).unknown) yield skip(`${unknown} is unknown`);
    if (missingDialled(role, pki).size > 0) return yield notApplicable('reported by san/coverage');
    const missing = missingDocumented(role, pki);
    if (missing.length === 0) return;
    const data = { missing: list(missing), found: sanText(role.leaf), hint: hintOf(role.leaf, missing) };
    yield roleProblem(role, data, { key: missing.join() });
  }),

  /**
   * DNS names that are invalid (RFC 1034 section 3.5), and that some releases of Go cannot parse at all
   * (golang/go#75828). An address written as a name does no harm if there is a SAN for the address as well.
   */
  'san/form': certificateCheck(function* (role, pki) {
    const names = (role.leaf.sans ?? []).filter(({ type }) => type === 'DNS').map(({ value }) => value);
    if (names.length === 0) return yield notApplicable('no DNS names');
    // An address that is dialled and missing is reported by san/coverage, with this as the hint.
    const dialled = new Set(dialledNames(role, pki).map(({ host }) => host));
    const isAddressToo = (name: string) => parseIp(name) !== undefined && hasName(role.leaf, name);
    const isDotted = (name: string) =>
      role.kind === 'certificate' &&
      role.row.finalDot === true &&
      name.endsWith('.') &&
      names.includes(name.slice(0, -1));
    const wrong = names.flatMap((name) => {
      if (dialled.has(name) || isAddressToo(name) || isDotted(name)) return [];
      const how = malformations.find(([pattern]) => pattern.test(name))?.[1];
      return how === undefined ? [] : [`"${name}" (${how})`];
    });
    if (wrong.length > 0) yield roleProblem(role, { found: list(wrong) }, { parts: wrong });
  }),
};
