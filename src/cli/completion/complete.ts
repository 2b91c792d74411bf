/** Completes a command line: what can follow, by the rows of commands and options. Nothing is read, run or checked. */
import type { Rows } from '../../tables/option-table.ts';
import { repeatable } from '../parsing/choices.ts';
import type { CommandOption } from '../parsing/flags.ts';
import type { Names } from './names.ts';
import { type Choice, type Offer, valuesOfArgument, valuesOfOption } from './values.ts';

/** What completion knows of a command. */
export interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  /** In the notation of commander: `<RULE>`, `[PATH...]`. */
  readonly arguments: readonly (readonly [notation: string, help: string])[];
  readonly options: () => readonly Rows<string, CommandOption>[];
}

/** The bits of the last line of an answer, as those of kubectl and other programs with cobra. */
const bits = { noSpace: 2, noFiles: 4, onlyFolders: 16 };

/**
 * Returns the answer for a shell: a candidate on each line, with what it means after a tab; then `:4`, the sum of
 * `bits`. How the word begins, which neither the candidates nor the names of files repeat, follows it after a tab.
 *
 * @param words the words after `pki-lint` up to the cursor, without quotes: the last, which may be empty, is completed
 * @param commands the first is the default
 */
export function complete(words: readonly string[], commands: readonly CompletedCommand[], names: Names): string {
  const { candidates, files, lead = '', goesOn = false } = offerFor(words, commands, names);
  // A line ends a candidate, and a tab its text.
  if (/[\n\t]/.test(lead)) return `:${bits.noFiles}\n`;
  const typed = (words.at(-1) ?? '').slice(lead.length);
  const lines = candidates
    .filter(({ text }) => text.startsWith(typed))
    .map(({ text, help }) => (help === undefined ? text : `${text}\t${help}`));
  const directive =
    (goesOn ? bits.noSpace : 0) +
    (files === undefined ? bits.noFiles : 0) +
    (files === 'folders' ? bits.onlyFolders : 0);
  return [...lines, `:${directive}${lead === '' ? '' : `\t${lead}`}`, ''].join('\n');
}

function offerFor(words: readonly string[], commands: readonly CompletedCommand[], names: Names): Offer {
  const [first = '', ...more] = words;
  const listed: readonly Choice[] = [
    ...commands.map(({ name, description }) => ({ text: name, help: description })),
    { text: 'help', help: 'show all options of a command' },
  ];
  if (first === 'help' && more.length > 0) return { candidates: more.length === 1 ? listed : [] };
  const named = more.length === 0 ? undefined : commands.find(({ name }) => name === first);
  const command = named ?? commands[0];
  if (command === undefined) return { candidates: [] };
  const rows = [...command.options().flatMap((group) => Object.values(group)), ...ownRows(command === commands[0])];
  const offer = offerOf(named === undefined ? words : more, command, rows, names);
  // A command is the first word.
  const isFirst = more.length === 0 && !first.startsWith('-');
  return isFirst ? { ...offer, candidates: [...listed, ...offer.candidates] } : offer;
}

/** The options that commander adds. */
function ownRows(isDefault: boolean): readonly CommandOption[] {
  const version = { option: '--version', short: '-V', help: 'print the version', group: '' };
  const help = { option: '--help', short: '-h', help: 'print this help', group: '' };
  return isDefault ? [version, help] : [help];
}

/** What is offered for the last of these words, which follow the name of the command. */
function offerOf(
  words: readonly string[],
  command: CompletedCommand,
  rows: readonly CommandOption[],
  names: Names,
): Offer {
  const typed = words.at(-1) ?? '';
  const { pending, given, operands, onlyOperands } = read(words.slice(0, -1), rows);
  if (pending !== undefined) return valuesOfOption(pending)(typed, names);
  if (onlyOperands || !typed.startsWith('-')) {
    const notations = command.arguments.map(([notation]) => notation);
    const last = notations.at(-1);
    const notation = notations[operands] ?? (last?.includes('...') ? last : undefined);
    return notation === undefined ? { candidates: [] } : valuesOfArgument(notation)(typed, names);
  }
  const { row, value, before = '' } = optionIn(typed, rows);
  if (row !== undefined && value !== undefined) {
    const { lead = '', ...offer } = valuesOfOption(row)(value, names);
    return { ...offer, lead: `${before}${lead}` };
  }
  const left = rows.filter((one) => !given.has(one) || repeatable.includes(one.type ?? ''));
  return {
    candidates: left.flatMap(({ short, option, help }) =>
      [short, option].flatMap((text) => (text === undefined ? [] : [{ text, help }])),
    ),
  };
}

/** What the words before the last one say. */
interface Read {
  /** The option whose value comes next. */
  readonly pending: CommandOption | undefined;
  readonly given: ReadonlySet<CommandOption>;
  /** How many arguments there are. */
  readonly operands: number;
  /** Whether `--` was among the words. */
  readonly onlyOperands: boolean;
}

/** Reads words as commander does, which takes any word as a value where it expects one. */
function read(words: readonly string[], rows: readonly CommandOption[]): Read {
  const given = new Set<CommandOption>();
  let pending: CommandOption | undefined;
  let operands = 0;
  let onlyOperands = false;
  for (const word of words) {
    if (pending !== undefined) pending = undefined;
    else if (onlyOperands || word === '-' || !word.startsWith('-')) operands++;
    else if (word === '--') onlyOperands = true;
    else {
      const { row, value, others = [] } = optionIn(word, rows);
      for (const one of [...others, ...(row === undefined ? [] : [row])]) given.add(one);
      if (row?.metavar !== undefined && value === undefined) pending = row;
    }
  }
  return { pending, given, operands, onlyOperands };
}

interface OptionInWord {
  readonly row?: CommandOption | undefined;
  /** What the word has of its value; undefined: the next word is its value, or it has none. */
  readonly value?: string;
  /** What is before the value. */
  readonly before?: string;
  /** The options of `-qv` before the last one. */
  readonly others?: readonly CommandOption[];
}

/**
 * Finds the option of a word: `--format`, `--format=json`, `-f`, `-fjson`, `-qvfjson`. Options have no abbreviations.
 */
function optionIn(word: string, rows: readonly CommandOption[]): OptionInWord {
  if (word.startsWith('--')) {
    const end = word.indexOf('=');
    const row = rows.find(({ option }) => option === (end === -1 ? word : word.slice(0, end)));
    if (end === -1 || row?.metavar === undefined) return { row };
    return { row, value: word.slice(end + 1), before: word.slice(0, end + 1) };
  }
  const others: CommandOption[] = [];
  for (let at = 1; at < word.length; at++) {
    const row = rows.find(({ short }) => short === `-${word[at]}`);
    const isLast = at === word.length - 1;
    if (row === undefined || isLast) return { row, others };
    if (row.metavar !== undefined) return { row, others, value: word.slice(at + 1), before: word.slice(0, at + 1) };
    others.push(row);
  }
  return {};
}
