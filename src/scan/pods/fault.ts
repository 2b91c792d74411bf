/** Why the kubelet refuses a pod. */
import type { Correction } from '../../artifact/pod-document.ts';
import { lineAt } from '../parse/lines.ts';
import type { YamlNode } from '../parse/yaml-node.ts';

/** One error, and the value that it is about, or the object that lacks one. */
export interface PodFault {
  /** The words of the kubelet. */
  readonly error: string;
  readonly node: YamlNode;
  /** What replaces the value, as YAML, if that is known. */
  readonly right?: string;
  /** The key of the value, if that is what is wrong. */
  readonly key?: Correction;
}

/**
 * Returns the corrections of a pod's lines, each once; none if a person has to write one of them. A command changes
 * every line that says something, so that as many errors must be about it.
 */
export function correctionsOf(faults: readonly PodFault[], text: string): readonly Correction[] {
  const all = faults.map(correctionOf);
  const lines = text.split('\n').map((line) => line.trim());
  const isSafe = (one: Correction | undefined): one is Correction =>
    one !== undefined &&
    count(lines, one.written) ===
      count(
        all.map((other) => other?.written),
        one.written,
      );
  const safe = all.filter(isSafe);
  if (safe.length < all.length) return [];
  return [...new Map(safe.map((one) => [one.written, one])).values()];
}

const count = <T>(items: readonly T[], item: T): number => items.filter((one) => one === item).length;

function correctionOf({ node, right, key }: PodFault): Correction | undefined {
  if (key !== undefined)
    return /^\w{1,40}$/.test(key.written) ? { written: `${key.written}:`, right: `${key.right}:` } : undefined;
  if (right === undefined || node.kind !== 'scalar' || node.line !== node.endLine) return undefined;
  const line = lineAt(node.lines, node.line);
  const before = line.slice(0, node.column - 1);
  const written = line.slice(node.column - 1, node.endColumn - 1);
  const isWhole = node.endColumn - 1 === line.length;
  const item = before.trimStart();
  if (!isWhole || !/^(?:- )?(?:\w+: )?$/.test(item) || !/^[\w.,:/"'-]{1,200}$/.test(`${written}${right}`))
    return undefined;
  return { written: `${item}${written}`, right: `${item}${right}` };
}
