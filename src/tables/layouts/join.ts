/** Joins a row of layouts with the documented tables. */
import { type NamedContent, type Programs, usualKubeconfigFolder } from '../../artifact/layout.ts';
import { groupBy } from '../../core/collections.ts';
import { knownComponents, programOf } from '../components.ts';
import { type ConnectionRow, connectionRows } from '../connections.ts';
import type { RoleName } from '../name-types.ts';
import {
  type ArgumentRow,
  argumentName,
  argumentRows,
  authorityRows,
  certificateRows,
  type Holds,
  type KubeconfigRow,
  keyPairRows,
  kubeconfigRows,
  ofNoRole,
  undocumentedKubeconfigRows,
} from '../tables.ts';
import { changeRows } from './change.ts';
import type { Layout, RoleTables } from './layout.ts';
import type { Remedies } from './remedies.ts';
import type { LayoutRow } from './row.ts';
import { changedRules } from './rules.ts';

/**
 * Returns the layout that a row and its remedies describe. A documented row that needs what the layout does not have
 * falls away; of an argument remains that it names a file.
 *
 * @throws Error if the row refers to what does not exist, or has a new row that is not complete
 */
export function layoutOf(row: LayoutRow, remedies: Remedies): Layout {
  requireDocumented(row);
  const roles = rolesIn(row);
  const own = argumentsIn(row, roles);
  return {
    ...row,
    ...roles,
    arguments: own,
    connections: connectionsIn(row, roles, own),
    remedies,
    bindings: row.bindings ?? [],
    rules: changedRules(row.rules ?? {}),
    roles: rolesOf(roles),
    knownKubeconfigs: [
      ...roles.kubeconfigs.map(({ path }) => path),
      ...(row.bootstrapKubeconfig ? [row.bootstrapKubeconfig] : []),
    ],
    expected: expectedPaths(roles),
    programs: programsOf(row, own, remedies),
  };
}

/**
 * The components that the tables or the rows of a layout know, and what is in the files that its own arguments name.
 */
function programsOf({ changes }: LayoutRow, rows: readonly ArgumentRow[], { restarts }: Remedies): Programs {
  const names = [
    ...knownComponents.map(({ name }) => name),
    ...[...rows, ...restarts].map(({ component }) => component),
  ];
  const own = groupBy(changes.arguments ?? [], ({ component }) => component);
  return new Map(
    [...new Set(names)].map((name) => {
      const files = (own.get(name) ?? []).flatMap(({ flag, holds }) =>
        holds && fileIsNamed(holds) ? [[flag, contentOf(holds)] as const] : [],
      );
      return [name, programOf(name, new Map(files))];
    }),
  );
}

/** Whether the value of an argument is the path of a file. */
const fileIsNamed = (holds: Holds): boolean => !['text', 'sni-pair', 'drop-ins'].includes(holds);

/** What is in the file of a role that an argument names, as scanning reads it. */
function contentOf(holds: Holds): NamedContent {
  const file = fileOf[holds];
  if (holds === 'pool' || holds === 'etcd-pool') return 'trust';
  if (file === 'key' || file === 'private') return 'key';
  if (file === 'path') return 'kubeconfig';
  return file === undefined ? 'other' : 'certificate';
}

/** What is left out must exist: a misspelt name would change nothing. */
function requireDocumented({ name, changes }: LayoutRow): void {
  const roles = [authorityRows, certificateRows, keyPairRows, kubeconfigRows, undocumentedKubeconfigRows];
  const known = new Set<string>([
    ...roles.flatMap((rows: readonly { readonly role: RoleName }[]) => rows.map(({ role }) => role)),
    ...argumentRows.map(argumentName),
    ...connectionRows.map(({ id }) => id),
  ]);
  const strange = changes.without?.find((one) => !known.has(one));
  if (strange !== undefined) throw new Error(`${name}: without: there is no ${strange}`);
}

/** A row for each place of a role's files. */
function eachFile<Row extends object>({ also = [], ...row }: Row & { readonly also?: readonly Partial<Row>[] }) {
  return [row as Row, ...also.map((further) => ({ ...(row as Row), ...further }))];
}

type JoinedRoles = RoleTables & Pick<Layout, 'undocumented'>;

function rolesIn(row: LayoutRow): JoinedRoles {
  const { name, changes, history = [] } = row;
  const byRole = { keyOf: ({ role = '' }: { readonly role?: RoleName }) => role, without: new Set(changes.without) };
  const written = (role: RoleName) => ({ history: history.filter((one) => one.role === role) });
  const authorities = changeRows(authorityRows, changes.authorities, { ...byRole, where: `${name}: authorities` });
  const lacks = ({ parent }: { readonly parent: RoleName }) =>
    authorities.some(({ role }) => role === parent) ? undefined : parent;
  const place = (one: KubeconfigRow) => ({ ...one, path: `${usualKubeconfigFolder(row)}/${one.role}` });
  const { kubeconfigs = [] } = changes;
  const judged = new Set(kubeconfigs.filter((one) => one.judged).map(({ role }) => role));
  const judgedRows = undocumentedKubeconfigRows.filter(({ role }) => judged.has(role));
  const others = undocumentedKubeconfigRows.filter(({ role }) => !judged.has(role));
  const isUndocumented = ({ role }: { readonly role: RoleName }) => others.some((row) => row.role === role);
  const kubeconfigsOf = (documented: readonly KubeconfigRow[], own: typeof kubeconfigs) =>
    changeRows(documented.map(place), own, { ...byRole, lacks, where: `${name}: kubeconfigs` })
      .flatMap(eachFile)
      .map((one) => ({ ...one, ...written(one.role) }));
  const certificates = changeRows(certificateRows, changes.certificates, {
    ...byRole,
    lacks,
    where: `${name}: certificates`,
  });
  return {
    authorities: authorities.map((one) => ({ accepts: [], ...one })),
    certificates: certificates.flatMap(eachFile).map((one) => ({ accepts: [], ...one, ...written(one.role) })),
    keyPairs: changeRows(keyPairRows, changes.keyPairs, { ...byRole, where: `${name}: keyPairs` }).flatMap(eachFile),
    kubeconfigs: kubeconfigsOf(
      [...kubeconfigRows, ...judgedRows],
      kubeconfigs.filter((one) => !isUndocumented(one)),
    ),
    undocumented: kubeconfigsOf(others, kubeconfigs.filter(isUndocumented)),
  };
}

/** The files of a role, in the rows of all tables. */
type Files = Readonly<Partial<Record<'certificate' | 'key' | 'private' | 'public' | 'path', string>>>;

/** Of a role with several, the first. */
const filesOf = ({ authorities, certificates, keyPairs, kubeconfigs, undocumented }: JoinedRoles) =>
  new Map<RoleName, Files>(
    [...authorities, ...certificates, ...keyPairs, ...kubeconfigs, ...undocumented]
      .map((row) => [row.role, row] as const)
      .reverse(),
  );

/** Which file of its role an argument names. */
const fileOf: Readonly<Partial<Record<Holds, keyof Files>>> = {
  pool: 'certificate',
  'etcd-pool': 'certificate',
  signer: 'certificate',
  'signer-key': 'key',
  certificate: 'certificate',
  key: 'key',
  verifiers: 'public',
  'token-signer': 'private',
  kubeconfig: 'path',
};

function argumentsIn({ name, changes }: LayoutRow, roles: JoinedRoles): readonly ArgumentRow[] {
  const files = filesOf(roles);
  const own = new Map(changes.arguments?.map((one) => [argumentName(one), one]));
  const rows = changeRows(argumentRows, changes.arguments, {
    where: `${name}: arguments`,
    keyOf: argumentName,
    without: new Set(changes.without),
    lacks: ({ role }) => (role === null || files.has(role) ? undefined : role),
    rest: (row) => ({ ...row, ...ofNoRole }),
  });
  return rows.map((row) => {
    const { role, holds, path } = row;
    const file = files.get(role ?? '')?.[fileOf[holds] ?? 'path'];
    const isOwn = own.get(argumentName(row))?.path !== undefined;
    return path === null || isOwn || file === undefined ? row : { ...row, path: file };
  });
}

function connectionsIn(
  { name, changes }: LayoutRow,
  roles: JoinedRoles,
  own: readonly ArgumentRow[],
): readonly ConnectionRow[] {
  const files = filesOf(roles);
  const isRole = (role: RoleName) => files.has(role);
  const documented = new Map(argumentRows.map((row) => [argumentName(row), row.role]));
  const joined = new Map(own.map((row) => [argumentName(row), row.role]));
  /** Whether an argument exists, and is not without the CA that it has in the documentation. */
  const isVerifying = (argument: string) =>
    joined.has(argument) && ((joined.get(argument) ?? null) !== null || (documented.get(argument) ?? null) === null);
  const isTrust = (trust: string) => trust === 'kubeconfig' || trust === 'nothing' || isRole(trust);
  return changeRows(connectionRows, changes.connections, {
    where: `${name}: connections`,
    keyOf: ({ id = '' }) => id,
    without: new Set(changes.without),
    lacks: ({ presents, serves, verifies, trust }) => {
      if (!isRole(presents)) return presents;
      if (serves !== null && !isRole(serves)) return serves;
      if (!isVerifying(verifies)) return verifies;
      return isTrust(trust) || isVerifying(trust) ? undefined : trust;
    },
  });
}

/** Returns all roles in the rows, in the order of the tables. */
export function rolesOf({ authorities, certificates, keyPairs, kubeconfigs }: RoleTables): readonly RoleName[] {
  const all: readonly (readonly { readonly role: RoleName }[])[] = [authorities, certificates, keyPairs, kubeconfigs];
  return [...new Set(all.flatMap((rows) => rows.map(({ role }) => role)))];
}

/** Returns every path in the rows, relative to the PKI root or absolute. */
export function expectedPaths({ authorities, certificates, keyPairs, kubeconfigs }: RoleTables): readonly string[] {
  return [
    ...[...authorities, ...certificates].flatMap(({ certificate, key }) => [certificate, key]),
    ...keyPairs.flatMap((pair) => [pair.private, pair.public]),
    ...kubeconfigs.map(({ path }) => path),
  ];
}
