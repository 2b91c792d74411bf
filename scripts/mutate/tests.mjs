/** The test files that can kill mutants: hermetic, in this process, those that kill most first. */
import { readdirSync } from 'node:fs';

const first = ['test/cases/cases.test.ts', 'test/issue/plan/', 'test/rules/', 'test/tables/', 'test/lint.test.ts'];

/** Start programs, write to disk, or compare files that are generated: slow, or no proof of behaviour. */
const unfit =
  /^test\/(?:oracles|hostile|repository|support|x509|scan)\/|issue\/(?:write|certify)\/|secrets\.test|launcher\.test/;

const slow = /remedies\.test|corpora\.test/;

/** In the order in which they run. */
export function testFiles() {
  const files = readdirSync('test', { recursive: true })
    .map((name) => `test/${name}`)
    .filter((name) => name.endsWith('.test.ts') && !unfit.test(name));
  const place = (file) => {
    const index = first.findIndex((start) => file.startsWith(start));
    return (index < 0 ? first.length : index) + (slow.test(file) ? 100 : 0);
  };
  return files.sort((one, other) => place(one) - place(other) || (one < other ? -1 : 1));
}

/** Those that the mutants of rows have not met yet. */
export const otherTestFiles = () => testFiles().filter((file) => file !== first[0]);
