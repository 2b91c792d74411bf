/**
 * All cases, found by the names of their files. Not with `import.meta.glob`, because scripts/docs.mjs reads them too.
 */
import { readdirSync } from 'node:fs';
import type { Case } from './harness.ts';

const ending = '.cases.ts';

/** `cert/validity`: the cases of rules `cert/*` are in `cert/`, those of rules with several prefixes in `shared/`. */
const names = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith(ending))
  .map((file) => file.slice(0, -ending.length))
  .sort();

async function casesOf(name: string): Promise<readonly Case[]> {
  const exported: Readonly<Record<string, readonly Case[]>> = await import(`./${name}${ending}`);
  return Object.values(exported).flat();
}

/**
 * The cases of every `*.cases.ts` in this folder and its folders, by file name. A file may export several arrays of
 * cases, under any name.
 */
export const groups: Readonly<Record<string, readonly Case[]>> = Object.fromEntries(
  await Promise.all(names.map(async (name) => [name, await casesOf(name)] as const)),
);
