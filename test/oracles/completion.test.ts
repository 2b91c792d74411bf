/** What the completion scripts offer in the real shells. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { commandLine, shells } from '../../src/cli/completion/index.ts';
import { ruleDocs } from '../../src/index.ts';
import { allReporters } from '../../src/report/index.ts';
import { root } from '../repository/files.ts';
import { type Command, run, temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

mkdirSync(join(folder.path, 'copies'));
for (const name of ['cp 1.tar', 'report.json']) writeFileSync(join(folder.path, name), '');

const line = commandLine(commands, ruleDocs);
const scripts = Object.fromEntries(
  Object.entries(shells).map(([shell, script]) => {
    const path = join(folder.path, `.script.${shell}`);
    writeFileSync(path, script(line));
    return [shell, path];
  }),
);

const linesOf = (command: Command): string[] => {
  const { status, stdout, output } = run(command, 30_000);
  expect(status, output).toBe(0);
  return stdout.split('\n').filter((one) => one !== '');
};

/** Bash splits words at these characters, which are words of their own then. */
const bashWords = (typed: string) => typed.match(/[=:]+|(?:\\.|[^\s=:])+|\s$/g)?.map((word) => word.trim()) ?? [];

/** What a shell offers after a line, each without what has been typed of it before the last `=`, `:` or `,`. */
const offered: Readonly<Record<string, (typed: string) => string[]>> = {
  bash: (typed) => {
    const script = `source "$0"; cd "$1"; shift; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _pki_lint; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return linesOf(['bash', '--norc', '-c', script, scripts.bash ?? '', folder.path, ...bashWords(typed)]);
  },
  fish: (typed) =>
    linesOf([
      'fish',
      '--no-config',
      '-c',
      'source $argv[1]; cd $argv[2]; complete -C $argv[3]',
      scripts.fish ?? '',
      folder.path,
      typed,
    ]),
  zsh: (typed) =>
    linesOf(['zsh', '-f', `${root}test/oracles/support/tab.zsh`, 'candidates', scripts.zsh ?? '', folder.path, typed]),
};

/** The last part of a candidate: how much of the word a shell repeats is its own affair. */
const ending = (candidate: string) =>
  candidate
    .replace(/\t.*/, '')
    .replaceAll('\\', '')
    .replace(/(?<=.)[=/]$/, '')
    .replace(/^.*[=:,]/, '');

const formats = Object.keys(allReporters.report);
const idsOf = (group: string) => line.rules.map(({ text }) => text).filter((id) => id.startsWith(group));

/** What is typed, and what must be offered: exactly that. */
const cases: readonly (readonly [typed: string, words: readonly string[]])[] = [
  ['pki-lint --format ', formats],
  ['pki-lint --format j', formats.filter((name) => name.startsWith('j'))],
  ['pki-lint --format=j', formats.filter((name) => name.startsWith('j'))],
  ['pki-lint -f json:re', ['report.json']],
  ['pki-lint connections --format d', ['dot']],
  ['pki-lint --rule san/', [...idsOf('san/'), 'san/*']],
  ['pki-lint --rule cert/issuer=w', ['warning']],
  ['pki-lint --rule san/\\*=o', ['off']],
  ['pki-lint --only admin.', ['admin.conf']],
  ['pki-lint --fail-on ', ['error', 'warning', 'info', 'never']],
  ['pki-lint --rootfs c', ['copies']],
  ['pki-lint --node-name ', []],
  ['pki-lint expi', ['expiry']],
  ['pki-lint expiry --with', ['--within']],
  ['pki-lint expiry re', ['report.json']],
  ['pki-lint --renew', []],
  ['pki-lint issue --only kube-apiserver,super-', ['super-admin.conf']],
  ['pki-lint explain key/mode-', ['key/mode-signing']],
  ['pki-lint blast front-proxy-cl', ['front-proxy-client']],
  ['pki-lint blast re', ['report.json']],
  ['pki-lint verify --usage cl', ['client', 'clientAuth']],
  ['pki-lint completion ', ['bash', 'zsh', 'fish']],
  ['pki-lint help iss', ['issue']],
  ['pki-lint cp', ['cp 1.tar']],
];

describe.each(Object.keys(shells))('%s', (shell) => {
  test('reads the script', () => {
    expect(run([shell, '-n', scripts[shell] ?? ''])).toMatchObject({ status: 0, output: '' });
  });

  test('would refuse a broken one', () => {
    const broken = join(folder.path, `.broken.${shell}`);
    writeFileSync(broken, `${shells[shell]?.(line)}\n)\n`);
    expect(run([shell, '-n', broken]).status).not.toBe(0);
  });

  test.each(cases)('offers after "%s"', (typed, words) => {
    const all = offered[shell]?.(typed) ?? [];
    expect([...new Set(all.map(ending))].sort()).toEqual(words.map(ending).sort());
  });
});

test.each([
  ['pki-lint --rule cert/issuer-', 'pki-lint --rule cert/issuer-namesake='],
  ['pki-lint issue --only kube-apiserver,super-', 'pki-lint issue --only kube-apiserver,super-admin.conf,'],
  ['pki-lint -f json:re', 'pki-lint -f json:report.json '],
  ['pki-lint expiry --form', 'pki-lint expiry --format='],
])('zsh completes "%s"', (typed, completed) => {
  const driver = `${root}test/oracles/support/tab.zsh`;
  const { stdout, output } = run(['zsh', '-f', driver, 'line', scripts.zsh ?? '', folder.path, typed], 30_000);
  expect(stdout, output).toBe(`${completed}\n`);
});
