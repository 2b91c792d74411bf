/** Words of a command line, and what a container's environment puts into them. */
import type { Argument, Place } from '../../core/artifact.ts';
import { withoutSecret } from '../parse/document.ts';

/** One word. `unknownVariable` names what in `text` could not be filled in. */
export interface Word {
  readonly text: string;
  readonly at: Place;
  readonly unknownVariable?: string;
}

/** Variables by name; undefined: set, but to what is not known. */
export interface Environment {
  readonly variables: ReadonlyMap<string, string | undefined>;
}

export const emptyEnvironment: Environment = { variables: new Map() };

/** The longest argument or variable that Linux starts a program with (MAX_ARG_STRLEN, execve(2)), its end included. */
export const maxWordLength = 128 * 1024 - 1;

/** Words that a command line may have; components have less than a hundred. More are not looked at. */
export const maxWords = 4096;

/** A word: unknown where nothing could be started with it, and never a key. */
export function asWord(text: string, at: Place, unknownVariable?: string): Word {
  if (text.length > maxWordLength) return { text: '', at, unknownVariable: 'a word too long to start a program with' };
  const safe = withoutSecret(text);
  return unknownVariable === undefined ? { text: safe, at } : { text: safe, at, unknownVariable };
}

const maxFilledLength = 1024 * 1024;

/**
 * Fills in `$(VAR)`; `$$` is a dollar sign (Kubernetes API, `Container.command`; k8s.io/kubernetes
 * third_party/forked/golang/expansion). What cannot be filled in stays as it is written.
 */
export function expandReferences(text: string, environment: Environment): { text: string; unknownVariable?: string } {
  let unknownVariable: string | undefined;
  let length = text.length;
  // Behind the last bracket nothing is a reference any more; in front of it the search for its end always succeeds.
  const end = text.lastIndexOf(')') + 1;
  const expanded = text.slice(0, end).replace(/\$(?:\$|\(([^)]*)\))/g, (reference, name: string | undefined) => {
    if (name === undefined) return '$';
    const value = environment.variables.get(name);
    if (value === undefined) unknownVariable ??= name;
    length += value?.length ?? 0;
    return length > maxFilledLength ? '' : (value ?? reference);
  });
  if (length > maxFilledLength) return { text: '', unknownVariable: 'a text too long to start a program with' };
  const filled = expanded + text.slice(end).replaceAll('$$', () => '$');
  return unknownVariable === undefined ? { text: filled } : { text: filled, unknownVariable };
}

/** The type of a component's flag; undefined: not known. */
export type FlagType = (component: string, flag: string) => 'bool' | 'value' | undefined;

/**
 * Takes words apart into arguments. etcd parses with Go's `flag` (one dash or two, stops at the first word that is no
 * flag), the Kubernetes components with `spf13/pflag` (two dashes, one for one-letter names, `_` counts as `-`:
 * k8s.io/component-base cli/flag `WordSepNormalizeFunc`).
 *
 * @returns the arguments, and why there may be more of them
 */
export function parseFlags(
  component: string,
  words: readonly Word[],
  flagType: FlagType,
): { arguments: Argument[]; unknown?: string } {
  const go = component === 'etcd';
  const found: Argument[] = [];
  let unknown: string | undefined;
  if (words.length > maxWords) unknown = `it has more than ${maxWords} arguments, of which the first were read`;
  for (let index = 0; index < Math.min(words.length, maxWords); index += 1) {
    const word = words[index];
    if (word === undefined || word.text === '--') break;
    const { text } = word;
    if (text.length < 2 || !text.startsWith('-')) {
      // A word that is known not to be a flag ends Go's flags; one that is not known may be anything.
      if (word.unknownVariable !== undefined)
        unknown ??= `${word.unknownVariable} stands among its arguments, and its value is not known`;
      if (go) break;
      continue;
    }
    const { name, spelled, value } = split(text, go);
    const next = words[index + 1];
    const takesNext = value === undefined && next !== undefined && wantsValue(flagType(component, name), next);
    if (takesNext) index += 1;
    found.push(argument(name, spelled, takesNext ? next : { ...word, text: value ?? 'true' }, word));
  }
  return unknown === undefined ? { arguments: found } : { arguments: found, unknown };
}

/** A flag that is not known takes what follows for its value unless that looks like a flag. */
function wantsValue(type: 'bool' | 'value' | undefined, next: Word): boolean {
  return type === 'value' || (type === undefined && !next.text.startsWith('-'));
}

function split(text: string, go: boolean): { name: string; spelled: string; value: string | undefined } {
  const [, dashes = '', body = ''] = /^(--?)(.*)$/s.exec(text) ?? [];
  const equals = body.indexOf('=');
  const long = go || dashes === '--';
  if (!long) {
    const value = body.slice(1).replace(/^=/, '');
    return { name: body.charAt(0), spelled: `-${body.charAt(0)}`, value: body.length > 1 ? value : undefined };
  }
  const written = equals === -1 ? body : body.slice(0, equals);
  return {
    name: go ? written : written.replaceAll('_', '-'),
    spelled: dashes + written,
    value: equals === -1 ? undefined : body.slice(equals + 1),
  };
}

function argument(name: string, spelled: string, value: Word, at: Word): Argument {
  const { unknownVariable } = value;
  if (unknownVariable !== undefined) return { name, spelled, value: undefined, unknownVariable, at: at.at };
  return { name, spelled, value: value.text, at: at.at };
}
