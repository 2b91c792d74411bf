/**
 * The flags in the command of a supervisor, as github.com/urfave/cli reads them: one dash or two, `=` or the next word.
 */
import type { Place } from '../../artifact/place.ts';
import type { GivenValue } from '../../artifact/supervisor.ts';
import type { Word } from '../components/words.ts';
import type { KnownSettings } from './known.ts';

/** A flag with its value. */
export interface GivenFlag {
  readonly name: string;
  readonly spelled: string;
  readonly value: GivenValue;
  readonly at: Place;
}

/** How many flags are read: real commands have some dozens. */
const most = 1000;

/** The flags of a command, up to the first word that is none. */
export interface ReadFlags {
  readonly flags: readonly GivenFlag[];
  /** Why there may be others; undefined if there are none. */
  readonly unknown: string | undefined;
}

/** Reads the flags of a command. */
export function readFlags(words: readonly Word[], { settings, nameOf }: KnownSettings): ReadFlags {
  const flags: GivenFlag[] = [];
  let unknown: string | undefined;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    const [, written, equals, own] = /^--?([^=\s-][^=\s]*)(=)?(.*)$/s.exec(word?.text ?? '') ?? [];
    if (word?.unknownVariable !== undefined && equals === undefined)
      unknown = `its command line contains ${word.unknownVariable}, whose value is unknown`;
    else if (flags.length === most) unknown = `its command line has more than ${most} flags`;
    if (word === undefined || written === undefined || unknown !== undefined) break;
    const name = nameOf(written);
    const isBool = settings.get(name)?.type === 'bool';
    const next =
      equals === undefined && !isBool && isValue(words[index + 1], settings.has(name)) ? words[index + 1] : undefined;
    if (next !== undefined) index += 1;
    const text = equals === undefined ? (next?.text ?? 'true') : own;
    const isUnknown = (next ?? word).unknownVariable !== undefined;
    const spelled = word.text.slice(0, word.text.indexOf(written) + written.length);
    flags.push({ name, spelled, value: { value: isUnknown ? undefined : text, at: (next ?? word).at }, at: word.at });
  }
  return { flags, unknown };
}

/** Whether a word is the value of the flag before it: of one that is known, whatever it looks like. */
const isValue = (word: Word | undefined, isKnown: boolean): boolean =>
  word !== undefined && (isKnown || !word.text.startsWith('-'));
