/**
 * A layout that is joined with the tables when something first asks for its rows: most runs meet nodes of one layout
 * only.
 */
import type { Places } from './extend.ts';
import type { Layout } from './layout.ts';

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
] as const satisfies readonly Exclude<keyof Layout, keyof Places>[];

/**
 * Returns a layout whose rows are joined when they are first read.
 *
 * @param places a row, or another layout, of which nothing is joined now
 * @param own what it has instead
 */
export function layoutOnDemand(
  places: Omit<Layout, (typeof joinedFields)[number]>,
  join: () => Layout,
  own: Partial<Layout> = {},
): Layout {
  const fixed = { ...Object.getOwnPropertyDescriptors(places), ...Object.getOwnPropertyDescriptors(own) };
  let joined: Layout | undefined;
  const fields = joinedFields.map((field) => {
    const get = () => {
      joined ??= join();
      return joined[field];
    };
    return [field, { enumerable: true, get }] as const;
  });
  return Object.defineProperties({}, { ...fixed, ...Object.fromEntries(fields) }) as Layout;
}
