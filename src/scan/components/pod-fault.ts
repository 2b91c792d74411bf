/** Why the kubelet refuses a pod. */
import type { Correction } from '../../core/pod-document.ts';
import { lineAt } from '../parse/lines.ts';
import type { YamlNode } from '../parse/yaml.ts';

/** One error, and the value that it is about, or the object that lacks one. */
export interface PodFault {
  /** The words of the kubelet. */
  readonly error: string;
  readonly node: YamlNode;
  /** What replaces the value, as YAML, if that is known. */
  readonly right?: string;
}

/** Returns the correction of a line; undefined if only a person can write it. */
export function correctionOf({ node, right }: Pick<PodFault, 'node' | 'right'>): Correction | undefined {
  if (right === undefined || node.kind !== 'scalar' || node.line !== node.endLine) return undefined;
  const line = lineAt(node.lines, node.line);
  const before = line.slice(0, node.column - 1);
  const written = line.slice(node.column - 1, node.endColumn - 1);
  const isWhole = node.endColumn - 1 === line.length;
  const item = before.trimStart();
  if (!isWhole || !/^(?:- )?(?:\w+: )?$/.test(item) || !/^[\w.,:/"'-]{1,200}$/.test(`${written}${right}`))
    return undefined;
  // The command changes every line that says this.
  const isOnly = node.lines.text.split('\n').filter((one) => one.trim() === `${item}${written}`).length === 1;
  return isOnly ? { written: `${item}${written}`, right: `${item}${right}` } : undefined;
}
