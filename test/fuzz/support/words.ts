import { readFileSync } from 'node:fs';

/** Words that mean something to a reader, or that readers of other languages take for something else. */
export const words: Readonly<Record<'armor' | 'yaml' | 'kubernetes' | 'shell' | 'unit', readonly string[]>> =
  JSON.parse(readFileSync(new URL('../../../fixtures/fuzz/words.json', import.meta.url), 'utf8'));
