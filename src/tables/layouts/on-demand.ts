/** A layout that is joined with the tables when something first asks for its rows: most runs meet nodes of one layout only. */
import type { Layout } from './layout.ts';
import type { LayoutRow } from './row.ts';

/** What only a joined layout has. Scanning recognises nodes without it. */
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
] as const satisfies readonly Exclude<keyof Layout, keyof Omit<LayoutRow, 'rules' | 'bindings'>>[];

/** The rest of a layout: its places. */
export type Places = Omit<Layout, (typeof joinedFields)[number]>;

/**
 * Returns a layout whose rows are joined when they are first read.
 *
 * @param places a row, or another layout: only its places are read now
 */
export function layoutOnDemand(places: Places, join: () => Layout): Layout {
  const own = Object.getOwnPropertyDescriptors(places);
  let joined: Layout | undefined;
  const fields = joinedFields.map((field) => {
    const get = () => {
      joined ??= join();
      return joined[field];
    };
    return [field, { enumerable: true, get }] as const;
  });
  return Object.defineProperties({}, { ...own, ...Object.fromEntries(fields) }) as Layout;
}
