import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { json } from '../../src/core/json.ts';
import { expiring } from '../report/fixtures.ts';
import { runWith } from './run.ts';

describe('pki-lint expiry [PATH…]', () => {
  it('prints a table', async () => {
    const { exitCode, stdout, stderr } = await runWith(['expiry']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('kube-apiserver-kubelet-client');
    expect(stdout).toMatch(/✔ Next expiry: 2027-11-24/);
  });

  it('passes paths, places, facts, the time and the limit on', async () => {
    const argv = [
      'expiry',
      'a.tar',
      'b.tar',
      '--within',
      '60d',
      '--at',
      '2026-12-01',
      '--rootfs',
      'r',
      '--node-name',
      'n',
    ];
    expect((await runWith(argv)).asked).toMatchObject({
      paths: ['a.tar', 'b.tar'],
      withinDays: 60,
      at: new Date('2026-12-01T00:00:00Z'),
      rootfs: 'r',
      facts: { nodeName: 'n' },
    });
    expect((await runWith(['expiry'])).asked).not.toHaveProperty('withinDays');
  });

  it('has the exit code of the report, and names on stderr what could not be read', async () => {
    const failures = [{ path: 'gone.tar', message: 'no such file or directory', hint: null }];
    const ran = await runWith(['expiry'], { expiry: { ...expiring, exitCode: 1, failures } });
    expect(ran).toMatchObject({ exitCode: 1, stderr: 'pki-lint: gone.tar: no such file or directory\n' });
    const nothing = { ...expiring, exitCode: 2, nodes: [], entries: [], failures } as const;
    expect(await runWith(['expiry'], { expiry: nothing })).toMatchObject({ exitCode: 2, stdout: '' });
  });

  it('prints JSON and CSV, to stdout and to files', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'pki-lint-'));
    onTestFinished(() => rmSync(cwd, { recursive: true }));
    expect((await runWith(['expiry', '-f', 'json'])).stdout).toBe(json(expiring));
    expect((await runWith(['expiry', '-f', 'csv', '-o', 'e.csv'], { cwd })).stdout).toBe('');
    expect(readFileSync(join(cwd, 'e.csv'), 'utf8')).toMatch(/^node,name,.*\r\n/);
    expect((await runWith(['expiry', '-f', 'csv'], { env: { LANG: 'C' } })).stdout).toContain('\r\n');
  });

  it.each([
    [['--within', '60'], 'invalid --within "60": expected a duration such as 30d, 12h or 2w'],
    [['--format', 'xml'], 'invalid --format "xml": expected table, json or csv'],
  ])('%j is refused', async (argv, message) => {
    const { exitCode, stderr } = await runWith(['expiry', ...argv]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});
