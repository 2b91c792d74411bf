/** Does a server's certificate name what its clients dial, and what the page lists? */

import type { Certificate } from '../core/certificate.ts';
import { hasPairFor } from '../model/handshake/served.ts';
import { type Dialled, dialledNames } from '../model/roles/dialled-names.ts';
import { expectedHosts } from '../model/roles/expected.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { CertificateRole, Role } from '../model/roles/role.ts';
import { roleIds } from '../tables/role-ids.ts';
import { verifyHostname } from '../x509/host-name.ts';
import { type CheckResult, check, leafOf, list, notApplicable, problem, skip } from './check.ts';

type Serving = CertificateRole & { readonly leaf: Certificate };

/** A role that serves under documented names, with its certificate; nothing where there is none to judge. */
function* serving(role: Role): Generator<CheckResult, Serving | undefined> {
  if (role.kind !== 'certificate' || role.row.hosts.length === 0) {
    yield notApplicable('it serves nothing');
    return undefined;
  }
  const leaf = yield* leafOf(role);
  return leaf && { ...role, leaf };
}

function isCovered(leaf: Certificate, host: string): boolean {
  return verifyHostname(leaf, host) === undefined;
}

/** The names that are dialled and not covered, each host once with all who dial it. */
function missingDialled(role: Serving, pki: Pki): ReadonlyMap<string, readonly Dialled[]> {
  const missing = new Map<string, Dialled[]>();
  for (const dialled of dialledNames(role, pki)) {
    if (isCovered(role.leaf, dialled.host)) continue;
    if (role.id === roleIds.apiServer && hasPairFor(pki, dialled.host)) continue;
    missing.set(dialled.host, [...(missing.get(dialled.host) ?? []), dialled]);
  }
  return missing;
}

function missingDocumented(role: Serving, pki: Pki): readonly string[] {
  const { hosts, pageOnly } = expectedHosts(role.row, pki.facts);
  const wanted = pki.judging.profile === 'documented' ? [...hosts, ...pageOnly] : hosts;
  return wanted.filter((host) => !isCovered(role.leaf, host));
}

const sanCoverage = check('role', function* (role, pki) {
  const served = yield* serving(role);
  if (!served) return;
  const missing = missingDialled(served, pki);
  if (missing.size === 0) return;
  const hosts = [...missing.keys()];
  const related = [...missing].flatMap(([host, dialled]) =>
    dialled.map((one) => ({
      path: one.at?.path ?? role.path,
      subject: one.by,
      message: verifyHostname(served.leaf, host) ?? '',
    })),
  );
  const data = {
    role: role.id,
    path: role.path,
    missing: list(hosts),
    wanted: list([...new Set([...hosts, ...missingDocumented(served, pki)])]),
    found: sanText(served.leaf),
    error: related[0]?.message ?? '',
  };
  yield problem(role.at, { ...data, hint: hintOf(served.leaf, hosts) }, { key: hosts.join(), related });
});

const sanDocumented = check('role', function* (role, pki) {
  const served = yield* serving(role);
  if (!served) return;
  const expected = expectedHosts(served.row, pki.facts);
  for (const unknown of expected.unknown) yield skip(`${unknown} is unknown`);
  if (missingDialled(served, pki).size > 0) return yield notApplicable('san/coverage names them all');
  const missing = missingDocumented(served, pki);
  if (missing.length === 0) return;
  const data = {
    role: role.id,
    missing: list(missing),
    found: sanText(served.leaf),
    hint: hintOf(served.leaf, missing),
  };
  yield problem(role.at, { ...data, path: role.path }, { key: missing.join() });
});

/** Names of the page that kubeadm itself does not write. */
const sanPage = check('role', function* (role, pki) {
  const served = yield* serving(role);
  if (!served) return;
  if (pki.judging.profile === 'documented') return yield notApplicable('san/documented speaks of it');
  const missing = expectedHosts(served.row, pki.facts).pageOnly.filter((host) => !isCovered(served.leaf, host));
  if (missing.length > 0)
    yield problem(role.at, { role: role.id, missing: list(missing), found: sanText(served.leaf) });
});

function sanText(leaf: Certificate): string {
  return leaf.sans?.length ? leaf.sans.map((san) => `${san.type}:${san.value}`).join(', ') : 'no names';
}

/** An address that stands there as a DNS name is the commonest slip: Go compares by type. */
function hintOf(leaf: Certificate, missing: readonly string[]): string {
  const slip = missing.find((host) =>
    leaf.sans?.some((san) => san.type === 'DNS' && san.value === host && /^[\d.:a-f]+$/i.test(host)),
  );
  return slip === undefined ? '' : ` (DNS:${slip} is a DNS name and covers no address)`;
}

/** How a DNS name of a certificate goes wrong, in words; the first that fits tells. */
const malformations: readonly (readonly [RegExp, string])[] = [
  [/^$/, 'empty'],
  [/^\d{1,3}(?:\.\d{1,3}){3}$|^[0-9a-f]*:[0-9a-f:.]*$/i, 'an address, which counts as a name there'],
  [/^\.|\.$|\.\./, 'with a dot too many'],
  [/(?:^|\.)[^.]{64,}/, 'with a label of more than 63 characters'],
  [/\s|\/|:/, 'with a character that no host name has'],
];

/**
 * DNS names that name nothing (RFC 1034 section 3.5), and that some releases of Go refuse to parse at all (golang/go#75828).
 * An address written as a name does no harm where the address is there as well.
 */
const sanForm = check('role', function* (role, pki) {
  const leaf = yield* leafOf(role);
  if (!leaf) return;
  const names = (leaf.sans ?? []).filter(({ type }) => type === 'DNS').map(({ value }) => value);
  if (names.length === 0) return yield notApplicable('it has no DNS names');
  // What is dialled and missing as an address is told by san/coverage, with this as the hint.
  const dialled = new Set(dialledNames(role, pki).map(({ host }) => host));
  const wrong = names.flatMap((name) => {
    if (dialled.has(name)) return [];
    const [pattern, how] = malformations.find(([one]) => one.test(name)) ?? [];
    return pattern === undefined || isCovered(leaf, name) ? [] : [`"${name}" (${how})`];
  });
  if (wrong.length > 0) yield problem(role.at, { role: role.id, path: role.path, found: list(wrong) });
});

export const nameChecks = {
  'san/coverage': sanCoverage,
  'san/documented': sanDocumented,
  'san/page': sanPage,
  'san/form': sanForm,
};
