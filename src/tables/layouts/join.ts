/** Joins a row of layouts with the documented tables. */
import type { NodePath, Programs } from '../../artifact/layout.ts';
import { inFolder } from '../../artifact/paths.ts';
import { knownComponents, programOf } from '../components.ts';
import type { RoleName } from '../names.ts';
import {
  type ArgumentRow,
  argumentRows,
  authorityRows,
  certificateRows,
  type KubeconfigRow,
  keyPairRows,
  kubeconfigRows,
  undocumentedKubeconfigRows,
} from '../tables.ts';
import type { Layout, LayoutTables } from './layout.ts';
import { type Remedies, remedyTables } from './remedies.ts';
import type { FilePath, LayoutFiles, LayoutRow } from './row.ts';

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
  const place = (one: KubeconfigRow & Pick<LayoutFiles, 'kubeconfig'>) => {
    return { ...one, path: one.kubeconfig ?? placeOfKubeconfig(row, one.role) };
  };
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
    programs: programsOf(rows.arguments, remedies),
  };
}

/** The components that the tables or the rows of a layout know. */
function programsOf(rows: readonly ArgumentRow[], { restarts }: Remedies): Programs {
  const own = [...rows, ...restarts].map(({ component }) => component);
  return new Map([...knownComponents.map(({ name }) => name), ...own].map((name) => [name, programOf(name)]));
}

/** The documented rows without those that the layout does not have, and with its own files and names. */
function filled<Row extends { readonly role: RoleName }>(
  { files, without }: Pick<LayoutRow, 'files' | 'without'>,
  documented: readonly Row[],
): readonly Row[] {
  if (files.length === 0 && without.length === 0) return documented;
  const byRole = new Map(files.map((one) => [one.role, one]));
  return documented
    .filter(({ role }) => !without.includes(role))
    .flatMap((row) => {
      const { also = [], ...own } = byRole.get(row.role) ?? {};
      return [{}, ...also].map((further) => ({ ...row, ...own, ...further }));
    });
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

/** Returns all roles in the rows, in the order of the tables. */
export function rolesOf({ authorities, certificates, keyPairs, kubeconfigs }: LayoutTables): readonly RoleName[] {
  const all: readonly (readonly { readonly role: RoleName }[])[] = [authorities, certificates, keyPairs, kubeconfigs];
  return [...new Set(all.flatMap((rows) => rows.map(({ role }) => role)))];
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
