import { expect, test } from 'vitest';
import { listFiles, readText } from './files.ts';

test('no test replaces modules: all that a process runs share them', () => {
  const tests = listFiles('test').filter((file) => file.endsWith('.test.ts'));
  expect(tests.length).toBeGreaterThan(300);
  expect(tests.filter((file) => /\bvi\.(?:do)?mock\(/i.test(readText(file)))).toEqual([]);
});
