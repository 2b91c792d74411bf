/** Layouts (`rules/tables/layouts.json`, typed): where nodes of one kind keep the files of the other tables. */
import table from '../../rules/tables/layouts.json' with { type: 'json' };
import type { LayoutPlaces, Layouts, NodeLayout, NodePath } from '../artifact/layout.ts';
import type { ScannedNode } from '../artifact/node.ts';
import { inFolder } from '../artifact/paths.ts';
import type { NonEmptyString } from '../core/formats.ts';
import type { RoleName } from './names.ts';
import { type Remedies, remedyTables } from './remedies.ts';
import {
  type ArgumentRow,
  type AuthorityRow,
  argumentRows,
  authorityRows,
  type CertificateRow,
  certificateRows,
  type KeyPairRow,
  type KubeconfigRow,
  keyPairRows,
  kubeconfigRows,
  undocumentedKubeconfigRows,
  type Without,
} from './tables.ts';

/**
 * A path relative to the PKI root, or absolute.
 *
 * @pattern ^[A-Za-z0-9._/-]+$
 */
type FilePath = string;

/** The files and names of a role that differ from the documented tables. Fields that are left out are as documented. */
export interface LayoutFiles {
  readonly role: RoleName;
  /** For an authority or a certificate. */
  readonly certificate?: FilePath;
  readonly key?: FilePath;
  /** For a key pair. */
  readonly private?: FilePath;
  readonly public?: FilePath;
  /** For a kubeconfig. */
  readonly kubeconfig?: NodePath;
  readonly cn?: NonEmptyString;
  readonly accepts?: readonly NonEmptyString[];
  readonly o?: readonly NonEmptyString[];
  readonly hosts?: readonly NonEmptyString[];
}

/** A row of `rules/tables/layouts.json`. */
export interface LayoutRow extends LayoutPlaces {
  /** The kubeconfig with which the kubelet requests its first certificate. */
  readonly bootstrapKubeconfig: NodePath;
  /** The name of its table of remedies, which says how to renew roles and restart components. */
  readonly remedies: NonEmptyString;
  readonly files: readonly LayoutFiles[];
  /** Documented roles that nodes with this layout do not have. */
  readonly without: readonly RoleName[];
}

/** What a policy accepts in addition to the names of a row (`src/tables/policy-rows.ts`). */
export interface Accepting {
  readonly accepted?: {
    readonly commonNames: readonly string[];
    /** Sets of organizations. */
    readonly groups: readonly (readonly string[])[];
    readonly sans: readonly string[];
  };
}

/** A row of the kubeconfigs table, and the path in this layout. */
export type PlacedKubeconfigRow = KubeconfigRow & Accepting & { readonly path: NodePath };

/** A row of the authorities table in a layout. */
export type PlacedAuthorityRow = AuthorityRow & Accepting;

/** A row of the certificates table in a layout, or one of a policy. */
export interface PlacedCertificateRow extends CertificateRow, Accepting {
  /** Only for a row of a policy: what the documentation does not have. */
  readonly own?: OwnRow;
}

/** What a policy says about a certificate of its own. */
export interface OwnRow {
  /** The policy, as it is shown to people. */
  readonly file: string;
  /** The kind of nodes that have it. */
  readonly on: 'control-plane' | 'worker' | 'etcd' | 'any';
  readonly optional: boolean;
  readonly usedBy: string;
  readonly without: Without;
}

/** A layout with the rows of the documented tables, adapted to it. */
export interface Layout extends NodeLayout {
  readonly authorities: readonly PlacedAuthorityRow[];
  readonly certificates: readonly PlacedCertificateRow[];
  readonly keyPairs: readonly KeyPairRow[];
  readonly kubeconfigs: readonly PlacedKubeconfigRow[];
  /**
   * Kubeconfigs that are not in the tables of the documentation: they make connections, and are not checked otherwise.
   */
  readonly undocumented: readonly PlacedKubeconfigRow[];
  readonly arguments: readonly ArgumentRow[];
  readonly remedies: Remedies;
  /** The kubeconfig with which the kubelet requests its first certificate. */
  readonly bootstrapKubeconfig: NodePath;
  /** All its roles, in the order of the tables. */
  readonly roles: readonly RoleName[];
}

/** A scanned node with the tables of its layout. */
export type LaidOutNode = ScannedNode<Layout>;

/**
 * Returns the layout that a row describes.
 *
 * @param tables the tables of remedies, by name
 * @throws Error if the row refers to a table of remedies that does not exist
 */
export function layoutOf(row: LayoutRow, tables: Readonly<Record<string, Remedies>> = remedyTables): Layout {
  const remedies = tables[row.remedies];
  if (remedies === undefined) throw new Error(`no table of remedies ${row.remedies}`);
  const authorities = filled(row, authorityRows);
  const certificates = filled(row, certificateRows);
  const keyPairs = filled(row, keyPairRows);
  const place = (one: KubeconfigRow) => ({ ...one, path: placeOfKubeconfig(row, one.role) });
  const placed = filled(row, kubeconfigRows).map(place);
  const rows = { authorities, certificates, keyPairs, kubeconfigs: placed, arguments: filledArguments(row) };
  return {
    ...row,
    ...rows,
    undocumented: filled(row, undocumentedKubeconfigRows).map(place),
    remedies,
    roles: rolesOf(rows),
    knownKubeconfigs: [...placed.map(({ path }) => path), row.bootstrapKubeconfig],
    expected: expectedPaths(rows),
  };
}

/** The documented rows without those that the layout does not have, and with its own files and names. */
function filled<Row extends { readonly role: RoleName }>(
  { files, without }: Pick<LayoutRow, 'files' | 'without'>,
  documented: readonly Row[],
): readonly Row[] {
  if (files.length === 0 && without.length === 0) return documented;
  const byRole = new Map(files.map((one) => [one.role, one]));
  return documented.filter(({ role }) => !without.includes(role)).map((row) => ({ ...row, ...byRole.get(row.role) }));
}

function placeOfKubeconfig({ files, kubeconfigFolder }: LayoutRow, role: RoleName): NodePath {
  return files.find((one) => one.role === role)?.kubeconfig ?? `${kubeconfigFolder}/${role}`;
}

/** The rows of arguments, with the recommended paths of the layout. */
function filledArguments(row: LayoutRow): readonly ArgumentRow[] {
  const moved = new Map([...movedFiles(row.files), ...movedKubeconfigs(row)]);
  if (moved.size === 0 && row.without.length === 0) return argumentRows;
  return argumentRows
    .filter(({ role }) => role === null || !row.without.includes(role))
    .map((one) => ({ ...one, path: one.path === null ? null : (moved.get(one.path) ?? one.path) }));
}

type Moved = readonly (readonly [documented: FilePath, own: FilePath])[];

/** Documented paths of certificates and keys, with the layout's own paths. */
function movedFiles(files: readonly LayoutFiles[]): Moved {
  const documented = new Map<RoleName, LayoutFiles>(
    [...authorityRows, ...certificateRows, ...keyPairRows].map((row) => [row.role, row]),
  );
  return files.flatMap((file) =>
    (['certificate', 'key', 'private', 'public'] as const).flatMap((kind) => {
      const [from, to] = [documented.get(file.role)?.[kind], file[kind]];
      return from === undefined || to === undefined ? [] : [[from, to] as const];
    }),
  );
}

/** The same for kubeconfigs, whose documented paths are one folder above the PKI root. */
function movedKubeconfigs(row: LayoutRow): Moved {
  return kubeconfigRows.flatMap(({ role }) => {
    const [from, to] = [`../${role}`, placeOfKubeconfig(row, role)];
    return inFolder(row.pki, from) === to ? [] : [[from, to] as const];
  });
}

/** The tables of a layout. */
type LayoutTables = Pick<Layout, 'authorities' | 'certificates' | 'keyPairs' | 'kubeconfigs' | 'arguments'>;

/** Returns all roles in the rows, in the order of the tables. */
export function rolesOf({ authorities, certificates, keyPairs, kubeconfigs }: LayoutTables): readonly RoleName[] {
  return [authorities, certificates, keyPairs, kubeconfigs].flatMap((rows: readonly { readonly role: RoleName }[]) =>
    rows.map(({ role }) => role),
  );
}

/** Returns every path in the rows, relative to the PKI root or absolute. */
export function expectedPaths(rows: LayoutTables): readonly string[] {
  return [
    ...[...rows.authorities, ...rows.certificates].flatMap(({ certificate, key }) => [certificate, key]),
    ...rows.keyPairs.flatMap((pair) => [pair.private, pair.public]),
    ...rows.arguments.flatMap(({ path }) => (path === null || path.startsWith('..') ? [] : [path])),
    ...rows.kubeconfigs.map(({ path }) => path),
  ];
}

const [first, ...others] = (table.rows as readonly LayoutRow[]).map((row) => layoutOf(row));
if (first === undefined) throw new Error('the table of layouts is empty');

/** Every layout, in the order in which they are matched. */
export const layouts: Layouts<Layout> = [first, ...others];

/** Returns the paths of a certificate or an authority in a node's layout; '' if the layout does not have the role. */
export function pemFilesOf(
  node: Pick<LaidOutNode, 'layout' | 'pki'>,
  role: RoleName,
): { readonly certificate: string; readonly key: string } {
  const { authorities, certificates } = node.layout;
  const row = [...authorities, ...certificates].find((one) => one.role === role);
  if (row === undefined) return { certificate: '', key: '' };
  return { certificate: inFolder(node.pki, row.certificate), key: inFolder(node.pki, row.key) };
}

/** Returns the path of a kubeconfig in a layout. */
export function kubeconfigPath({ kubeconfigs, kubeconfigFolder }: Layout, role: RoleName): NodePath {
  return kubeconfigs.find((row) => row.role === role)?.path ?? `${kubeconfigFolder}/${role}`;
}
