/**
 * Writes bundles as expressions whose value is the function that Node would make of a CommonJS module, so that their
 * text is not copied once more at each start. V8 compiles what a lint calls at once. Source maps are next to the files,
 * and not in the package.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { calledFunctions } from './called-functions.mjs';
import { withEagerFunctions } from './eager.mjs';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const pathOf = (name) => join(dist, `${name}.cjs`);

/** The oldest Node that the program is for. */
export const target = 'node20.19';

const common = (name) => ({
  target,
  platform: 'node',
  supported: { 'dynamic-import': false },
  sourcefile: `${name}.cjs`,
});

/** A bundle as CommonJS, before names are shortened. The source map is at its end. */
export async function asCommonJs(name, text, inputs) {
  // Stacks of other people's code only need no names.
  const isForeign = inputs.filter((path) => path.startsWith('src/')).length < 2;
  const { code } = await transform(text, { ...common(name), format: 'cjs', minify: isForeign, sourcemap: 'inline' });
  return code;
}

/**
 * Writes a script, minified, and its source map. Names of the outermost functions are kept, because esbuild takes the
 * text for a script: stacks name them. (esbuild's `keepNames` adds a call for each function.)
 *
 * @param {string} before lines that come before it
 * @param {string} after lines that come after it
 */
export async function writeMinified(name, text, before = '', after = '') {
  const minified = await transform(text, { ...common(name), minify: true, sourcemap: 'external' });
  const { mappings, ...map } = JSON.parse(minified.map);
  const lines = ';'.repeat(before.split('\n').length - 1);
  await writeFile(`${pathOf(name)}.map`, JSON.stringify({ ...map, file: `${name}.cjs`, mappings: lines + mappings }));
  const code = `${before}${minified.code.trimEnd()}\n${after}`;
  await writeFile(pathOf(name), `${code}//# sourceMappingURL=${name}.cjs.map\n`);
}

/** The parameters of the function. */
const head = '(function (exports, require, module) {\n';
const tail = '});\n';

/** Writes bundles to dist/, where the launcher is and all that it reads. */
export async function writeExpressions(bundles) {
  const codes = new Map();
  for (const { name, text, inputs } of bundles) {
    codes.set(name, await asCommonJs(name, text, inputs));
    // One byte for each character, as the launcher reads it: so it counts as V8 does.
    await writeFile(pathOf(name), `${head}${codes.get(name)}\n${tail}`, 'latin1');
  }
  const called = calledFunctions(pathOf('cli'));
  for (const [name, code] of codes) {
    const starts = [...(called.get(`${name}.cjs`) ?? [])].map((start) => start - head.length);
    await writeMinified(name, withEagerFunctions(code, new Set(starts)), head, tail);
  }
}
