/** What the completion scripts offer in the real shells, which ask the built program. */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { names } from '../../src/cli/completion/names.ts';
import { scripts } from '../../src/cli/completion/scripts.ts';
import { allReporters } from '../../src/report/index.ts';
import { root } from '../repository/files.ts';
import { sample } from '../support/extent.ts';
import { type Command, run, temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

mkdirSync(join(folder.path, 'copies'));
const hostile = '$(touch ran) `touch ran`;"#.pem';
for (const name of ['cp 1.tar', 'report.json', "it's.pem", hostile]) writeFileSync(join(folder.path, name), '');

mkdirSync(join(folder.path, '.bin'));
symlinkSync(`${root}dist/cli.cjs`, join(folder.path, '.bin', 'pki-lint'));
/** Runs a program that finds `pki-lint` in its PATH. */
const runInShell = (command: Command, milliseconds: number) =>
  run(['env', `PATH=${join(folder.path, '.bin')}:${process.env.PATH}`, ...command], milliseconds);

const files = Object.fromEntries(
  Object.entries(scripts).map(([shell, script]) => {
    const path = join(folder.path, `.script.${shell}`);
    writeFileSync(path, script);
    return [shell, path];
  }),
);

const linesOf = (command: Command): string[] => {
  const { status, stdout, output } = runInShell(command, 30_000);
  expect(status, output).toBe(0);
  return stdout.split('\n').filter((one) => one !== '');
};

const driver = `${root}test/oracles/support/tab.zsh`;

/** What a shell offers after a line, each without what has been typed of it before the last `=`, `:` or `,`. */
const offered: Readonly<Record<string, (typed: string) => string[]>> = {
  bash: (typed) => {
    // Bash gives a function the word from the last = or : on.
    const script = `source "$0"; cd "$1"; COMP_LINE=$2 COMP_POINT=\${#2}; _pki_lint pki-lint "$3"; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const word = /(?:\\.|[^\s=:])*$/.exec(typed)?.[0] ?? '';
    return linesOf(['bash', '--norc', '-c', script, files.bash ?? '', folder.path, typed, word]);
  },
  fish: (typed) => {
    const script = 'source $argv[1]; cd $argv[2]; complete -C $argv[3]';
    return linesOf(['fish', '--no-config', '-c', script, files.fish ?? '', folder.path, typed]);
  },
  zsh: (typed) => linesOf(['zsh', '-f', driver, 'zsh-candidates', files.zsh ?? '', folder.path, typed]),
};

/** The last part of a candidate: how much of the word a shell repeats is its own affair. */
const ending = (candidate: string) =>
  candidate
    .replace(/\t.*/, '')
    .replaceAll('\\', '')
    .replace(/(?<=.)[=/]$/, '')
    .replace(/^.*[=:,]/, '');

const formats = Object.keys(allReporters.report);
const idsOf = (group: string) => names.rules.map(([id]) => id).filter((id) => id.startsWith(group));

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

describe.each(Object.keys(scripts))('%s', (shell) => {
  test('reads the script', () => {
    expect(run([shell, '-n', files[shell] ?? ''])).toMatchObject({ status: 0, output: '' });
  });

  test('would refuse a broken one', () => {
    const broken = join(folder.path, `.broken.${shell}`);
    writeFileSync(broken, `${scripts[shell]}\n)\n`);
    expect(run([shell, '-n', broken]).status).not.toBe(0);
  });

  test.each(sample(cases, 12))('offers after "%s"', (typed, words) => {
    const all = offered[shell]?.(typed) ?? [];
    expect([...new Set(all.map(ending))].sort()).toEqual(words.map(ending).sort());
  });
});

/** What a shell makes of a line at a Tab. */
const completed = (shell: string, typed: string): string => {
  const { stdout, output } = runInShell(['zsh', '-f', driver, shell, files[shell] ?? '', folder.path, typed], 60_000);
  expect(stdout, output).toMatch(/\n$/);
  return stdout.slice(0, -1);
};

/** What is typed, and what a Tab makes of it. */
const tabs: readonly (readonly [typed: string, line: string])[] = [
  ['pki-lint expi', 'pki-lint expiry '],
  ['pki-lint --rule cert/issuer-', 'pki-lint --rule cert/issuer-namesake='],
  ['pki-lint --rule cert/issuer=w', 'pki-lint --rule cert/issuer=warning '],
  ['pki-lint --rule san/\\*=o', 'pki-lint --rule san/\\*=off '],
  ['pki-lint --only san/\\*', 'pki-lint --only san/\\* '],
  ['pki-lint issue --only kube-apiserver,super-', 'pki-lint issue --only kube-apiserver,super-admin.conf '],
  ['pki-lint -f json:re', 'pki-lint -f json:report.json '],
  ['pki-lint --format=json:re', 'pki-lint --format=json:report.json '],
  ['pki-lint --fail-on=war', 'pki-lint --fail-on=warning '],
  ['pki-lint --fail-on "war', 'pki-lint --fail-on "warning" '],
  ['pki-lint expiry --form', 'pki-lint expiry --format '],
  ['pki-lint --rootfs c', 'pki-lint --rootfs copies/'],
  ['pki-lint cp', 'pki-lint cp\\ 1.tar '],
  ["pki-lint 'cp", "pki-lint 'cp 1.tar' "],
  ['pki-lint it', "pki-lint it\\'s.pem "],
  ['pki-lint --config=re', 'pki-lint --config=report.json '],
  ['pki-lint -- re', 'pki-lint -- report.json '],
  ["pki-lint '$(t", `pki-lint '${hostile}' `],
  // Nothing to offer: nothing changes, and nothing is printed.
  ['pki-lint --at 2026-12-01T08:0', 'pki-lint --at 2026-12-01T08:0'],
  ['pki-lint --node-name ', 'pki-lint --node-name '],
];

describe.each(Object.keys(scripts))('a Tab in %s', (shell) => {
  test.each(sample(tabs, 10))('completes "%s"', (typed, line) => {
    expect(completed(shell, typed)).toBe(line);
  });

  test('runs nothing that is on the line', () => {
    for (const word of ['$(touch ran)', '`touch ran`', '"$(touch ran)', '<(touch ran)'])
      completed(shell, `pki-lint --at ${word} --format j`);
    completed(shell, 'pki-lint --format=$(touch ran)');
    expect(existsSync(join(folder.path, 'ran'))).toBe(false);
  });
});
