/** Values that a component refuses, in its own words. */

import type { Argument } from '../../artifact/argument.ts';
import type { Component } from '../../artifact/component.ts';
import { goQuoted } from '../../core/go-values.ts';

/** A value that a component refuses. */
export interface RefusedValue {
  readonly argument: Argument;
  /** The message of the component. */
  readonly error: string;
  /** What the flag takes, after "give it". */
  readonly takes: string;
  /** The value that was probably meant; '' to remove the flag. */
  readonly meant?: string | undefined;
}

/**
 * Whether an argument is a flag, or a variable that etcd reads: the fields of configuration files are read by other
 * rules.
 */
export const isFlag = ({ spelled }: Argument): boolean => spelled.startsWith('-') || spelled.startsWith('ETCD_');

/** The types of Go's flag whose errors are short. */
const shortErrors = new Set(['bool', 'duration', 'int64', 'uint64']);

/** What is said about a value that the parser of a flag refuses: by Go's flag (etcd), or by spf13/pflag. */
export function parserWords(component: Component, argument: Argument, error: string, type = ''): string {
  const { name, spelled, value = '' } = argument;
  if (component.name !== 'etcd') {
    const flag = name === 'v' ? '-v, --v' : `--${name}`;
    return `invalid argument ${goQuoted(value)} for ${goQuoted(flag)} flag: ${error}`;
  }
  const isRange = error.endsWith('value out of range');
  const reason = shortErrors.has(type) ? (isRange ? 'value out of range' : 'parse error') : error;
  if (spelled.startsWith('ETCD_')) return `invalid value ${goQuoted(value)} for ${spelled}: ${reason}`;
  if (type === 'bool') return `invalid boolean value ${goQuoted(value)} for -${name}: ${reason}`;
  return `invalid value ${goQuoted(value)} for flag -${name}: ${reason}`;
}
