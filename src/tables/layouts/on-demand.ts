/** A layout that is joined with the tables when something first asks for its rows: most runs meet nodes of one layout only. */
import type { LayoutParts } from './extend.ts';
import { layoutOf } from './join.ts';
import type { Layout } from './layout.ts';
import type { LayoutRow } from './row.ts';

/** What scanning needs of every layout, to recognise nodes: it is not joined for these. */
type Places = Omit<LayoutRow, 'changes' | 'history' | 'bindings' | 'rules'>;

/** Returns the places in a row. */
export function placesOfRow<Row extends object>({
  row,
}: {
  readonly row: Row & Partial<Pick<LayoutRow, 'changes' | 'history' | 'bindings' | 'rules'>>;
}) {
  const { changes: _, history: __, bindings: ___, rules: ____, ...places } = row;
  return places;
}

/** What is known only of a joined layout. */
const joinedFields = [
  'authorities',
  'certificates',
  'keyPairs',
  'kubeconfigs',
  'undocumented',
  'arguments',
  'connections',
  'remedies',
  'bindings',
  'rules',
  'roles',
  'knownKubeconfigs',
  'expected',
  'programs',
] as const satisfies readonly Exclude<keyof Layout, keyof Places>[];

/** Returns a layout whose rows are joined when they are first read. */
export function layoutOnDemand(places: Places, parts: () => LayoutParts): Layout {
  let joined: Layout | undefined;
  const join = () => {
    if (joined === undefined) {
      const { row, remedies } = parts();
      joined = layoutOf(row, remedies);
    }
    return joined;
  };
  const fields = joinedFields.map((field) => [field, { enumerable: true, get: () => join()[field] }] as const);
  return Object.defineProperties({ ...places }, Object.fromEntries(fields)) as Layout;
}
