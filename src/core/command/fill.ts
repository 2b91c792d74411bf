/** Fills in templates of commands: each value is written as the place needs it where it lands. */

import { inNote, insteadOfCommand, insteadOfWords, pathArgument, remotePath, shellWord } from './shell.ts';
import { type CommandWord, type Pipeline, parseTemplate, type SimpleCommand, type WordPart } from './template.ts';
import { kindOfPlaceholder, type Landing } from './values.ts';

/** The values of placeholders, as they are: nothing is quoted. A list stands for several words. */
export type CommandValues = Readonly<Record<string, string | readonly string[]>>;

/** A command, or why there is none. */
export type FilledCommand =
  | { readonly line: string; readonly instead?: undefined }
  | { readonly instead: string; readonly line?: undefined };

/** What a command is filled in with. */
interface Filling {
  readonly values: CommandValues;
  /** The template of the command that `{remote}` stands for: a shell on another machine reads it. */
  readonly remote: string | undefined;
  /** Values that were used. */
  readonly used: string[];
  /** Why values cannot be used. */
  readonly wrong: string[];
}

/**
 * Fills in a template.
 *
 * @param remote the template of what `{remote}` stands for, which `ssh` passes to a shell
 * @throws Error for a template with an error, such as a placeholder where its values must not be
 */
export function fillCommand(template: string, values: CommandValues, remote?: string): FilledCommand {
  const filling: Filling = { values, remote, used: [], wrong: [] };
  const line = lineOf(parseTemplate(template), filling);
  const instead =
    insteadOfWords(filling.used) ??
    (filling.wrong.length > 0
      ? `a command is left out here, because ${[...new Set(filling.wrong)].join(', and ')}`
      : insteadOfCommand(line));
  return instead === undefined ? { line } : { instead };
}

/** Returns a template with its `{remote}`, and with its placeholders, as documentation shows it. */
export function wholeTemplate(template: string, remote = ''): string {
  return template.replace('{remote}', () => shellWord(remote));
}

/** Returns the line of a command, or what to say instead. */
export function filledOrReason(template: string, values: CommandValues): string {
  const { line, instead } = fillCommand(template, values);
  return line ?? instead;
}

/**
 * So many times, two seconds apart, is a wait repeated: the kubelet may take five minutes to start a container again.
 */
const mostTries = 180;

/**
 * Returns a loop that repeats a command until it succeeds. If it never does, the loop says so, and fails.
 *
 * @param late what it says then
 */
export function waitLine(command: string, late: string): string {
  const again = `[ $((n=n+1)) -ge ${mostTries} ]`;
  return `{ n=0; until ${command} || ${again}; do sleep 2; done; [ $n -lt ${mostTries} ] || ! echo ${shellWord(late)}; }`;
}

const lineOf = (pipeline: Pipeline, filling: Filling): string =>
  pipeline.map((command) => textOf(command, filling)).join(' | ');

/** The text of a part in front of which and after which nothing is known. */
const literalOf = (part: WordPart | undefined): string => (part?.kind === 'literal' ? part.text : '');

function textOf({ words, redirections }: SimpleCommand, filling: Filling): string {
  const program = literalOf(words[0]?.[0]);
  const operands: string[] = [];
  const host =
    program === 'ssh' ? words.findIndex((word, index) => index > 0 && !literalOf(word[0]).startsWith('-')) : -1;
  const written = words.flatMap((word, index): readonly string[] => {
    if (host > 0 && index > host) return [remoteWord(word, filling)];
    if (isOnMachine(word, program)) return [wordOnMachine(word, program, filling)];
    const [part, ...others] = word;
    if (part?.kind !== 'placeholder' || others.length > 0) return [joined(word, 'word', filling)];
    const { isOperand } = kindOfPlaceholder(part.name);
    if (index === 0 || (isOperand && program !== 'kubectl')) throw misplaced(part.name);
    const values = valuesFor(part.name, 'word', filling);
    const isOption = isOperand && values.some((value) => value.startsWith('-'));
    if (isOption) operands.push(...values);
    return isOption ? [] : values.map((value) => shellWord(asWord(part.name, value, program, filling)));
  });
  // After `--` nothing is an option.
  const last = operands.length === 0 ? [] : ['--', ...operands.map(shellWord)];
  const outputs = redirections.flatMap(({ operator, target }) => [operator, joined(target, 'target', filling)]);
  return [...written, ...last, ...outputs].join(' ');
}

/**
 * A path as a word: it is not an option, and for scp not one of a different machine. find replaces `{}` in any word.
 */
function asWord(name: string, value: string, program: string, { wrong }: Filling): string {
  const { isPath = false } = kindOfPlaceholder(name);
  if (program === 'find' && value.includes('{}')) wrong.push(`find would replace the braces in ${inNote(value)}`);
  if (program === 'scp' && isPath && /^[^/]*:/.test(value)) return `./${value}`;
  return isPath ? pathArgument(value) : value;
}

function placeAfter(before: WordPart | undefined): Landing {
  if (before === undefined) return 'beginning';
  return literalOf(before).endsWith('=') ? 'value' : 'after';
}

/** A word that consists of several parts, or a file for the output. */
function joined(word: CommandWord, start: 'word' | 'target', filling: Filling): string {
  return word
    .map((part, index) => {
      if (part.kind === 'literal') return part.source;
      if (part.kind === 'substitution') return `$(${lineOf(part.pipeline, filling)})`;
      const value = oneValue(part.name, start === 'target' ? start : placeAfter(word[index - 1]), filling);
      return shellWord(index === 0 ? pathArgument(value) : value);
    })
    .join('');
}

/** Whether a word names a machine: `root@{other}`, `root@{other}:{otherPath}`. */
function isOnMachine([user, host]: CommandWord, program: string): boolean {
  return (program === 'ssh' || program === 'scp') && literalOf(user).endsWith('@') && host?.kind === 'placeholder';
}

function wordOnMachine([user, host, colon, path, ...others]: CommandWord, program: string, filling: Filling): string {
  const isWhole =
    colon === undefined || (program === 'scp' && literalOf(colon) === ':' && path?.kind === 'placeholder');
  if (host?.kind !== 'placeholder' || !isWhole || others.length > 0) throw new Error('this names no machine');
  const name = oneValue(host.name, 'host', filling);
  const machine = program === 'scp' && name.includes(':') ? `[${name}]` : name;
  const file = path?.kind === 'placeholder' ? `:${remotePath(oneValue(path.name, 'there', filling))}` : '';
  return shellWord(`${literalOf(user)}${machine}${file}`);
}

/** A word after the machine of ssh: the shell here reads it first, then the shell there. */
function remoteWord(word: CommandWord, filling: Filling): string {
  const [first, ...others] = word;
  if (first?.kind === 'placeholder' && first.name === 'remote' && others.length === 0) {
    if (filling.remote === undefined) throw new Error('no command for {remote}');
    return shellWord(lineOf(parseTemplate(filling.remote), filling));
  }
  if (first?.kind === 'placeholder' && kindOfPlaceholder(first.name).isOperand) throw misplaced(first.name);
  const isPlain = word.every((part) => part.kind !== 'literal' || part.source === shellWord(part.text));
  if (!isPlain || word.some((part) => part.kind === 'substitution')) throw new Error('a remote command is a {remote}');
  if (first?.kind !== 'placeholder' || others.length > 0) return shellWord(joined(word, 'word', filling));
  const words = valuesFor(first.name, 'word', filling).map((value) =>
    shellWord(asWord(first.name, value, 'ssh', filling)),
  );
  return words.map(shellWord).join(' ');
}

function oneValue(name: string, place: Landing, filling: Filling): string {
  const [value, ...others] = valuesFor(name, place, filling);
  if (value === undefined || others.length > 0) throw misplaced(name);
  return value;
}

/** The values of a placeholder; those that are not of its kind are reported. */
function valuesFor(name: string, place: Landing, { values, used, wrong }: Filling): readonly string[] {
  const { what, places, isValid, many = false } = kindOfPlaceholder(name);
  const value = values[name];
  if (value === undefined) throw new Error(`no value for {${name}}`);
  if (!places.includes(place) || (typeof value !== 'string') !== many) throw misplaced(name);
  const all = [value].flat();
  used.push(...all);
  wrong.push(...all.filter((one) => !isValid(one)).map((one) => `${inNote(one) || 'an empty text'} is not ${what}`));
  return all;
}

const misplaced = (name: string): Error => new Error(`{${name}} must not be there, or not be a list`);
