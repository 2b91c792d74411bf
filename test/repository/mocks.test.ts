import { expect, test } from 'vitest';
import { listFiles, readText } from './files.ts';

test('only files of tests with processes of their own replace modules (vitest.config.ts)', () => {
  const mocking = listFiles('test').filter(
    (file) => file.endsWith('.test.ts') && /\bvi\.(?:do)?mock\(/i.test(readText(file)),
  );
  expect(mocking.filter((file) => !file.endsWith('.mock.test.ts'))).toEqual([]);
  expect(mocking.length).toBeGreaterThan(0);
});
