import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { privateKeysIn } from '../../src/api/private-keys.ts';
import { runWith } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'pki-lint-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

const key = () => generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

write('ca.key', key());
write('admin.conf', `users:\n- user:\n    client-key-data: ${Buffer.from(key()).toString('base64')}\n`);
writeFileSync(join(folder, 'zeros'), '');
write('README.md', 'Keys begin with -----BEGIN PRIVATE KEY-----.\n');
write('odd\u202ename', key());
mkdirSync(join(folder, 'folder'));
symlinkSync('ca.key', join(folder, 'link'));
symlinkSync('gone', join(folder, 'broken'));
symlinkSync('loop', join(folder, 'loop'));
execFileSync('mkfifo', [join(folder, 'fifo')]);

const keys = (...files: string[]) => runWith(['keys', ...files], { cwd: folder });

describe('pki-lint keys', () => {
  it('prints where a key is, and nothing of it', async () => {
    const { exitCode, stdout, stderr } = await keys('README.md', 'ca.key', 'admin.conf', 'link');
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(stdout).toBe('ca.key:1: private key\nadmin.conf:3: private key in base64\nlink:1: private key\n');
  });

  it('says nothing of other files', async () => {
    expect(await keys('README.md')).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('escapes names', async () => {
    expect((await keys('odd\u202ename')).stdout).toBe('odd\\u202ename:1: private key\n');
  });

  it.each([
    ['missing', 'cannot read "missing": no such file'],
    ['broken', 'cannot read "broken": no such file'],
    ['loop', 'cannot read "loop": too many levels of symbolic links'],
    ['folder', 'cannot read "folder": not a regular file'],
    ['fifo', 'cannot read "fifo": not a regular file'],
  ])('exits 2 for %s, and reads the others', async (file, message) => {
    const { exitCode, stdout, stderr } = await keys(file, 'ca.key');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: 'ca.key:1: private key\n' });
    expect(stderr).toBe(`pki-lint: ${message}\n`);
  });

  it('refuses a file that takes minutes, and reads the others', async () => {
    truncateSync(join(folder, 'zeros'), 10 * 1024 ** 3);
    const { exitCode, stdout, stderr } = await keys('zeros', 'ca.key');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: 'ca.key:1: private key\n' });
    expect(stderr).toMatch(/^pki-lint: "zeros" was not searched for keys: larger than 100 MiB \(10737418240 bytes\)\n/);
  });

  it('reads a file that is called like an option', async () => {
    write('-h', key());
    expect((await keys('--', '-h', 'README.md')).stdout).toBe('-h:1: private key\n');
  });

  it('runs no command in the log of a job of GitHub Actions', async () => {
    const names = ['::error::x', '##[error]x'];
    for (const name of names) write(name, key());
    const run = (env: Record<string, string>) => runWith(['keys', ...names, '##[add-mask]gone'], { cwd: folder, env });
    expect(await run({})).toMatchObject({ stdout: '::error::x:1: private key\n##[error]x:1: private key\n' });
    const { stdout, stderr } = await run({ GITHUB_ACTIONS: 'true' });
    expect(stdout).toBe('\\x3a:error::x:1: private key\n\\x23#[error]x:1: private key\n');
    expect(stderr).toBe('pki-lint: cannot read "\\x23#[add-mask]gone": no such file\n');
  });

  it('needs a file', async () => {
    expect((await keys()).stderr).toBe("pki-lint: missing required argument 'FILE'\n  see pki-lint keys --help\n");
  });
});

it('finds every key in a file that is read in parts, once, with its line', () => {
  const [part, repeated] = [1000, 400];
  for (let at = 900; at < 1100; at += 7) {
    write('large', `${'x\n'.repeat(at)}${key()}${'y\n'.repeat(700)}${key()}`);
    expect(privateKeysIn('large', folder, part, repeated)).toEqual([
      { line: at + 1, form: 'private key' },
      { line: at + 704, form: 'private key' },
    ]);
  }
});
