/** The documented tables, with the facts of a node filled in. */

import { inFolder } from '../artifact/paths.ts';
import { UserError } from '../core/errors.ts';
import { count } from '../core/text.ts';
import type { LintOptions } from '../lint/rules/lint-options.ts';
import { expectedHosts, expectedNames } from '../model/dialling/expected.ts';
import { factOptions } from '../model/facts/fact-options.ts';
import { sanForHost } from '../model/facts/host.ts';
import { buildPki } from '../model/roles/build-pki.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Authority, Role } from '../model/roles/role.ts';
import { unreadableOf } from '../model/roles/source.ts';
import { allowedOrganizations } from '../model/trust/authorization.ts';
import type { Expectation } from '../results/expectation.ts';
import { scan } from '../scan/scan.ts';
import type { Accepting } from '../tables/layouts/layout.ts';
import { usageRows } from '../tables/tables.ts';
import { forbidSharedFacts, requireAll } from './load-nodes.ts';
import { parseOptions } from './parse-options.ts';

/**
 * Returns the files that the tables expect on each node.
 *
 * @throws UserError if a path cannot be read, if too little of a node was seen to know what it needs, or if the options
 *   set a fact of one node for several nodes
 */
export async function expect(options: LintOptions = {}): Promise<readonly Expectation[]> {
  const { scan: scanning, judging } = parseOptions(options);
  const { nodes, failures } = await scan(scanning);
  requireAll(failures, nodes);
  forbidSharedFacts(nodes, judging);
  return nodes.flatMap((node) => {
    const pki = buildPki(node, judging.facts, judging.context);
    const expectations = expectOf(pki);
    if (expectations.length === 0) throw undecided(pki);
    return expectations;
  });
}

/**
 * Returns the files that the tables expect on a node; none if too little of it was seen to know what it needs.
 *
 * @internal
 */
export function expectOf(pki: Pki): readonly Expectation[] {
  const applicable = <T extends Role | Authority>(subjects: readonly T[]) =>
    subjects.filter((one) => one.applies.answer === 'yes');
  const keyPair = pki.serviceAccount.applies.answer === 'yes' ? [keyPairExpectation(pki)] : [];
  return [
    ...applicable(pki.authorities).map((authority) => authorityExpectation(authority, pki)),
    ...applicable(pki.roles.filter((role) => role.kind === 'certificate')).map((role) => roleExpectation(role, pki)),
    ...keyPair,
    ...applicable(pki.roles.filter((role) => role.kind === 'kubeconfig')).map((role) => roleExpectation(role, pki)),
  ];
}

function undecided(pki: Pki): UserError {
  const { paths } = unreadableOf(pki);
  const hint = paths === 0 ? undefined : `${count(paths, 'path')} could not be read: run pki-lint as root`;
  return new UserError(`${pki.name}: cannot determine which files this node needs`, hint);
}

const nothing = { commonName: null, organizations: [], issuer: null, usages: [], sans: [], unknown: [] };

function authorityExpectation(authority: Authority, pki: Pki): Expectation {
  const names = pki.judging.documentedOnly ? [authority.row.cn] : [...authority.row.accepts, authority.row.cn];
  return {
    ...nothing,
    node: pki.name,
    role: authority.id,
    path: placeOf(authority.recommended, authority.source.path, pki),
    commonName: authority.row.anyName ? null : (names[0] ?? null),
    usages: ['CA:TRUE', 'keyCertSign'],
    arguments: argumentsOf(authority.id, pki),
    ...acceptedBy(authority.row),
  };
}

function keyPairExpectation(pki: Pki): Expectation {
  const { row, signers, verifiers } = pki.serviceAccount;
  const files = pki.layout.keyPairs.flatMap((pair) => [pair.private, pair.public]);
  const read = [...new Set([...signers, ...verifiers].map(({ source }) => source.path))].join(', ');
  const path = placeOf(files.map((file) => inFolder(pki.node.pki, file)).join(', '), read, pki);
  return { ...nothing, node: pki.name, role: row.role, path, arguments: argumentsOf(row.role, pki) };
}

function roleExpectation(role: Role, pki: Pki): Expectation {
  const hosts = role.kind === 'certificate' ? expectedHosts(role.row, pki) : undefined;
  const names = expectedNames(role, pki);
  const kinds: readonly string[] = role.kind === 'certificate' ? role.row.kinds : ['client'];
  const rows = usageRows.filter((row) => kinds.includes(row.kind));
  const documented = pki.judging.documentedOnly ? (hosts?.pageOnly ?? []) : [];
  // The group of administrators is open by itself, and kubeadm writes one.
  const isOpen = role.row.anyGroup && role.row.anyName;
  return {
    node: pki.name,
    role: role.id,
    path: placeOf(role.recommended, role.path, pki),
    // kubeadm writes the last of the accepted names.
    commonName: role.row.anyName ? null : (names?.at(-1) ?? null),
    organizations: isOpen ? [] : (allowedOrganizations(role, pki).current[0] ?? []),
    issuer: role.parent.id,
    usages: [...new Set([...rows.flatMap((row) => row.keyUsage), ...rows.flatMap((row) => row.extendedKeyUsage)])],
    sans: [...(hosts?.hosts ?? []), ...documented].map(sanForHost).map(({ type, value }) => ({
      type: type === 'IP' ? 'IP' : 'DNS',
      value,
    })),
    arguments: argumentsOf(role.id, pki),
    ...acceptedBy(role.row),
    unknown: [
      ...(hosts?.unknown ?? []),
      ...(names === undefined ? [`common name (${factOptions.nodeName.option})`] : []),
    ],
  };
}

/** Where the PKI can be anywhere, a file is expected where its component reads it. */
const placeOf = (recommended: string, path: string | undefined, { layout }: Pki): string =>
  layout.pkiAnywhere && path !== undefined ? path : recommended;

/** What a policy accepts in addition to a row. */
function acceptedBy({ accepted }: Accepting): Pick<Expectation, 'accepted'> {
  if (accepted === undefined) return {};
  const { commonNames, groups, sans } = accepted;
  return { accepted: { commonNames, organizations: groups, sans } };
}

function argumentsOf(role: string, pki: Pki): Expectation['arguments'] {
  return pki.layout.arguments.flatMap((row) => {
    if (row.role !== role || row.path === null) return [];
    const read = pki.slots.find((slot) => slot.row === row)?.argument?.value;
    if (pki.layout.pkiAnywhere && read === undefined) return [];
    const value = placeOf(inFolder(pki.node.pki, row.path), read, pki);
    return [{ component: row.component, flag: `--${row.flag}`, value }];
  });
}
