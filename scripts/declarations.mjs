/** Writes the type declarations of the library: those that `index.d.ts` reaches, and no others. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What a declaration imports from our own files, relative to its folder. `./a.ts` in it stands for `./a.d.ts`. */
const importsOf = (text) =>
  [...text.matchAll(/(?:\bfrom |\bimport\(|\bimport )(['"])(\.[^'"]+)\1/g)].map(([, , path]) =>
    path.replace(/\.[jt]s$/, '.d.ts'),
  );

/** Adds a declaration and what it imports to `reached`. All paths are relative to `folder`. */
function reach(folder, path, reached) {
  if (reached.has(path)) return;
  reached.add(path);
  for (const imported of importsOf(readFileSync(join(folder, path), 'utf8')))
    reach(folder, join(dirname(path), imported), reached);
}

/**
 * @param {string} root the repository
 * @param {string} target the folder of the declarations
 */
export async function writeDeclarations(root, target) {
  const all = mkdtempSync(join(tmpdir(), 'pki-lint-types-'));
  const tsc = [join(root, 'node_modules/typescript/bin/tsc'), '--project', join(root, 'tsconfig.build.json')];
  const [status] = await once(spawn(process.execPath, [...tsc, '--outDir', all], { stdio: 'inherit' }), 'close');
  if (status !== 0) throw new Error('TypeScript has written no declarations');
  const reached = new Set();
  reach(all, 'index.d.ts', reached);
  for (const path of reached) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    copyFileSync(join(all, path), join(target, path));
  }
  rmSync(all, { recursive: true });
}
