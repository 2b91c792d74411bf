import { describe, expect, it } from 'vitest';
import { broken, connected, expiring, healthy } from '../report/fixtures.ts';
import { runWith, type World } from './run.ts';

const empty = {
  ...healthy,
  nodes: [],
  exitCode: 3,
  failures: [{ path: 'x', message: 'nothing to lint', hint: null }],
  // What only a page shows.
  picture: {
    nodes: [],
    windowDays: null,
    renewals: {},
    graph: { at: healthy.at, nodes: [], edges: [] },
    expiries: [],
    expectations: [],
    nextStops: [],
    radii: [],
  },
} as const;
const unread = { ...broken, exitCode: 2 } as const;

/** For each command: something with findings, without any, unreadable, and empty. */
const worlds: Readonly<Record<string, Readonly<Record<'findings' | 'clean' | 'unread' | 'empty', World>>>> = {
  lint: { findings: { report: broken }, clean: {}, unread: { report: unread }, empty: { report: empty } },
  connections: { findings: { report: connected }, clean: {}, unread: { report: unread }, empty: { report: empty } },
  expiry: {
    findings: { expiry: { ...expiring, exitCode: 1 } },
    clean: { expiry: { ...expiring, exitCode: 0 } },
    unread: { expiry: { ...expiring, exitCode: 2 } },
    empty: { expiry: { ...expiring, nodes: [], exitCode: 3, failures: empty.failures } },
  },
};

describe.each(Object.entries(worlds))('%s', (command, { findings, clean, unread, empty }) => {
  const codes = async (...options: string[]) => {
    const ran = await Promise.all(
      [findings, clean, unread, empty].map((world) => runWith([command, ...options], world)),
    );
    return ran.map(({ exitCode }) => exitCode);
  };

  it('exits 0 in spite of findings with --exit-zero, and only of findings', async () => {
    expect(await codes()).toEqual([1, 0, 2, 3]);
    expect(await codes('--exit-zero')).toEqual([0, 0, 2, 3]);
    expect(await codes('--exit-zero', '--allow-empty')).toEqual([0, 0, 2, 0]);
  });

  it('exits 0 for nothing with --allow-empty, and says so on stderr', async () => {
    expect(await codes('--allow-empty')).toEqual([1, 0, 2, 0]);
    const { stdout, stderr } = await runWith([command, '--allow-empty'], empty);
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: 'pki-lint: x: nothing to lint\n' });
  });

  it('does not forgive wrong usage', async () => {
    expect((await runWith([command, '--exit-zero', '--allow-empty', '--nonsense'])).exitCode).toBe(2);
    expect((await runWith([command, '--exit-zero', '--format', 'pigeon'])).exitCode).toBe(2);
  });
});

it('does not change the report', async () => {
  const [plain, forgiven] = await Promise.all(
    [[], ['--exit-zero']].map((options) => runWith(['--format', 'json', ...options], { report: broken })),
  );
  expect(forgiven?.stdout).toBe(plain?.stdout);
  expect(JSON.parse(forgiven?.stdout ?? '').exitCode).toBe(1);
});

describe('a report about nothing', () => {
  const textOf = async (format: string, ...options: string[]) =>
    (await runWith(['--format', format, ...options], { report: empty })).stdout;

  it.each([
    ['json', /"exitCode": 3,/, /"exitCode": 0,/],
    ['ndjson', /"type":"summary".*"exitCode":3,/, /"type":"summary".*"exitCode":0,/],
    ['junit', /<error message="nothing to lint"/, /<skipped message="nothing to lint"/],
    ['markdown', /^## ❌ pki-lint: nothing was checked/, /^## ℹ️ pki-lint: nothing to check/],
    ['github', /^::error title=pki-lint::x: nothing to lint$/m, /^::notice title=pki-lint::x: nothing to lint$/m],
    ['gitlab', /"check_name": "pki-lint\/failure"/, /^\[\]$/m],
    ['csv', /^error,,pki-lint\/failure,,,x,,nothing to lint,/m, /^severity,.*\r\n$/],
    ['sarif', /"executionSuccessful": false/, /"executionSuccessful": true/],
    ['openmetrics', /^pki_lint_failed_inputs 1$/m, /^pki_lint_failed_inputs 0$/m],
    ['html', /<h1 class="warning">.*Nothing was checked/, /<h1 class="skipped">.*Nothing to check/],
    ['concise', /^x: error: nothing to lint \[pki-lint\/failure\]$/m, /^$/],
  ])('is red in %s, and neutral with --allow-empty', async (format, red, neutral) => {
    const [without, allowed] = [await textOf(format), await textOf(format, '--allow-empty')];
    expect(without).toMatch(red);
    expect(without).not.toMatch(neutral);
    expect(allowed).toMatch(neutral);
    expect(allowed).not.toMatch(red);
  });
});

it('exits 2 if a file cannot be written', async () => {
  const options = ['--exit-zero', '--format', 'json:/nowhere/report.json'];
  expect((await runWith(options, { report: broken })).exitCode).toBe(2);
});
