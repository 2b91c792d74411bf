/** A plugin of vitest that puts all mutations behind switches, so that no mutant needs a build of its own. */
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { instrument } from './code.mjs';

const prefix = '\0mutate:';

/** @param {readonly object[]} mutations those of `allMutations` */
export function mutating(mutations) {
  const byFile = groupByFile(mutations);
  const fileOf = (path) => relative(process.cwd(), path);
  return {
    name: 'mutating',
    enforce: 'pre',
    resolveId(source, importer) {
      if (!source.endsWith('.json') || importer === undefined) return undefined;
      const path = resolve(importer, '..', source);
      // Under a name that Vite does not take for JSON.
      return byFile.has(fileOf(path)) ? `${prefix}${path}.js` : undefined;
    },
    load(id) {
      if (!id.startsWith(prefix)) return undefined;
      const path = id.slice(prefix.length, -'.js'.length);
      return `export default globalThis.__rows(${JSON.stringify(fileOf(path))}, ${readFileSync(path, 'utf8')});`;
    },
    transform(code, id) {
      const found = byFile.get(fileOf(id));
      return found === undefined ? undefined : { code: instrument(code, found), map: null };
    },
  };
}

function groupByFile(mutations) {
  const groups = new Map();
  for (const one of mutations) groups.set(one.file, [...(groups.get(one.file) ?? []), one]);
  return groups;
}
