import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path/posix';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const generated = new Set(['.git', 'node_modules', 'dist', 'coverage']);

/** Reads a file of the repository as text. The path is relative to the root. */
export const readText = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Lists every file in a folder, relative to the root, except generated ones. */
export function listFiles(folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [path];
    return generated.has(entry.name) ? [] : listFiles(path);
  });
}

export const sources = (): string[] => listFiles('src').filter((path) => path.endsWith('.ts'));
