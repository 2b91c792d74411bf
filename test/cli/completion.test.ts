import { describe, expect, it, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import type { CommandLine } from '../../src/cli/completion/command-line.ts';
import { commandLine, shells } from '../../src/cli/completion/index.ts';
import { ruleDocs } from '../../src/index.ts';
import { runWith } from './run.ts';

const names = Object.keys(shells);
const line = commandLine(commands, ruleDocs);
const scriptFor = (shell: string, of: CommandLine = line) => shells[shell]?.(of) ?? '';

describe.each(names)('completion %s', (shell) => {
  it(`prints a script, as in golden/completion.${shell}`, async () => {
    const { exitCode, stdout, stderr } = await runWith(['completion', shell]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    await expect(stdout).toMatchFileSnapshot(`golden/completion.${shell}`);
  });

  it('has every command, option, format, rule, group and role', () => {
    const script = scriptFor(shell);
    const options = commands.flatMap((command) =>
      command
        .options()
        .flatMap((group) => Object.values(group).flatMap(({ option, choices = [] }) => [option, ...choices])),
    );
    const ids = ruleDocs.flatMap(({ id }) => [id, id.replace(/\/.*/, '/*')]);
    const words = [...commands.map(({ name }) => name), ...options, ...ids, 'kube-apiserver', 'admin.conf', 'off'];
    // fish writes `-l format`.
    const found = (word: string) =>
      script.includes(word) || (shell === 'fish' && script.includes(`-l ${word.replace(/^--/, '')} `));
    expect(words.filter((word) => !found(word))).toEqual([]);
  });

  it('quotes what the shell would read in a text', () => {
    const [first] = line.commands;
    if (first === undefined) throw new Error('no command');
    const help = "it's $(touch x) `y` [z]: \\";
    const script = scriptFor(shell, {
      ...line,
      commands: [{ ...first, help, options: [] }],
      rules: [{ text: 'a/b', help }],
    });
    const quoted = shell === 'fish' ? "it\\'s $(touch x) `y` [z]: \\\\'" : "it'\\''s $(touch x) `y` [z]: \\'";
    expect(script.includes(quoted)).toBe(shell !== 'bash');
  });
});

test('a script has no word that is not in the tables', () => {
  expect(new Set(line.roles)).toContain('service-account');
  const [bash, other] = [scriptFor('bash'), scriptFor('bash', { ...line, roles: ['only-this'] })];
  expect(bash).toContain('super-admin.conf');
  expect(other).not.toContain('super-admin.conf');
});

test('an unknown shell is answered with those that there are', async () => {
  const { exitCode, stdout, stderr } = await runWith(['completion', 'fishy']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toBe('pki-lint: invalid shell "fishy": expected bash, zsh or fish\n  did you mean "fish"?\n');
});

test('every value is completed, except those that are free texts', () => {
  const free = line.commands.flatMap(({ options }) =>
    options.flatMap(({ metavar, values }) => (values?.kind === 'text' ? [metavar] : [])),
  );
  const known = ['cidr,...', 'domain', 'host:port', 'ip', 'ip,...', 'n', 'name', 'name,...', 'time', 'version'];
  expect([...new Set(free)].sort()).toEqual(known);
  expect(line.commands.filter(({ operand }) => operand === undefined).map(({ text }) => text)).toEqual(['rules']);
});
