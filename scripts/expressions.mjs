/**
 * Writes bundles as expressions whose value is the function that Node would make of a CommonJS module, so that their
 * text is not copied once more at each start. V8 compiles what a lint calls at once. Source maps are next to the files,
 * and not in the package.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'acorn';
import { transform } from 'esbuild';
import { minify } from 'terser';
import { calledFunctions } from './called-functions.mjs';
import { childrenOf, inlineMap, withEagerFunctions } from './eager.mjs';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const pathOf = (name) => join(dist, `${name}.cjs`);

/** The oldest Node that the program is for. */
export const target = 'node20.19';

const isFunction = (node) => /^(?:Function|ArrowFunction|Class)Expression$/.test(node?.type);

/** The names that stacks show: those of functions, and of variables that a function is assigned to. */
function namesOfFunctions(node) {
  const named = {
    FunctionDeclaration: node.id,
    ClassDeclaration: node.id,
    VariableDeclarator: isFunction(node.init) && node.id,
    AssignmentExpression: isFunction(node.right) && node.left,
  }[node.type];
  return [...(named?.type === 'Identifier' ? [named.name] : []), ...childrenOf(node).flatMap(namesOfFunctions)];
}

/**
 * A bundle as CommonJS, minified, with its source map at the end. Names of the outermost functions are kept, because
 * esbuild takes the text for a script. (Its `keepNames` adds a call for each function.)
 */
export async function asCommonJs(name, text) {
  const script = {
    target,
    platform: 'node',
    supported: { 'dynamic-import': false },
    sourcefile: `${name}.cjs`,
    sourcemap: 'inline',
  };
  const { code } = await transform(text, { ...script, format: 'cjs' });
  return await withShortNames((await transform(code, { ...script, minify: true })).code);
}

/** Shortens the names of the outermost scope that no stack shows. */
async function withShortNames(code) {
  const reserved = [...new Set(namesOfFunctions(parse(code, { ecmaVersion: 2023 })))];
  const shorter = await minify(code, {
    compress: false,
    mangle: { toplevel: true, reserved },
    sourceMap: { content: 'inline', url: 'inline' },
    format: { ascii_only: true, comments: false },
  });
  return shorter.code;
}

/**
 * Writes a script, and its source map.
 *
 * @param {string} code has its source map at the end
 * @param {string} before lines that come before it
 * @param {string} after lines that come after it
 */
export async function writeScript(name, code, before = '', after = '') {
  const [comment, inline] = inlineMap.exec(code);
  const { mappings, ...map } = JSON.parse(Buffer.from(inline, 'base64').toString());
  const lines = ';'.repeat(before.split('\n').length - 1);
  await writeFile(`${pathOf(name)}.map`, JSON.stringify({ ...map, file: `${name}.cjs`, mappings: lines + mappings }));
  const text = `${before}${code.slice(0, -comment.length)}\n${after}`;
  await writeFile(pathOf(name), `${text}//# sourceMappingURL=${name}.cjs.map\n`);
}

/** The parameters of the function. */
const head = '(function (exports, require, module) {\n';
const tail = '});\n';

/** Writes bundles to dist/, where the launcher is and all that it reads. */
export async function writeExpressions(bundles) {
  const codes = new Map();
  for (const { name, text } of bundles) {
    codes.set(name, await asCommonJs(name, text));
    // One byte for each character, as the launcher reads it: so it counts as V8 does.
    await writeFile(pathOf(name), `${head}${codes.get(name)}\n${tail}`, 'latin1');
  }
  const called = calledFunctions(pathOf('cli'));
  for (const [name, code] of codes) {
    const starts = [...(called.get(`${name}.cjs`) ?? [])].map((start) => start - head.length);
    await writeScript(name, withEagerFunctions(code, new Set(starts)), head, tail);
  }
}
