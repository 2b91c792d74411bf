import { extent } from './extent.ts';

/** Called by vitest after the run: nothing is left out in silence. */
export function teardown(): void {
  console.log(`\n${extent}`);
}
