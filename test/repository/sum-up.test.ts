/** The end of `.ci/run` and of `npm run test:full`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { root } from './files.ts';

const passes = { status: 'passed', fullName: 'passes', failureMessages: [] };
const fails = { status: 'failed', fullName: 'fails', failureMessages: ['expected 1 to be 2'] };

function sumUp(reports: Readonly<Record<string, unknown>>, ...options: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'sum-up-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [suite, report] of Object.entries(reports)) {
    writeFileSync(join(folder, `${suite}.json`), JSON.stringify(report));
  }
  const argv = [join(root, 'scripts/sum-up.mjs'), folder, '--elapsed=3700', ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  expect(stderr).toBe('');
  return { status, lines: stdout.trimEnd().split('\n') };
}

const good = {
  numPassedTests: 20,
  numFailedTests: 0,
  success: true,
  testResults: [{ name: 'a.test.ts', status: 'passed', message: '', assertionResults: [passes] }],
};

test('the time of each step, and the count of all tests as the last line', () => {
  const times = ['--time=5 npm ci', '--time=284 npm test', '--time=3600 npm run test:oracles'];
  expect(sumUp({ hermetic: good, oracles: good }, '--suite=hermetic', '--suite=oracles', ...times)).toEqual({
    status: 0,
    lines: [
      '  0:05  npm ci',
      '  4:44  npm test',
      ' 60:00  npm run test:oracles',
      ' 61:40  together, some at the same time',
      '40 passed, 0 failed',
    ],
  });
});

test('what failed: a test, a file that cannot be loaded, a suite without a report, another step', () => {
  const bad = {
    numPassedTests: 3,
    numFailedTests: 1,
    success: false,
    testResults: [
      { name: 'b.test.ts', status: 'failed', message: '', assertionResults: [passes, fails] },
      { name: 'c.test.ts', status: 'failed', message: 'SyntaxError', assertionResults: [] },
    ],
  };
  const options = ['--suite=hermetic', '--suite=oracles', '--time=1 npm run lint', '--failed=npm run lint'];
  expect(sumUp({ hermetic: bad }, ...options)).toEqual({
    status: 1,
    lines: [
      'failed: b.test.ts: fails',
      'expected 1 to be 2',
      'failed: c.test.ts',
      'SyntaxError',
      'the oracles tests did not run to their end',
      'failed: npm run lint',
      '  0:01  npm run lint',
      ' 61:40  together, some at the same time',
      '3 passed, 2 failed',
    ],
  });
  const broken = { numPassedTests: 0, numFailedTests: 0, success: false, testResults: [] };
  expect(sumUp({ nodes: broken }, '--suite=nodes').lines.at(-1)).toBe('0 passed, 1 failed');
});

test('a step that fails is enough', () => {
  expect(sumUp({ hermetic: good }, '--suite=hermetic', '--failed=npm run lint')).toMatchObject({ status: 1 });
});
