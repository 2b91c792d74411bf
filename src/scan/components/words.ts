/** Words of a command line, with variables of the container's environment filled in. */
import type { Argument, Place } from '../../core/artifact.ts';
import { withoutSecret } from '../parse/document.ts';

/** One word. `unknownVariable` is the variable in `text` that could not be filled in. */
export interface Word {
  readonly text: string;
  readonly at: Place;
  readonly unknownVariable?: string | undefined;
}

/** Variables by name; undefined for one that is set to an unknown value. */
export interface Environment {
  readonly variables: ReadonlyMap<string, string | undefined>;
}

export const emptyEnvironment: Environment = { variables: new Map() };

/** The longest argument or variable that Linux starts a program with (MAX_ARG_STRLEN, execve(2)), without the byte that ends it. */
export const maxWordLength = 128 * 1024 - 1;

/** How many words of a command line are read; components have less than a hundred. */
export const maxWords = 4096;

/** A word. One that is too long to start a program with is unknown, and private keys are replaced. */
export function asWord(text: string, at: Place, unknownVariable?: string): Word {
  if (text.length > maxWordLength) return { text: '', at, unknownVariable: 'a word too long to start a program with' };
  return { text: withoutSecret(text), at, unknownVariable };
}

const maxFilledLength = 1024 * 1024;

/**
 * Fills in `$(VAR)`; `$$` is a dollar sign (Kubernetes API, `Container.command`; k8s.io/kubernetes
 * third_party/forked/golang/expansion). A reference to an unknown variable stays as it is.
 */
export function expandReferences(text: string, environment: Environment): Omit<Word, 'at'> {
  let unknownVariable: string | undefined;
  let length = text.length;
  // After the last bracket there are no references; before it the search for the end of one always succeeds.
  const end = text.lastIndexOf(')') + 1;
  const expanded = text.slice(0, end).replace(/\$(?:\$|\(([^)]*)\))/g, (reference, name: string | undefined) => {
    if (name === undefined) return '$';
    const value = environment.variables.get(name);
    if (value === undefined) unknownVariable ??= name;
    length += value?.length ?? 0;
    return length > maxFilledLength ? '' : (value ?? reference);
  });
  if (length > maxFilledLength) return { text: '', unknownVariable: 'a text too long to start a program with' };
  return { text: expanded + text.slice(end).replaceAll('$$', () => '$'), unknownVariable };
}

/** The type of a component's flag; undefined if it is not known. */
export type FlagType = (component: string, flag: string) => 'bool' | 'value' | undefined;

/**
 * Parses words into arguments. etcd parses with Go's `flag` (one dash or two, stops at the first word that is not a
 * flag), the Kubernetes components with `spf13/pflag` (two dashes, one for one-letter names, `_` counts as `-`:
 * k8s.io/component-base cli/flag `WordSepNormalizeFunc`).
 *
 * @returns the arguments, and why there may be more of them
 */
export function parseFlags(
  component: string,
  words: readonly Word[],
  flagType: FlagType,
): { arguments: Argument[]; unknown: string | undefined } {
  const go = component === 'etcd';
  const found: Argument[] = [];
  let unknown: string | undefined;
  if (words.length > maxWords) unknown = `it has more than ${maxWords} arguments, of which the first were read`;
  for (let index = 0; index < Math.min(words.length, maxWords); index += 1) {
    const word = words[index];
    if (word === undefined || word.text === '--') break;
    const { text } = word;
    if (text.length < 2 || !text.startsWith('-')) {
      // Go stops at a word that is not a flag. A word with an unknown value may be anything.
      if (word.unknownVariable !== undefined)
        unknown ??= `${word.unknownVariable} stands among its arguments, and its value is not known`;
      if (go) break;
      continue;
    }
    const { name, spelled, value } = split(text, go);
    const next = words[index + 1];
    const takesNext = value === undefined && next !== undefined && wantsValue(flagType(component, name), next);
    if (takesNext) index += 1;
    const { text: known, unknownVariable } = takesNext ? next : { ...word, text: value ?? 'true' };
    found.push({
      name,
      spelled,
      value: unknownVariable === undefined ? known : undefined,
      unknownVariable,
      at: word.at,
    });
  }
  return { arguments: found, unknown };
}

/** An unknown flag uses the next word as its value unless that looks like a flag. */
function wantsValue(type: 'bool' | 'value' | undefined, next: Word): boolean {
  return type === 'value' || (type === undefined && !next.text.startsWith('-'));
}

function split(text: string, go: boolean): Pick<Argument, 'name' | 'spelled' | 'value'> {
  const [, dashes = '', body = ''] = /^(--?)(.*)$/s.exec(text) ?? [];
  if (!go && dashes === '-') {
    const name = body.charAt(0);
    return { name, spelled: `-${name}`, value: body.length > 1 ? body.slice(1).replace(/^=/, '') : undefined };
  }
  const [, written = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(body) ?? [];
  return { name: go ? written : written.replaceAll('_', '-'), spelled: dashes + written, value };
}
