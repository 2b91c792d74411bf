/**
 * Imports of the attribute `type: 'text'`, which esbuild knows and Vite does not: those of the style sheet and the
 * script of a page (src/report/html/assets/).
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Has no ending by which Vite would know a style sheet. */
const mark = '\0text:';

/** A plugin of Vite. */
export const textImports = {
  name: 'text-imports',
  enforce: 'pre',
  resolveId(source: string, importer: string | undefined) {
    if (!importer?.endsWith('/src/report/html/assets/index.ts')) return undefined;
    return `${mark}${resolve(importer, '..', source)}.txt`;
  },
  load(id: string) {
    if (!id.startsWith(mark)) return undefined;
    return `export default ${JSON.stringify(readFileSync(id.slice(mark.length, -'.txt'.length), 'utf8'))};`;
  },
} as const;
