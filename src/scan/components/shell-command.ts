/**
 * Recognises commands of containers that do not start the program that they mean: written as for a shell (several words
 * in an item, backslashes at the ends), or with a misspelt name.
 */
import type { Argument } from '../../artifact/argument.ts';
import type { ShellCommand } from '../../artifact/component.ts';
import type { Programs } from '../../artifact/layout.ts';
import type { Correction } from '../../artifact/pod-document.ts';
import { isMisspelt } from '../../core/text.ts';
import { lineAt } from '../parse/lines.ts';
import { plainType } from '../parse/yaml-go.ts';
import { getItems, type YamlNode, type YamlScalar } from '../parse/yaml-node.ts';
import { componentOfProgram } from './program.ts';
import type { Word } from './words.ts';

const continued = /(?:^|\s)\\$/;
const withoutBackslash = (text: string): string => (continued.test(text) ? text.slice(0, -1).trimEnd() : text);

/** The words that were meant, and those that the container gets: only the first list has the name of the program. */
export interface MeantWords {
  readonly words: readonly Word[];
  readonly given: readonly Word[];
  readonly program?: Word;
}

/**
 * Returns the words that were meant; undefined if the list is one of words, or starts a different program.
 *
 * @param own the component whose image it is
 */
export function meantWords(
  words: readonly Word[],
  programs: Programs,
  own: string | undefined,
): MeantWords | undefined {
  const [first, ...given] = words;
  if (first === undefined || first.text.length > longest) return undefined;
  const [written = '', ...rest] = withoutBackslash(first.text).trim().split(/\s+/);
  // The images of the components have no other program with almost their name (k8s.io/kubernetes build/server-image).
  const name = own !== undefined && isMisspelt(written, own) ? own : written;
  if (componentOfProgram(name, programs) === undefined) return undefined;
  const isJoined = name !== first.text;
  if (!isJoined && !given.some(({ text }) => continued.test(text))) return undefined;
  const more = rest.map((text): Word => ({ text, at: first.at, unknownVariable: first.unknownVariable }));
  const meant = given.map((word) => ({ ...word, text: withoutBackslash(word.text) })).filter(({ text }) => text !== '');
  return { words: [{ ...first, text: name }, ...more, ...meant], given, ...(isJoined && { program: first }) };
}

/** A longer first word is a script. */
const longest = 4096;

/**
 * Describes what is wrong with the list of words of a container.
 *
 * @param given the arguments, as the container gets them
 */
export function shellCommand(container: YamlNode, meant: MeantWords, given: readonly Argument[]): ShellCommand {
  const items = [...getItems(container, 'command'), ...getItems(container, 'args')];
  const scalars = items.filter((item): item is YamlScalar => item.kind === 'scalar');
  const [first] = scalars;
  const { program } = meant;
  const correction = program && first && rightItem(first, meant.words[0]?.text ?? '');
  const text = first?.lines.text ?? '';
  const ends = text.split('\n').filter((line) => line.trimEnd().endsWith('\\')).length;
  const own = scalars.filter(isPlainItem).length;
  return {
    ...(program && { program: { value: program.text, at: program.at } }),
    continued: given.filter(({ value }) => value !== undefined && continued.test(value)),
    corrections: correction === undefined ? [] : [correction],
    isContinued: ends > 0 && ends === own,
  };
}

/** Whether a backslash ends an item that is on one line, without quotes. */
function isPlainItem({ text, line, endLine, lines }: YamlScalar): boolean {
  return line === endLine && /\S\s+\\$/.test(text) && lineAt(lines, line).trim() === `- ${text}`;
}

/** A word as YAML: a number or a bool would not be one. */
const asItem = (word: string): string => (plainType(word) === 'string' ? word : JSON.stringify(word));

/**
 * Several items instead of one, without the backslash at its end: that is removed by itself, where there are more. The
 * first has the right name of the program.
 */
function rightItem({ text, line, lines }: YamlScalar, name: string): Correction | undefined {
  const words = withoutBackslash(text).trim();
  const written = lineAt(lines, line).trim().replace(/^- /, '');
  if (!/^[\w=.,:/ -]{1,500}$/.test(words) || withoutBackslash(written).trim() !== words) return undefined;
  const [, ...more] = words.split(/ +/);
  return { written: words, right: [name, ...more].map(asItem).join('\n') };
}
