/** Command-line flags, as each component's own parser takes them apart. */
import type { Argument } from '../core/artifact.ts';
import { maxWords, type Word } from './words.ts';

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
