/** Converts YAML nodes to values with their place in a file. */
import type { Place, Placed } from '../../core/artifact.ts';
import { withoutSecret } from '../../core/secrets.ts';
import { getString, type Position, type YamlNode } from './yaml.ts';

/** Returns the place of a node in a file. */
export function placeAt(path: string, { line, column }: Position): Place {
  return { path, line, column };
}

/** Returns the non-empty string under a path of keys, with its place. */
export function placedString(
  path: string,
  node: YamlNode | undefined,
  ...keys: readonly string[]
): Placed<string> | undefined {
  const scalar = getString(node, ...keys);
  return scalar === undefined || scalar.text === ''
    ? undefined
    : { value: withoutSecret(scalar.text), at: placeAt(path, scalar) };
}
