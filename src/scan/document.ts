/** From positioned YAML to placed values. */
import type { Place, Placed } from '../core/place.ts';
import { withoutSecret } from './secret.ts';
import { getString, type Position, type YamlNode } from './yaml.ts';

/** The place of a node in a file. */
export function placeOf(path: string, { line, column }: Position): Place {
  return { path, line, column };
}

/** The non-empty string under a path of keys, with its place. */
export function placedString(
  path: string,
  node: YamlNode | undefined,
  ...keys: readonly string[]
): Placed<string> | undefined {
  const scalar = getString(node, ...keys);
  return scalar === undefined || scalar.text === ''
    ? undefined
    : { value: withoutSecret(scalar.text), at: placeOf(path, scalar) };
}

/** An object without its undefined members, for optional properties. */
export function defined<T extends object>(values: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
