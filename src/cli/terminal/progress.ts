/**
 * A line on stderr that says how far a run has come: `Reading nodes: 120 of 300`. It is written over the one before,
 * and everything else that is written erases it (`terminal.ts`).
 */
import { printable } from '../../core/text.ts';
import { textWidth } from '../../report/text/width.ts';
import { showProgress, type Terminal } from './terminal.ts';

/** Milliseconds until the first line: what is done sooner needs none. */
const delay = 1000;

/** Milliseconds between two lines. */
const pause = 100;

/**
 * Returns what shows progress; undefined where it is not wanted: with --quiet, in a pipeline, and on a terminal that
 * cannot erase. Whether stderr is a terminal is asked only after the delay: to open it takes time. There is no timer,
 * because reading is synchronous.
 */
export function progressOn(terminal: Terminal, quiet = false): ((message: string) => void) | undefined {
  const { env, progress } = terminal;
  const isPipeline = [env.CI, env.GITHUB_ACTIONS].some(Boolean);
  if (progress === undefined || quiet || isPipeline || env.TERM === 'dumb') return undefined;
  let next = terminal.now + delay;
  return (message) => {
    const { now } = terminal;
    if (now < next) return;
    const { stderr } = terminal;
    const isWatched = stderr.isTTY === true;
    next = isWatched ? now + pause : Number.POSITIVE_INFINITY;
    if (isWatched) showProgress(terminal, cut(printable(message), (stderr.columns || 80) - 1));
  };
}

/** Cuts a text off: only one line can be erased. */
function cut(text: string, width: number): string {
  let shown = '';
  for (const character of text) {
    if (textWidth(shown + character) > width) break;
    shown += character;
  }
  return shown;
}
