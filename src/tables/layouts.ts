/** Layouts: where nodes of one kind keep what the other tables speak of. `rules/tables/layouts.json`, typed. */
import table from '../../rules/tables/layouts.json' with { type: 'json' };
import type { ScannedNode } from '../core/artifact.ts';
import type { NonEmptyString } from '../core/formats.ts';
import type { LayoutPlaces, Layouts, NodeLayout, NodePath } from '../core/layout.ts';
import { inFolder } from '../core/paths.ts';
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
} from './tables.ts';

/**
 * Relative to the PKI root, or absolute.
 *
 * @pattern ^[A-Za-z0-9._/-]+$
 */
type FilePath = string;

/** What a layout calls otherwise than the documented tables do; what is left out is as documented. */
export interface LayoutFiles {
  readonly role: RoleName;
  /** Of an authority or a certificate. */
  readonly certificate?: FilePath;
  readonly key?: FilePath;
  /** Of a key pair. */
  readonly private?: FilePath;
  readonly public?: FilePath;
  /** Of a kubeconfig. */
  readonly kubeconfig?: NodePath;
  readonly cn?: NonEmptyString;
  readonly accepts?: readonly NonEmptyString[];
  readonly o?: readonly NonEmptyString[];
  readonly hosts?: readonly NonEmptyString[];
}

/** A row of `rules/tables/layouts.json`. */
export interface LayoutRow extends LayoutPlaces {
  /** With what the kubelet asks for its first certificate. */
  readonly bootstrapKubeconfig: NodePath;
  /** The table of remedies: what renews and what restarts. */
  readonly remedies: NonEmptyString;
  readonly files: readonly LayoutFiles[];
  /** Documented roles that it does not have. */
  readonly without: readonly RoleName[];
}

/** A row of kubeconfigs, and where the layout keeps it. */
export type PlacedKubeconfigRow = KubeconfigRow & { readonly path: NodePath };

/** A layout with the rows of the documented tables as it fills them. */
export interface Layout extends NodeLayout {
  readonly authorities: readonly AuthorityRow[];
  readonly certificates: readonly CertificateRow[];
  readonly keyPairs: readonly KeyPairRow[];
  readonly kubeconfigs: readonly PlacedKubeconfigRow[];
  /** Kubeconfigs that no table of the page has: connections are made with them, and nothing else is expected of them. */
  readonly undocumented: readonly PlacedKubeconfigRow[];
  readonly arguments: readonly ArgumentRow[];
  readonly remedies: Remedies;
  /** The names of all its roles, in the order of the tables. */
  readonly roles: readonly RoleName[];
}

/** A scanned node whose layout is known to the tables. */
export type LaidOutNode = ScannedNode<Layout>;

/**
 * The layout that a row describes.
 *
 * @param tables tables of remedies by the names that rows call them by
 * @throws an Error for a row that names no table of remedies
 */
export function layoutOf(row: LayoutRow, tables: Readonly<Record<string, Remedies>> = remedyTables): Layout {
  const remedies = tables[row.remedies];
  if (remedies === undefined) throw new Error(`no table of remedies ${row.remedies}`);
  const authorities = filled(row, authorityRows);
  const certificates = filled(row, certificateRows);
  const keyPairs = filled(row, keyPairRows);
  const place = (one: KubeconfigRow) => ({ ...one, path: placeOfKubeconfig(row, one.role) });
  const placed = filled(row, kubeconfigRows).map(place);
  const all = [authorities, certificates, keyPairs, placed];
  const rows = { authorities, certificates, keyPairs, kubeconfigs: placed, arguments: filledArguments(row) };
  return {
    ...row,
    ...rows,
    undocumented: filled(row, undocumentedKubeconfigRows).map(place),
    remedies,
    roles: all.flatMap((some: readonly { readonly role: RoleName }[]) => some.map(({ role }) => role)),
    knownKubeconfigs: [...placed.map(({ path }) => path), row.bootstrapKubeconfig],
    expected: expectedPaths(rows),
  };
}

/** Documented rows with what the layout calls otherwise. */
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

/** An argument recommends the file that its role has in the layout. */
function filledArguments(row: LayoutRow): readonly ArgumentRow[] {
  const moved = new Map([...movedFiles(row.files), ...movedKubeconfigs(row)]);
  if (moved.size === 0 && row.without.length === 0) return argumentRows;
  return argumentRows
    .filter(({ role }) => role === null || !row.without.includes(role))
    .map((one) => ({ ...one, path: one.path === null ? null : (moved.get(one.path) ?? one.path) }));
}

type Moved = readonly (readonly [documented: FilePath, own: FilePath])[];

/** Documented paths of certificates and keys, and where a layout keeps those files. */
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

/** The same of kubeconfigs, which are documented to lie above the PKI root. */
function movedKubeconfigs(row: LayoutRow): Moved {
  return kubeconfigRows.flatMap(({ role }) => {
    const [from, to] = [`../${role}`, placeOfKubeconfig(row, role)];
    return inFolder(row.pki, from) === to ? [] : [[from, to] as const];
  });
}

/** Every path of the rows, relative to the PKI root or absolute. */
function expectedPaths(
  rows: Pick<Layout, 'authorities' | 'certificates' | 'keyPairs' | 'kubeconfigs' | 'arguments'>,
): readonly string[] {
  return [
    ...[...rows.authorities, ...rows.certificates].flatMap(({ certificate, key }) => [certificate, key]),
    ...rows.keyPairs.flatMap((pair) => [pair.private, pair.public]),
    ...rows.arguments.flatMap(({ path }) => (path === null || path.startsWith('..') ? [] : [path])),
    ...rows.kubeconfigs.map(({ path }) => path),
  ];
}

const [first, ...others] = (table.rows as readonly LayoutRow[]).map((row) => layoutOf(row));
if (first === undefined) throw new Error('the table of layouts is empty');

/** Every layout, in the order in which they are looked for. */
export const layouts: Layouts<Layout> = [first, ...others];

/** Where the files of a certificate or an authority lie by the layout of a node; '' where the layout has no such role. */
export function pemFilesOf(
  node: Pick<LaidOutNode, 'layout' | 'pki'>,
  role: RoleName,
): { readonly certificate: string; readonly key: string } {
  const { authorities, certificates } = node.layout;
  const row = [...authorities, ...certificates].find((one) => one.role === role);
  if (row === undefined) return { certificate: '', key: '' };
  return { certificate: inFolder(node.pki, row.certificate), key: inFolder(node.pki, row.key) };
}

/** Where a kubeconfig of a layout lies. */
export function kubeconfigPath({ kubeconfigs, kubeconfigFolder }: Layout, role: RoleName): NodePath {
  return kubeconfigs.find((row) => row.role === role)?.path ?? `${kubeconfigFolder}/${role}`;
}
