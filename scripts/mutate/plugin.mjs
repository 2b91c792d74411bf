/**
 * A plugin of vitest that loads a table with its mutations behind a switch, so that no mutant needs a build of its own.
 */
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';

const prefix = '\0mutate:';

/** @param {readonly object[]} mutations those of `allMutations` */
export function mutating(mutations) {
  const files = new Set(mutations.map(({ file }) => file));
  const fileOf = (path) => relative(process.cwd(), path);
  return {
    name: 'mutating',
    enforce: 'pre',
    resolveId(source, importer) {
      if (!source.endsWith('.json') || importer === undefined) return undefined;
      const path = resolve(importer, '..', source);
      // Under a name that Vite does not take for JSON.
      return files.has(fileOf(path)) ? `${prefix}${path}.js` : undefined;
    },
    load(id) {
      if (!id.startsWith(prefix)) return undefined;
      const path = id.slice(prefix.length, -'.js'.length);
      return `export default globalThis.__rows(${JSON.stringify(fileOf(path))}, ${readFileSync(path, 'utf8')});`;
    },
  };
}
