/** The walk of docs/policy.md, as it is typed: from `init` to a gate that is green, and red again. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderWith } from '../policy/folder.ts';
import { root } from '../repository/files.ts';
import { corpus } from '../support/corpus.ts';

const program = join(root, 'dist/cli.cjs');

/** A shell in a folder: its commands, what they print, and their exit codes. */
function shellIn(cwd: string) {
  const transcript: string[] = [];
  return {
    transcript,
    /** Types a command of pki-lint. Returns its exit code. */
    type(command: string): number | null {
      const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', COLUMNS: '80' };
      const argv = [program, ...command.split(' ')];
      const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd, env, encoding: 'utf8' });
      transcript.push(`$ pki-lint ${command}\n${stderr}${stdout}(exit code ${status})\n`);
      return status;
    },
    /** Does what a person does in an editor or with other programs. */
    edit(what: string, action: () => void): void {
      action();
      transcript.push(`# ${what}\n`);
    },
  };
}

it('from nothing to a gate, an exception, its end, a baseline, and a new fault', async () => {
  const cwd = folderWith({});
  const policy = join(cwd, 'pki-lint.config.yaml');
  const key = (name: string) => join(cwd, `cp-1/etc/kubernetes/pki/${name}`);
  const replace = (from: string, to: string) => writeFileSync(policy, readFileSync(policy, 'utf8').replace(from, to));
  const { type, edit, transcript } = shellIn(cwd);
  mkdirSync(join(cwd, 'cp-1'));
  (await corpus('kubeadm-1.36-default')).toDisk(join(cwd, 'cp-1'));
  const now = '--at 2026-12-01';

  expect(type('init cp-1')).toBe(0);
  expect(type('init cp-1')).toBe(2);
  edit('failon: warning, a typo, is added to the policy', () => replace('# failOn: error', 'failon: warning'));
  expect(type(`cp-1 ${now}`)).toBe(2);
  edit('and corrected', () => replace('failon:', 'failOn:'));
  expect(type(`cp-1 ${now}`)).toBe(0);
  edit('chmod 644 ca.key', () => chmodSync(key('ca.key'), 0o644));
  expect(type(`cp-1 ${now}`)).toBe(1);
  const exception = `exceptions:
  - match: { rule: key/mode-signing, path: /etc/kubernetes/pki/ca.key }
    reason: the backup job reads it as another user
    until: 2027-01-31
`;
  edit('an exception for it is added to the policy', () => appendFileSync(policy, exception));
  expect(type(`cp-1 ${now}`)).toBe(0);
  expect(type(`exceptions cp-1 ${now}`)).toBe(0);
  expect(type('cp-1 --at 2027-02-01')).toBe(1);
  edit('a baseline instead of the exception', () => replace(exception, 'baseline: pki-lint.baseline.json\n'));
  expect(type(`cp-1 ${now}`)).toBe(2);
  expect(type(`cp-1 ${now} --update-baseline`)).toBe(0);
  expect(type(`cp-1 ${now} -f json -o old.json`)).toBe(0);
  edit('chmod 644 sa.key', () => chmodSync(key('sa.key'), 0o644));
  expect(type(`cp-1 ${now}`)).toBe(1);
  expect(type(`cp-1 ${now} -f json -o new.json`)).toBe(1);
  expect(type('diff old.json new.json')).toBe(1);
  expect(type(`cp-1 ${now} --update-baseline`)).toBe(0);

  const date = new RegExp(`on ${new Date().toISOString().slice(0, 4)}-\\d\\d-\\d\\d`);
  edit('the policy', () => {});
  const written = readFileSync(policy, 'utf8').replace(date, 'on (today)');
  await expect(`${transcript.join('\n')}${written}`).toMatchFileSnapshot('golden/policy-walk.txt');
});
