/** Converts YAML nodes to values with their place in a file. */
import type { Place, Placed } from '../../artifact/place.ts';
import { withoutSecret } from '../../core/secrets.ts';
import { lineAt, type Range } from './lines.ts';
import { getString, type YamlNode } from './yaml-node.ts';

/** Returns the place of a node in a file. */
export function placeAt(path: string, { line, column, endLine, endColumn }: Range): Place {
  return { path, line, column, endLine, endColumn };
}

/** Returns the place of an argument in a file, with its line if that may be shown. */
export function argumentAt(path: string, node: YamlNode): Place {
  const line = node.kind === 'scalar' ? lineAt(node.lines, node.line) : '';
  const isShown = line.length <= longestShown && (showable.test(line) || gates.test(line));
  const begin = isShown || node.line !== node.endLine ? undefined : beginning.exec(line)?.[0];
  const at = placeAt(path, node);
  if (begin !== undefined) return { ...at, begin };
  return isShown ? { ...at, source: line } : at;
}

/** Characters of a line that is compared with the pattern, which takes cubic time. */
const longestShown = 250;

/**
 * A line that contains nothing but a flag, with or without its dashes, or a field with a path, a number, a name, or a
 * list of them or of servers. No comment, second flag, user information or path of a URL is shown: each may contain a
 * secret. Whether the flag itself may have a secret is decided by its name (`lint/rules/place.ts`).
 */
const showable =
  /^ {0,40}(?:- +)?(?=.{1,200}$)(["']?)(?:--?[\w-]+=?|[\w-]+=|\w+: +)(?!.*:\/\/[^,]*\/[^,])(["']?)(?:[\w./,:+*-]|\[[\da-f:]+\]|\$\(\w+\))*\2\1,?$/i;

/** An item of a list, up to the value of its flag. */
const beginning = /^ {0,40}- +["']?--?[A-Za-z][\w-]{0,80}[= ]/;

/** Feature gates: pairs of a name and a truth value. */
const gates = /^ {0,40}- +--feature-gates=(?:kube:)?\w{1,80}=(?:true|false)(?:,(?:kube:)?\w{1,80}=(?:true|false))*$/i;

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
