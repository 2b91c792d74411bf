import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { readText, root } from '../repository/files.ts';
import { run, temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const page = join(root, 'man/pki-lint.1');

test('mandoc has nothing to say about man/pki-lint.1', () => {
  expect(run(['mandoc', '-T', 'lint', '-W', 'warning', page])).toMatchObject({ status: 0, output: '' });
});

test('mandoc would warn of a broken one', () => {
  const broken = join(folder.path, 'broken.1');
  writeFileSync(broken, readText('man/pki-lint.1').replace('.TP\n', '.TQP\n'));
  const { status, output } = run(['mandoc', '-T', 'lint', '-W', 'warning', broken]);
  expect(status).not.toBe(0);
  expect(output).toContain('unknown macro');
});

test('what mandoc shows has every command with its options, and commands as they are typed', () => {
  const { stdout } = run(['mandoc', '-T', 'utf8', '-O', 'width=500', page]);
  // Bold and underlined characters are written twice.
  const [first = '', ...others] = stdout.split('\b');
  const shown = others.reduce((text, part) => text.slice(0, -1) + part, first);
  for (const { name, options } of commands) {
    expect(shown).toMatch(new RegExp(`^   ${name}$|pki-lint ${name} `, 'm'));
    for (const { option, help } of options().flatMap((group) => Object.values(group))) {
      expect(shown).toContain(option);
      expect(shown).toContain(help.replaceAll('  ', ' '));
    }
  }
  expect(shown).toContain("pki-lint --rule 'san/*=off' -f json -o report.json");
  expect(shown).toContain('source <(pki-lint completion bash)');
});
