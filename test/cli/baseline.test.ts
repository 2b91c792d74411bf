import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { broken, healthy } from '../report/fixtures.ts';
import { runWith } from './run.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'pki-lint-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const found = { ...broken, exitCode: 1, failures: [] } as const;
const lint = (argv: readonly string[], report: typeof broken = found) => runWith(['lint', ...argv], { cwd, report });

describe('pki-lint --baseline', () => {
  it('needs the file, unless it is to be written', async () => {
    const absent = await lint(['--baseline', 'b.json']);
    expect(absent).toMatchObject({ exitCode: 2, stdout: '', asked: undefined });
    expect(absent.stderr).toBe('pki-lint: there is no baseline "b.json"\n  to write it: --update-baseline\n');
    const written = await lint(['--baseline', 'b.json', '--update-baseline']);
    const known = found.findings.length;
    expect(written.exitCode).toBe(0);
    expect(written.stderr).toBe(`pki-lint: b.json: +${known} new, −0 fixed, =0 unchanged\n`);
    expect(JSON.parse(readFileSync(join(cwd, 'b.json'), 'utf8')).findings).toHaveLength(known);
  });

  it('makes the exit code 0 for what it knows, and the last lines say how much that is', async () => {
    await lint(['--baseline', 'b.json', '--update-baseline']);
    const { exitCode, stdout, stderr } = await lint(['--baseline', 'b.json']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(`${found.findings.length} findings known by b.json, 0 new\n`);
    const json = JSON.parse((await lint(['--baseline', 'b.json', '-f', 'json'])).stdout);
    expect(json.baseline).toMatchObject({ file: 'b.json', known: found.findings.length, new: 0 });
  });

  it.runIf(process.getuid?.() === 0)('that others may write is refused as root if a policy names it', async () => {
    await lint(['--baseline', 'b.json', '--update-baseline']);
    chmodSync(join(cwd, 'b.json'), 0o666);
    const named = await lint(['--baseline', 'b.json']);
    expect(named).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('b.json: others may write it') });
    writeFileSync(join(cwd, 'pki-lint.config.yaml'), 'version: 1\nbaseline: b.json\n', { mode: 0o644 });
    const { exitCode, stdout, stderr } = await lint([]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toBe('pki-lint: b.json: others may write it, so it is not used\n  name it: --baseline b.json\n');
  });

  it.each(['/proc/kmsg', '/proc/self/pagemap', '/dev/zero'])('%s ends', { timeout: 20_000 }, async (file) => {
    expect(await lint(['--baseline', file])).toMatchObject({ exitCode: 2, stdout: '' });
  });

  it('never nets what is new and what is fixed', async () => {
    await lint(['--baseline', 'b.json', '--update-baseline']);
    const outcomes = Object.fromEntries(
      found.findings.map(({ rule }) => [rule, { pass: 1, fail: 0, skip: 0, notApplicable: 0 }]),
    );
    const [first] = found.findings;
    if (first === undefined) throw new Error('no finding');
    const other = { ...first, fingerprint: 'ffffffffffffffff', path: '/other' };
    const report = { ...found, findings: [other], outcomes, skipped: [], notChecked: [] };
    const { stderr } = await lint(['--baseline', 'b.json', '--update-baseline'], report);
    expect(stderr).toMatch(/^pki-lint: b\.json: \+1 new, −\d+ fixed, =0 unchanged/);
  });

  it.each([
    [['--update-baseline'], '--update-baseline needs a file'],
    [
      ['--baseline', 'b.json', '--update-baseline', '--only', 'key/mode'],
      '--update-baseline and --only cannot be combined',
    ],
    [['--baseline', '.'], 'cannot read ".": not a regular file'],
  ])('rejects %j', async (argv, message) => {
    const { exitCode, stderr, asked } = await lint(argv);
    expect({ exitCode, asked }).toEqual({ exitCode: 2, asked: undefined });
    expect(stderr).toContain(message);
  });

  it('names the line of what is malformed', async () => {
    writeFileSync(join(cwd, 'b.json'), '{"schemaVersion":1,"tool":"x","findings":[\n{}\n]}\n');
    const { exitCode, stderr } = await lint(['--baseline', 'b.json', '--update-baseline']);
    expect(exitCode).toBe(2);
    expect(stderr).toBe('pki-lint: b.json:2: not a baseline: findings[0].fingerprint is missing\n');
  });
});

describe('pki-lint diff', () => {
  const write = (name: string, value: unknown) => writeFileSync(join(cwd, name), JSON.stringify(value));
  const diff = (...argv: readonly string[]) => runWith(['diff', ...argv], { cwd });

  it('compares two files', async () => {
    write('old.json', { ...found, findings: [] });
    write('new.json', found);
    const { exitCode, stdout } = await diff('old.json', 'new.json');
    expect(exitCode).toBe(1);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(`✖ ${found.findings.length} new, 0 worse, 0 fixed, 0 unchanged`);
    expect((await diff('old.json', 'new.json', '--fail-on', 'never')).exitCode).toBe(0);
    expect((await diff('new.json', 'new.json')).exitCode).toBe(0);
    expect(JSON.parse((await diff('old.json', 'new.json', '-f', 'json')).stdout).exitCode).toBe(1);
    expect((await diff('old.json', 'new.json', '-f', 'github')).stdout).toMatch(/^::error .*::new: /);
    expect((await diff('old.json', 'new.json', '-f', 'markdown', '-o', 'c.md')).stdout).toBe('');
    expect(readFileSync(join(cwd, 'c.md'), 'utf8')).toMatch(/^## ❌ pki-lint: /);
  });

  it.each([
    ['gone.json', 'there is no report "gone.json"'],
    ['text.json', 'text.json:1: this is not JSON'],
    ['other.json', 'other.json: not a report of pki-lint: tool is missing'],
    ['later.json', 'later.json: schemaVersion is 2, this version reads 1'],
  ])('rejects %s', async (name, message) => {
    writeFileSync(join(cwd, 'text.json'), 'text');
    write('other.json', { runs: [] });
    write('later.json', { ...found, schemaVersion: 2 });
    write('new.json', found);
    for (const argv of [
      [name, 'new.json'],
      ['new.json', name],
    ] as const) {
      const { exitCode, stdout, stderr } = await diff(...argv);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toContain(message);
    }
  });
});

describe('pki-lint init', () => {
  const init = (...argv: readonly string[]) => runWith(['init', ...argv], { cwd, report: healthy });

  it('writes a policy, says what to type next, and never overwrites one', async () => {
    const { exitCode, stdout, asked } = await init('node.tar');
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: 'Wrote pki-lint.config.yaml.\nNext:\n  pki-lint node.tar\n',
    });
    expect(asked).toMatchObject({ paths: ['node.tar'], failOn: 'never' });
    const text = readFileSync(join(cwd, 'pki-lint.config.yaml'), 'utf8');
    const again = await init('node.tar', '--preset', 'strict');
    expect({ exitCode: again.exitCode, asked: again.asked }).toEqual({ exitCode: 2, asked: undefined });
    expect(again.stderr).toContain('"pki-lint.config.yaml" exists already, and is not changed');
    expect(readFileSync(join(cwd, 'pki-lint.config.yaml'), 'utf8')).toBe(text);
  });

  it('prints it with -o -, and writes elsewhere with -o FILE, but not through a link', async () => {
    const printed = await init('-o', '-');
    expect(printed.stdout).toMatch(/^# yaml-language-server: /);
    expect(printed.stderr).toBe('Next:\n  pki-lint\n');
    expect((await init('-o', 'x.yaml')).stdout).toContain('pki-lint --config x.yaml\n');
    symlinkSync('nowhere', join(cwd, 'link.yaml'));
    expect(await init('-o', 'link.yaml')).toMatchObject({ exitCode: 2, stdout: '' });
  });

  it('rejects a folder with a policy of another name', async () => {
    writeFileSync(join(cwd, 'pki-lint.config.json'), '{}');
    expect((await init()).stderr).toContain('"pki-lint.config.json" exists already');
  });

  it('writes a baseline on request, but never over one', async () => {
    const { stdout } = await runWith(['init', '--baseline'], { cwd, report: found });
    expect(stdout).toContain('Wrote pki-lint.config.yaml.\nWrote pki-lint.baseline.json.\n');
    expect(JSON.parse(readFileSync(join(cwd, 'pki-lint.baseline.json'), 'utf8')).findings).toHaveLength(
      found.findings.length,
    );
    expect(readFileSync(join(cwd, 'pki-lint.config.yaml'), 'utf8')).toContain('\nbaseline: "pki-lint.baseline.json"\n');
    expect((await runWith(['init', '--baseline', '-o', 'x.yaml'], { cwd, report: found })).exitCode).toBe(2);
  });

  it('writes nothing if nothing could be read', async () => {
    const { exitCode, stderr } = await runWith(['init'], { cwd, report: { ...broken, nodes: [], exitCode: 2 } });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('gone.tar');
    expect(() => readFileSync(join(cwd, 'pki-lint.config.yaml'))).toThrow();
  });
});
