/** systemd itself reads units, environment files and variables as pki-lint does. It need not run for that. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of systemd
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import vectors from '../../fixtures/systemd-vectors.json' with { type: 'json' };
import { commandLine, nodeOfUnit, readNode } from '../scan/systemd.ts';
import { firstSeed, sampled } from '../support/extent.ts';
import { type Dice, dice } from '../support/random.ts';

interface Verdict {
  readonly isRefused: boolean;
  readonly commands: readonly string[];
  readonly environment: readonly string[];
  /** What is before `=` in each line that is not a setting; empty if there is none. */
  readonly stray: readonly string[];
}

/** Returns what systemd says about units in the folder of units of a node. */
function verify(root: string, names: readonly string[]): readonly Verdict[] {
  const folders = ['etc/systemd/system', 'usr/lib/systemd/system'].map((folder) => path.join(root, folder));
  const files = names.map((name) => `${folders[0]}/${name}`);
  const { stdout, stderr } = spawnSync(
    'systemd-analyze',
    ['verify', '--man=no', '--generators=no', '--recursive-errors=no', ...files],
    {
      encoding: 'utf8',
      env: { ...process.env, SYSTEMD_UNIT_PATH: folders.join(':'), SYSTEMD_LOG_LEVEL: 'debug' },
      maxBuffer: 256 * 1024 * 1024,
    },
  );
  const said = `${stdout}${stderr}`.split('\n');
  const blocks = new Map<string, string[]>();
  let block: string[] | undefined;
  for (const line of said) {
    const name = /^\t→ Unit (.*):$/.exec(line)?.[1];
    if (name !== undefined) block = [];
    else if (!line.startsWith('\t')) block = undefined;
    if (name !== undefined && block !== undefined) blocks.set(name, block);
    block?.push(line);
  }
  const strayLine =
    /^(.*):\d+: (?:Unknown key '(?!X-|[A-Za-z]+' in )(.*)' in section \[Service\]|Missing '='|Missing key name)/;
  return names.map((unit) => {
    const lines = blocks.get(unit) ?? [];
    const after = (label: string) => lines.flatMap((line) => new RegExp(`^\\t+${label}: (.*)$`).exec(line)?.[1] ?? []);
    return {
      isRefused: !blocks.has(unit),
      commands: commandsIn(lines),
      environment: [...after('EnvironmentFile'), ...after('Environment')],
      stray: said.flatMap((line) => {
        const [, file = '', name = ''] = strayLine.exec(line) ?? [];
        return folders.some((folder) => file === `${folder}/${unit}` || file.startsWith(`${folder}/${unit}.d/`))
          ? [name]
          : [];
      }),
    };
  });
}

/** The commands of `ExecStart=`, and not those of other settings. */
function commandsIn(lines: readonly string[]): readonly string[] {
  const start = lines.indexOf('\t\t→ ExecStart:') + 1;
  const end = lines.findIndex((line, index) => index >= start && !line.startsWith('\t\t\t'));
  return start === 0 ? [] : lines.slice(start, end).map((line) => line.replace(/^\t+Command Line: /, ''));
}

/** Returns what pki-lint says about a unit. */
function read(root: string, name: string): Verdict {
  const { unit, environment, environmentFiles } = readNode(root, name);
  const isRefused = unit.refused !== undefined;
  return {
    isRefused,
    commands: isRefused ? [] : unit.commands.map(commandLine),
    environment: isRefused ? [] : [...environmentFiles, ...environment],
    stray: unit.stray.map(({ text }) => (text.includes('=') ? text.slice(0, text.indexOf('=')).trimEnd() : '')),
  };
}

const onThisHost = (root: string) => {
  writeFileSync(path.join(root, 'etc/hostname'), `${hostname()}\n`);
  return root;
};

it('reads the units that were measured as the systemd that is here', () => {
  const units = vectors.vectors.flatMap(({ id, kind, files = {} }) => (kind === 'unit' ? [{ id, files }] : []));
  for (const { id, files } of units) {
    const root = onThisHost(nodeOfUnit(files));
    const name = `${id}.service`;
    expect(read(root, name)).toEqual(verify(root, [name])[0]);
  }
});

const pieces = [
  ...['--a=1', '--b', 'x', '"c d"', "'e f'", '--g="h i"', '"j', "k'", '""', "''", '"\\"', '\\', '\\\\', '\\ ', '\\"'],
  ...['\\x41', '\\x4', '\\u00e9', '\\101', '\\s', '\\d', '\\;', ';', '#', '%n', '%N', '%p', '%i', '%%', '%H', '%-'],
  ...['$A', '${A}', '$$', '=', '-', '[x]', '/etc/x', 'ü', '*', '\t'],
];
const ends = [
  '\n',
  '\n',
  ' \\\n  ',
  '\\\n',
  ' \\ \n',
  '\\\\\n',
  '\r\n',
  ' \\\r\n',
  ' \\\n# c\n',
  ' \\\n; c \\\n',
  '\n\n',
];
const blanks = ['', ' ', ' ', ' ', '  '];

function randomLine(key: string, dice: Dice): string {
  const count = dice.below(6);
  const words = Array.from({ length: count }, () => dice.pick(pieces) + dice.pick(dice.chance(0.2) ? ends : blanks));
  const program = key.startsWith('Exec')
    ? dice.pick(['/bin/echo ', '/bin/echo ', '-/bin/echo ', ':/bin/echo ', '"/bin/echo" '])
    : '';
  return `${key}=${program}${words.join('')}${dice.pick(ends)}`;
}

function randomUnit(dice: Dice): string {
  const type = dice.pick(['', '', 'Type=oneshot\n', 'Type=notify\n', 'Type=\n', 'Type=nothing\n']);
  const keys = [
    'ExecStart',
    'ExecStart',
    'ExecStart',
    'Environment',
    'ExecStartPre',
    ' ExecReload ',
    '--x',
    '# ExecStart',
  ];
  const more = Array.from({ length: dice.below(4) }, () =>
    dice.chance(0.2)
      ? dice.pick(['ExecStart=\n', '[Service]\n', '[service]\n', '[Service\n', '--y \\\n'])
      : randomLine(dice.pick(keys), dice),
  );
  return `[Service]\n${type}${randomLine('ExecStart', dice)}${more.join('')}`;
}

it('reads random units as systemd', () => {
  const random = dice(firstSeed);
  const names = Array.from({ length: sampled(300, 3000) }, (_, index) => `r${index}.service`);
  const files = names.flatMap((name) => [
    [`etc/${name}`, randomUnit(random)] as const,
    ...(random.chance(0.3) ? [[`etc/${name}.d/10-a.conf`, randomUnit(random)] as const] : []),
    ...(random.chance(0.1) ? [[`usr/lib/${name}.d/5-b.conf`, randomUnit(random)] as const] : []),
  ]);
  const root = onThisHost(nodeOfUnit(Object.fromEntries(files)));
  const verdicts = verify(root, names);
  const texts = (name: string) => files.filter(([path]) => path.includes(`/${name}`));
  expect(names.map((name) => ({ texts: texts(name), ...read(root, name) }))).toEqual(
    names.map((name, index) => ({ texts: texts(name), ...verdicts[index] })),
  );
  expect(verdicts.filter(({ isRefused }) => isRefused).length).toBeGreaterThan(names.length / 10);
}, 3_600_000);
