/** Parses YAML to events as Go's parser does where js-yaml follows the specification more strictly. */
import { type Event, parseEvents, YAMLException } from 'js-yaml';

/** How many lines of a file may be less indented than the flow collection or the quoted text that they are in. */
const mostJoined = 200;
const longestIndent = 1000;
/** Larger files with such lines are not parsed again for each of them. */
const mostParsedAgain = 64 * 1024;

/** What was parsed: a text in which each offset is that of the file, and its events. */
interface Parsed {
  readonly text: string;
  readonly events: Event[];
}

/**
 * Returns the events of a text. Go's parser does not look at indentation between brackets or quotation marks, where
 * js-yaml reports `deficient indentation`. There a line break is worth as much as a space, so that each offset stays.
 */
export function eventsOf(text: string, maxDepth: number): Parsed {
  try {
    return { text, events: parseEvents(text, { maxDepth }) };
  } catch (error) {
    return eventsOfJoined(text, maxDepth, error);
  }
}

function eventsOfJoined(text: string, maxDepth: number, first: unknown): Parsed {
  let joined = text;
  let error = first;
  for (let count = 0; count < mostJoined && text.length <= mostParsedAgain; count += 1) {
    const broken = lineBreakBefore(error, joined);
    if (broken === undefined) break;
    const blank = /^\n[ \t]*/.exec(joined.slice(broken, broken + longestIndent))?.[0].length ?? 1;
    joined = joined.slice(0, broken) + ' '.repeat(blank) + joined.slice(broken + blank);
    try {
      return { text: joined, events: parseEvents(joined, { maxDepth }) };
    } catch (next) {
      error = next;
    }
  }
  throw first;
}

/**
 * Where the line break is that js-yaml does not take; undefined for other errors, and after a comment, which it ends.
 */
function lineBreakBefore(error: unknown, text: string): number | undefined {
  if (!(error instanceof YAMLException) || error.reason !== 'deficient indentation') return undefined;
  const at = text.lastIndexOf('\n', (error.mark?.position ?? 0) - 1);
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, Math.max(at, 0));
  return at < 0 || /(?:^|\s)#/.test(line) ? undefined : at;
}
