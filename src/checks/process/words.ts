/** Words for processes, and for what they have otherwise. */
import type { ComponentProcess } from '../../artifact/process.ts';
import { handful } from '../../core/text.ts';
import type { Settlement } from '../../model/running/presence.ts';
import type { FlagDifference } from '../../model/running/process-arguments.ts';
import { knownFlags } from '../../tables/flags.ts';
import { list } from '../base/check.ts';
import { changeText } from '../values/shown-values.ts';

/** Most flags or files that a message contains. */
const most = 3;

/** Lists the first few texts: `a and b`, or `a, b, c and 2 more`. */
export const few = (texts: readonly string[]): string => (texts.length > most ? handful(texts, most) : list(texts));

/** Names a process: `process 312`, or the container if only the files of the runtime are known. */
export const processText = ({ pid, container }: ComponentProcess): string =>
  pid === undefined ? `container ${container?.id.slice(0, 12) ?? ''}` : `process ${pid}`;

/**
 * Names a flag. A word of a process that no release of the component knows and no file has may be anything: it is not
 * shown.
 */
function flagText({ name, wanted, found }: FlagDifference, component: string): string {
  const [argument = found[0]] = wanted;
  const isKnown = wanted.length > 0 || knownFlags(component)?.has(name) === true;
  return isKnown ? (argument?.spelled ?? `--${name}`) : 'an unknown flag';
}

/** Names the flags that differ: `--v and --profiling`. */
export const flagsText = (differences: readonly FlagDifference[], component: string): string =>
  few([...new Set(differences.map((one) => flagText(one, component)))]);

/** Names the flags that differ, with what is found and what is wanted: `--v (4 instead of 2)`. */
export const differencesText = (differences: readonly FlagDifference[], component: string): string =>
  few(
    differences.map((one) => {
      const flag = flagText(one, component);
      return one.wanted.length === 0 && !flag.startsWith('-') ? flag : `${flag} (${changeText(one.found, one.wanted)})`;
    }),
  );

/** What was changed or started, and when. */
export function settlingText(
  { since, seconds }: Extract<Settlement, { readonly state: 'settling' }>,
  path: string,
): string {
  const what = {
    file: `${path} was changed`,
    kubelet: 'the kubelet was started',
    component: 'a component was started',
  };
  return `${what[since]} ${seconds} s earlier`;
}
