/// <reference types="vite/types/importMeta.d.ts" />
import type { Case } from './harness.ts';

const files = import.meta.glob<Readonly<Record<string, readonly Case[]>>>('./*.cases.ts', { eager: true });

/**
 * The cases of every `*.cases.ts` in this folder, by file name. A file may export several arrays of cases, under any
 * name.
 */
export const groups: Readonly<Record<string, readonly Case[]>> = Object.fromEntries(
  Object.entries(files).map(([path, exported]) => [path.slice(2, -'.cases.ts'.length), Object.values(exported).flat()]),
);
