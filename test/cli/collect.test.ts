import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { lint } from '../../src/index.ts';
import { at } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { runWith } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'pki-lint-collect-'));
afterAll(() => rmSync(folder, { recursive: true }));
await buildNode().toDisk(join(folder, 'cp-1'));

const collect = (argv: readonly string[], columns?: number) =>
  runWith(['collect', ...argv], { cwd: folder, now: at.getTime(), ...(columns && { columns }) });

describe('pki-lint collect', () => {
  it('writes a file that can be linted, and says what is in it', async () => {
    const { exitCode, stdout, stderr } = await collect(['cp-1', '-o', 'node.tar.gz']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
    expect(stderr).toBe(
      'pki-lint: a copy without keys: 10 certificates, 11 public halves, 5 kubeconfigs, 5 components\n',
    );
    const report = await lint({ at, paths: ['node.tar.gz'], cwd: folder });
    expect(report.findings).toEqual([]);
    expect(report.nodes[0]?.collected?.at).toBe('2026-12-01T00:00:00Z');
  });

  it('is the same file twice', async () => {
    const tarOf = async (name: string) => {
      await collect(['cp-1', '-o', name]);
      return gunzipSync(readFileSync(join(folder, name)))
        .toString('latin1')
        .replaceAll(/"digest": "[0-9a-f]{16}"/g, '');
    };
    expect(await tarOf('one.tar.gz')).toBe(await tarOf('other.tar.gz'));
    expect(statSync(join(folder, 'one.tar.gz')).mode & 0o777).toBe(0o644);
  });

  it('does not write to a terminal', async () => {
    expect(await collect(['cp-1'], 80)).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: 'pki-lint: the copy is an archive\n  write it to a file: pki-lint collect > node.tar.gz\n',
    });
  });

  it('does not replace what it is made of, by any of its names', async () => {
    await collect(['cp-1', '-o', 'own.tar.gz']);
    symlinkSync('own.tar.gz', join(folder, 'link.tar.gz'));
    const before = readFileSync(join(folder, 'own.tar.gz'));
    expect(await collect(['own.tar.gz', '-o', './link.tar.gz'])).toMatchObject({
      exitCode: 2,
      stderr: 'pki-lint: the copy would replace "./link.tar.gz", which it is made of\n  write it to another file\n',
    });
    expect(readFileSync(join(folder, 'own.tar.gz')).equals(before)).toBe(true);
  });

  it.each([
    ['missing', 2, 'missing: no such file or directory'],
    ['.', 0, ''],
  ])('of %s exits %d', async (path, code, message) => {
    const { exitCode, stderr } = await collect([path, '-o', 'x.tar.gz']);
    expect(exitCode).toBe(code);
    expect(stderr).toContain(message);
  });
});
