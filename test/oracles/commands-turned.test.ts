/** Every command of the catalogue, filled in with hostile values, does in a shell what it does with ordinary ones. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type CommandValues, fillCommand } from '../../src/core/command/fill.ts';
import { type CommandWord, type Pipeline, parseTemplate, type WordPart } from '../../src/core/command/template.ts';
import { kindOfPlaceholder } from '../../src/core/command/values.ts';
import { type CommandTemplate, catalogueCommands } from '../support/catalogue-commands.ts';
import { placeholdersOf } from '../support/command-values.ts';
import { sampled, spread } from '../support/extent.ts';
import { hostileNames, hostileValues } from '../support/hostile-values.ts';
import { type StubCall, stubShell } from './support/stub-shell.ts';

/** Commands of kubeadm differ only in the names of its phases. */
const shapeOf = ({ command, remote = '' }: CommandTemplate) =>
  command.startsWith('kubeadm init') ? placeholdersOf(command).join() : command + remote;
const filledIn = catalogueCommands.filter(({ command, remote = '' }) => placeholdersOf(command + remote).length > 0);
const templates = [...new Map(filledIn.map((one) => [shapeOf(one), one])).values()];
const pipelines = catalogueCommands.flatMap(({ command, remote }) => [command, ...(remote ? [remote] : [])]);
const programs = [...new Set(pipelines.flatMap((text) => parseTemplate(text).flatMap(programsOf)))];
const shell = stubShell(programs.filter((name) => name !== '' && name !== 'printf' && !name.includes('/')));
const folder = join(shell.folder, 'node');
mkdirSync(folder);
afterAll(shell.remove);

type SimpleCommand = Pipeline[number];

function programsOf({ words }: SimpleCommand): readonly string[] {
  const inner = words.flat().flatMap((part) => (part.kind === 'substitution' ? part.pipeline.flatMap(programsOf) : []));
  return [textOf(words[0]?.[0]), ...(textOf(words[0]?.[0]) === 'ssh' ? [textOf(words[3]?.[0])] : []), ...inner];
}

function textOf(part: WordPart | undefined): string {
  return part?.kind === 'literal' ? part.text : '';
}

/**
 * The values of a whole word, or its text with the values in it. What begins with `-` and is a path is not an option.
 */
function meant(word: CommandWord, values: CommandValues): readonly string[] {
  const [part] = word;
  if (part?.kind === 'literal' && part.source === '2>/dev/null') return [];
  // The stub of what is substituted prints nothing.
  if (word.length === 1 && part?.kind === 'substitution') return [];
  const isPath = part?.kind === 'placeholder' && kindOfPlaceholder(part.name).what === 'a path';
  const safe = (value: string) => (isPath && value.startsWith('-') ? `./${value}` : value);
  if (word.length === 1 && part?.kind === 'placeholder') return [values[part.name] ?? []].flat().map(safe);
  return [safe(word.map((one) => (one.kind === 'placeholder' ? values[one.name] : textOf(one))).join(''))];
}

/** What a command calls, here and on the other machine. */
function callsOf({ words }: SimpleCommand, values: CommandValues, remote: Pipeline): readonly StubCall[] {
  const inner = words
    .flat()
    .flatMap((part) => (part.kind === 'substitution' ? part.pipeline.flatMap((one) => callsOf(one, values, [])) : []));
  const program = textOf(words[0]?.[0]);
  const there = (command: SimpleCommand): StubCall => [
    'there',
    ...command.words.flatMap((word) => meant(word, values)),
  ];
  if (program === 'ssh') {
    const rest = words.slice(words.findIndex((word) => textOf(word[0]).endsWith('@')) + 1);
    return textOf(rest[0]?.[0]) === '' ? remote.map(there) : [there({ words: rest, redirections: [] })];
  }
  const isOption = (word: CommandWord) => {
    const [part] = word;
    const isName = word.length === 1 && part?.kind === 'placeholder' && kindOfPlaceholder(part.name).isOperand;
    return isName && [values[part.name]].flat().some((value) => value?.startsWith('-'));
  };
  const operands = words.filter(isOption).flatMap((word) => meant(word, values));
  const others = words.filter((word) => !isOption(word)).flatMap((word) => meant(word, values));
  return [['here', ...others, ...(operands.length > 0 ? ['--', ...operands] : [])], ...inner];
}

/** What is of interest of the calls that were made: ssh is seen by what it runs. */
function seen(calls: readonly StubCall[]): readonly string[] {
  return calls
    .filter(([place, program]) => place === 'there' || program !== 'ssh')
    .map((call) => JSON.stringify(call))
    .sort();
}

interface Attempt {
  readonly template: CommandTemplate;
  readonly values: CommandValues;
  readonly line: string;
}

/** The lines that are printed; for values that a command cannot have there is none. */
const attempts: readonly Attempt[] = templates.flatMap((template) => {
  const { command, remote = '' } = template;
  return hostileNames.flatMap((name) =>
    [folder, undefined].flatMap((place) => {
      const values = hostileValues(command + remote, name, place);
      const { line } = fillCommand(command, values, remote);
      return line === undefined ? [] : [{ template, values, line }];
    }),
  );
});

function expectedOf({ template: { command, remote }, values }: Attempt): readonly string[] {
  const there = remote === undefined ? [] : parseTemplate(remote);
  const calls = parseTemplate(command).flatMap((one) => callsOf(one, values, there));
  // scp asks a shell on the other machine for a file.
  const read = calls.flatMap(([, program, ...words]): StubCall[] => {
    const file = program === 'scp' ? words.find((word) => word.startsWith('root@')) : undefined;
    return file === undefined ? [] : [['there', 'scp-reads', file.replace(/^[^:]*:/, '')]];
  });
  return seen([...calls, ...read].filter(([, program]) => program !== 'printf'));
}

/** In a call of scp, the path on the other machine as sftp matches it. */
const withoutEscapes = (calls: readonly StubCall[]): readonly StubCall[] =>
  calls.map(([place, program, ...words]) => {
    const unescaped = (word: string) => (word.startsWith('root@') ? word.replace(/\\(.)/gs, '$1') : word);
    const asPath = (word: string) => word.replace(/^\.\/(?=[^/]*:)/, '');
    return [place, program ?? '', ...(program === 'scp' ? words.map((word) => asPath(unescaped(word))) : words)];
  });

/** Files that the output goes to, here and on the other machine, as far as no template names their folder. */
const outputsOf = ({ template: { command, remote }, values }: Attempt): readonly string[] =>
  [command, ...(remote === undefined ? [] : [remote])].flatMap((text) =>
    parseTemplate(text).flatMap(({ redirections }) =>
      redirections
        .map(({ target }) => meant(target, values).join(''))
        .filter((path) => !/^\/(?:root|etc)\//.test(path)),
    ),
  );

const work = join(shell.folder, 'work');
const fileOf = (path: string) => resolve(work, path);
/** Without the folder of its output, a command does not run. */
const foldersOf = (attempt: Attempt): readonly string[] =>
  outputsOf(attempt)
    .map((path) => dirname(fileOf(path)))
    .filter((path) => path.startsWith(`${shell.folder}/`) && path !== work && path !== folder);

/** The sample is a part of them, and a larger one in dash, which printed commands are for. */
const inShells = ['dash', 'bash', 'zsh'].map((name) => ({
  name,
  most: sampled(name === 'dash' ? 700 : 120, Infinity),
}));

describe.each(inShells)('in $name', ({ name, most }) => {
  // The same name is that of a file in one line, and of a folder in another.
  it.each([
    ['', attempts.filter((attempt) => foldersOf(attempt).length === 0), 2000],
    [', also as folders', attempts.filter((attempt) => foldersOf(attempt).length > 0), 10],
  ] as const)('hostile values are words, and nothing else%s', (_, all, least) => {
    expect(all.length).toBeGreaterThan(least);
    const tried = spread(all, most);
    const outputs = new Set(tried.flatMap(outputsOf).map(fileOf));
    const folders = tried.flatMap(foldersOf);
    for (const path of folders) mkdirSync(path, { recursive: true });
    const calls = shell.run(
      name,
      tried.map(({ line }) => line),
    );
    const turned = tried.flatMap((attempt, index) => {
      const [got, wanted] = [seen(withoutEscapes(calls[index] ?? [])), expectedOf(attempt)];
      return got.join() === wanted.join() ? [] : [{ line: attempt.line, got, wanted }];
    });
    expect(turned.slice(0, 5)).toEqual([]);
    expect(calls.length).toBe(tried.length);
    expect([...outputs].filter((path) => !existsSync(path))).toEqual([]);
    const known = [...outputs, ...folders];
    // What is written on the other machine has the names that other lines write here.
    const others = all.flatMap(outputsOf).map(fileOf);
    const expected = name === 'dash' ? [...known, ...others] : known;
    expect(shell.left().filter((file) => !expected.includes(join(work, file)))).toEqual([]);
    for (const path of [...known, ...others]) rmSync(path, { recursive: true, force: true });
  });
});
