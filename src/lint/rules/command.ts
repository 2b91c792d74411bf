/** Commands of pki-lint that fix a finding. The planner decides on them, and is passed in. */
import { layoutOption } from '../../artifact/layout.ts';
import { optionWords } from '../../core/command/shell.ts';
import { factNames, factOptions } from '../../model/facts/fact-options.ts';
import type { Fact } from '../../model/facts/facts.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Failure } from './failure.ts';

export interface Command {
  /** The command line as typed on the node. A word in capitals is a placeholder for what no file contains. */
  readonly text: string;
  /** The one that changes the copy of the node that was read; null if there is none. */
  readonly copy: string | null;
  /** The node that it changes. */
  readonly on: string;
  /** Whether it makes or replaces a CA or the key that signs tokens, and not only what they sign. */
  readonly class: 're-issues' | 'changes-trust';
  /** What must be true for it to be right, and what to fill in. */
  readonly comment: string | null;
  /**
   * What follows if it only makes requests: the CAs that sign them elsewhere, and the command that installs the result.
   */
  readonly signed?: { readonly by: readonly string[]; readonly folder: string; readonly install: Command };
  /**
   * The command that does the same for everything that expires on the node; without `ofCa`, except for expired CAs.
   * `needed`: the roles that it renews, if some of them have expired too, so that the components work only after it.
   */
  readonly all?: Command & { readonly ofCa?: true; readonly needed?: readonly string[] };
}

/**
 * Returns the command for a failure; undefined if none fixes it.
 *
 * @param others failures of the same node that the command must fix as well
 */
export type CommandFor = (failure: Failure, others?: readonly Failure[]) => Command | undefined;

/** Whether a command can fix a failure at all. */
export function mayHaveCommand({ rule, subject }: Failure): boolean {
  return (rule.remedy !== null || rule.issue !== undefined) && subject.role !== undefined;
}

/** The words of an `issue` that writes on the node itself: `options`, and the facts and the profile of linting. */
export function wordsForNode(pki: Pki, options: readonly string[]): readonly string[] {
  const { node } = pki;
  const folder = node.pki === node.layout.pki ? [] : [node.pki];
  return [...folder, '--write', ...options, ...asLinted(pki)];
}

/**
 * The same for the copy of the node that was read; null if that was the node, or an archive, which cannot be changed.
 */
export function wordsForCopy(pki: Pki, options: readonly string[]): readonly string[] | null {
  const { rootfs, named } = pki.node;
  return rootfs === '/' || named === undefined ? null : [...named, ...wordsForNode(pki, options)];
}

/** The layout, the facts and the profile of linting as options, so that issuing uses the same. */
function asLinted({ facts, judging }: Pki): readonly string[] {
  const given = factNames.flatMap((name) => {
    const { option } = factOptions[name];
    const fact: Fact<string | readonly string[]> | undefined = facts[name];
    return fact?.source === option ? optionWords(option, [fact.value].flat().join(',')) : [];
  });
  const layout = judging.layout === undefined ? [] : optionWords(layoutOption, judging.layout);
  return [...layout, ...given, ...(judging.documentedOnly ? ['--profile', 'documented'] : [])];
}
