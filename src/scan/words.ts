/** Words of a command line, and what a container's environment puts into them. */
import type { Place } from '../core/place.ts';
import { withoutSecret } from './secret.ts';

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
