/** Expands the words of a command line, and parses them into flags. */
import type { Argument } from '../../artifact/argument.ts';
import type { FlagType, Programs } from '../../artifact/layout.ts';
import type { Place, Placed } from '../../artifact/place.ts';
import { withoutSecret } from '../../core/secrets.ts';

/** One word. `unknownVariable` is the variable in `text` that could not be expanded. */
export interface Word {
  readonly text: string;
  readonly at: Place;
  readonly unknownVariable?: string | undefined;
  /** Whether its line has nothing else. */
  readonly ownLine?: true;
}

/** Variables by name; undefined for one that is set to an unknown value. */
export interface Environment {
  readonly variables: ReadonlyMap<string, string | undefined>;
}

export const emptyEnvironment: Environment = { variables: new Map() };

/** The longest argument that Linux passes to a program, without its null byte (MAX_ARG_STRLEN, execve(2)). */
export const maxWordLength = 128 * 1024 - 1;

/** The maximum number of words of a command line to read; components have fewer than a hundred. */
const maxWords = 4096;

/**
 * The maximum number of characters to read of the command lines of one file. A few hundred bytes can expand to
 * gigabytes. Linux allows some mebibytes for one program (execve(2)), and components have some kilobytes.
 */
export const maxLineLength = 2 * (maxWordLength + 1);

/** How much may still be read. */
export interface Budget {
  left: number;
}

export const lineBudget = (): Budget => ({ left: maxLineLength });

const tooLong = 'a command that is too long to be a program';

/** Returns a word. A word that is too long for a program is unknown. Private keys in it are replaced. */
export function asWord(text: string, at: Place, unknownVariable?: string): Word {
  if (text.length > maxWordLength) return { text: '', at, unknownVariable: tooLong };
  return { text: withoutSecret(text), at, unknownVariable };
}

/** Takes words while they are few and short enough. The word after them stands for the others, and is unknown. */
export function takeWords(words: Iterable<Word>, budget: Budget): Word[] {
  const taken: Word[] = [];
  for (const word of words) {
    // One word more than the limit, so that `parseFlags` reports the excess.
    if (taken.length > maxWords) break;
    budget.left -= 1 + (word.unknownVariable === tooLong ? maxWordLength : word.text.length);
    if (budget.left < 0) {
      taken.push({ text: '', at: word.at, unknownVariable: 'the rest of a command line that is too long to read' });
      break;
    }
    taken.push(word);
  }
  return taken;
}

/**
 * Expands `$(VAR)`, and `$$` to a dollar sign (Kubernetes API, `Container.command`; k8s.io/kubernetes
 * third_party/forked/golang/expansion). A reference to an unknown variable is left unchanged.
 */
export function expandReferences(text: string, environment: Environment): Omit<Word, 'at'> {
  let unknownVariable: string | undefined;
  let length = text.length;
  // There are no references after the last `)`. Up to it, every search for a `)` succeeds, so this takes linear time.
  const end = text.lastIndexOf(')') + 1;
  const expanded = text.slice(0, end).replace(/\$(?:\$|\(([^)]*)\))/g, (reference, name: string | undefined) => {
    if (name === undefined) return '$';
    const value = environment.variables.get(name);
    if (value === undefined) unknownVariable ??= name;
    length += value?.length ?? 0;
    return length > maxWordLength ? '' : (value ?? reference);
  });
  if (length > maxWordLength) return { text: '', unknownVariable: tooLong };
  return { text: expanded + text.slice(end).replaceAll('$$', () => '$'), unknownVariable };
}

interface ParsedFlags {
  readonly arguments: Argument[];
  readonly operands?: readonly Placed<string>[];
  readonly unknown: string | undefined;
}

/**
 * Parses words into arguments.
 *
 * @returns the arguments, the words that are neither flags nor their values, and why there may be more arguments
 */
export function parseFlags(component: string, words: readonly Word[], programs: Programs): ParsedFlags {
  const program = programs.get(component);
  const isGo = program?.parser === 'go';
  const found: Argument[] = [];
  const operands: Placed<string>[] = [];
  let unknown: string | undefined;
  if (words.length > maxWords) unknown = `its command line is too long, and only the first ${maxWords} words were read`;
  for (let index = 0; index < Math.min(words.length, maxWords); index += 1) {
    const word = words[index];
    if (word === undefined || word.text === '--') break;
    const { text } = word;
    if (text.length < 2 || !text.startsWith('-')) {
      // Go stops at a word that is not a flag. A word with an unknown value may be a flag or not.
      if (word.unknownVariable !== undefined)
        unknown ??= `its command line contains ${word.unknownVariable}, whose value is unknown`;
      // An empty word is none.
      else if (text !== '') operands.push({ value: text, at: word.at });
      if (isGo) break;
      continue;
    }
    const { name, spelled, value } = splitFlag(text, isGo);
    const next = words[index + 1];
    const usesNext = value === undefined && next !== undefined && hasValue(program?.flags.get(name), next);
    if (usesNext) index += 1;
    const { text: known, unknownVariable } = usesNext ? next : { ...word, text: value ?? 'true' };
    found.push({
      name,
      spelled,
      value: unknownVariable === undefined ? known : undefined,
      unknownVariable,
      at: word.at,
      ...(word.ownLine && (!usesNext || next?.at === word.at) && { ownLine: true }),
    });
  }
  return { arguments: found, ...(operands.length > 0 && { operands }), unknown };
}

/** Whether `next` is the value of a flag. For an unknown flag it is, unless it looks like a flag itself. */
function hasValue(type: FlagType | undefined, next: Word): boolean {
  return type === 'value' || (type === undefined && !next.text.startsWith('-'));
}

function splitFlag(text: string, isGo: boolean): Pick<Argument, 'name' | 'spelled' | 'value'> {
  const [, dashes = '', body = ''] = /^(--?)(.*)$/s.exec(text) ?? [];
  if (!isGo && dashes === '-') {
    const name = body.charAt(0);
    return { name, spelled: `-${name}`, value: body.length > 1 ? body.slice(1).replace(/^=/, '') : undefined };
  }
  const [, written = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(body) ?? [];
  return { name: isGo ? written : written.replaceAll('_', '-'), spelled: dashes + written, value };
}
