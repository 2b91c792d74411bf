/** Formats for programs on the command line. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/results/report.ts';
import { healthy } from '../report/fixtures.ts';
import { several } from '../report/formats/reports.ts';
import { runWith } from './run.ts';

const cwd = mkdtempSync(join(tmpdir(), 'pki-lint-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const written = (name: string) => readFileSync(join(cwd, name), 'utf8');
const cases = (text: string) => text.match(/<testcase /g)?.length ?? 0;

describe('pki-lint --format junit', () => {
  it('asks for the checks that passed, which the other formats do not', async () => {
    expect((await runWith(['-f', 'junit'])).asked).toMatchObject({ passes: true });
    expect((await runWith(['-f', 'json'])).asked).not.toHaveProperty('passes');
    expect((await runWith([])).asked).not.toHaveProperty('passes');
  });

  it('does not change what other formats write in the same run', async () => {
    const { exitCode } = await runWith(['-f', 'junit:j.xml', '-f', 'json:both.json'], { cwd, report: several });
    expect(exitCode).toBe(several.exitCode);
    const { passes: _, ...report } = several;
    expect(JSON.parse(written('both.json'))).toEqual(report);
    expect(written('j.xml')).toContain('cert/issuer: kube-apiserver');
  });

  it('has fewer passing cases with --junit-passes rule', async () => {
    const all = await runWith(['-f', 'junit'], { report: several });
    const few = await runWith(['-f', 'junit', '--junit-passes', 'rule'], { report: several });
    expect(cases(all.stdout) - cases(few.stdout)).toBe(3);
    expect((await runWith(['-f', 'junit', '--junit-passes', 'subject'], { report: several })).stdout).toBe(all.stdout);
    const wrong = await runWith(['-f', 'junit', '--junit-passes', 'rules']);
    expect(wrong).toMatchObject({ exitCode: 2, stdout: '' });
    expect(wrong.stderr).toContain('invalid --junit-passes "rules": expected subject or rule');
  });
});

describe('formats for programs', () => {
  const nothing: Report = { ...healthy, nodes: [], inventory: [], checklist: [], exitCode: 3 };

  it.each([
    ['junit', /^<\?xml .*\n<testsuites name="pki-lint" tests="0" failures="0" errors="0" time="0"\/>\n$/],
    ['gitlab', /^\[\]\n$/],
    ['ndjson', /^\{"type":"run".*\}\n\{"type":"summary".*\}\n$/],
    ['csv', /^severity,.*\r\n$/],
  ])('are complete without any node: %s', async (format, text) => {
    expect((await runWith(['-f', format], { report: nothing })).stdout).toMatch(text);
  });

  it.each(['junit', 'gitlab', 'ndjson', 'csv'])('are UTF-8 for any terminal: %s', async (format) => {
    const report = { ...several, findings: several.findings.map((one) => ({ ...one, message: '→ ü' })) };
    expect((await runWith(['-f', format, '--ascii'], { report })).stdout).toContain('→ ü');
  });

  it('are written in one run', async () => {
    const names = ['junit', 'gitlab', 'ndjson', 'csv'];
    const { stdout } = await runWith(
      names.flatMap((name) => ['-f', `${name}:all.${name}`]),
      { cwd, report: several },
    );
    expect(stdout).toBe('');
    for (const name of names) expect(written(`all.${name}`)).toContain('cert/issuer');
  });
});
