/**
 * Sums up the steps of scripts/steps.sh: what failed, the time of each step, and as the last line the count of all
 * tests. Exits with 1 if anything failed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const list = { type: 'string', multiple: true, default: [] };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  // `suite`: the name of a report of vitest; `time`: seconds and a step; `failed`: a step; `elapsed`: seconds of the
  // whole run, in which some steps ran in parallel.
  options: { suite: list, time: list, failed: list, elapsed: { type: 'string' } },
});
const [folder] = positionals;

/** The failures of a suite, and its counts. They are repeated here because the reports above are long. */
function outcomeOf(suite) {
  const file = join(folder, `${suite}.json`);
  if (!existsSync(file)) return { passed: 0, failed: 1, lines: [`the ${suite} tests did not run to their end`] };
  const { numPassedTests, numFailedTests, success, testResults } = JSON.parse(readFileSync(file, 'utf8'));
  const lines = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const tests = assertionResults.filter((one) => one.status === 'failed');
    if (status === 'failed' && tests.length === 0) return [`failed: ${name}\n${message}`];
    return tests.map(({ fullName, failureMessages }) => `failed: ${name}: ${fullName}\n${failureMessages.join('\n')}`);
  });
  // A file that cannot be loaded fails without failing a test.
  return { passed: numPassedTests, failed: success ? numFailedTests : Math.max(numFailedTests, 1), lines };
}

function row(seconds, step) {
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return `${time.padStart(6)}  ${step}`;
}

const times = values.time.map((entry) => {
  const [seconds, ...words] = entry.split(' ');
  return { seconds: Number(seconds), step: words.join(' ') };
});
const outcomes = values.suite.map(outcomeOf);
const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);
const failed = sum(outcomes.map((outcome) => outcome.failed));
const lines = [
  ...outcomes.flatMap((outcome) => outcome.lines),
  ...values.failed.map((step) => `failed: ${step}`),
  ...times.map(({ seconds, step }) => row(seconds, step)),
  row(Number(values.elapsed), 'together, some at the same time'),
  `${sum(outcomes.map((outcome) => outcome.passed))} passed, ${failed} failed`,
];
console.log(lines.join('\n'));
process.exitCode = failed > 0 || values.failed.length > 0 ? 1 : 0;
