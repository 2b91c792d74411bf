import { existsSync, readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../oracles/', import.meta.url);

/** Counts the tests in the sources. Tables multiply them, so at least this many will run. */
function countOracleTests(): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { encoding: 'utf8', recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8').match(/^\s*(?:test|it)(?:\.\w+)*\(/gm)?.length ?? 0)
    .reduce((sum, count) => sum + count, 0);
}

/** Called by vitest after the run, so that the hermetic tests are not mistaken for all tests. */
export function teardown(): void {
  console.log(`\nBeside these, at least ${countOracleTests()} oracle tests ask real programs: npm run test:oracles`);
}
