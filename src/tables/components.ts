/** Components that tables know by their names: `rules/tables/components.json`, typed. */
import table from '../../rules/tables/components.json' with { type: 'json' };
import type { KnownProgram } from '../artifact/layout.ts';
import type { NonEmptyString } from '../core/formats.ts';
import { knownFlags, secretFlags } from './flags.ts';
import type { ComponentName } from './name-types.ts';

/** What is known of a component, whatever starts it. */
export interface KnownComponent extends Pick<KnownProgram, 'parser'> {
  readonly name: ComponentName;
  /** Whose releases its own are. */
  readonly releases: 'kubernetes' | 'etcd';
  /** Its other name, as the first argument of `hyperkube`. */
  readonly hyperkube?: NonEmptyString;
  /** What it says of words that are neither flags nor their values: `{first}`, or `{all}` of them in quotes. */
  readonly operand: NonEmptyString;
}

export const knownComponents = table.rows as readonly KnownComponent[];

/** Returns what is known of a component; undefined for one that only its layout knows. */
export function knownComponent(name: string): KnownComponent | undefined {
  return knownComponents.find((row) => row.name === name);
}

/**
 * Returns how the command line of a component is read.
 *
 * @param files what is in the files that its flags name, where only a layout knows that
 */
export function programOf(name: ComponentName, files: KnownProgram['files']): KnownProgram {
  const { parser = 'pflag', hyperkube } = knownComponent(name) ?? {};
  return {
    parser,
    files,
    // Help and completion join layouts too, and read no command line.
    get flags() {
      return knownFlags(name) ?? new Map();
    },
    get secret() {
      return secretFlags(name);
    },
    ...(hyperkube !== undefined && { hyperkube }),
  };
}

/** Returns the words with which a component refuses a flag that it does not know. */
export function unknownFlagError(component: string, flag: string): string {
  const isGo = knownComponent(component)?.parser === 'go';
  return `${isGo ? 'flag provided but not defined: -' : 'unknown flag: --'}${flag}`;
}
