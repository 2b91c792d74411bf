/** All cases, found by the names of their files. Not with `import.meta.glob`, because scripts/docs.mjs reads them too. */
import { readdirSync } from 'node:fs';
import type { Case } from './harness.ts';

const names = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.cases.ts'))
  .map((file) => file.slice(0, -'.cases.ts'.length))
  .sort();

async function casesOf(name: string): Promise<readonly Case[]> {
  const exported: Readonly<Record<string, readonly Case[]>> = await import(`./${name}.cases.ts`);
  return Object.values(exported).flat();
}

/**
 * The cases of every `*.cases.ts` in this folder, by file name. A file may export several arrays of cases, under any
 * name.
 */
export const groups: Readonly<Record<string, readonly Case[]>> = Object.fromEntries(
  await Promise.all(names.map(async (name) => [name, await casesOf(name)] as const)),
);
