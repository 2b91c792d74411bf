/**
 * Replaces the characters of our own that a terminal without UTF-8 cannot show. Names from files keep theirs: a command
 * with a different path would be a different command.
 */
import { marks } from './paint.ts';

/** Each is one column wide, as the mark that it stands for. */
const plainMarks: Readonly<Record<keyof typeof marks, string>> = {
  ok: 'v',
  error: 'x',
  warning: '!',
  info: '.',
  skipped: '?',
  'not-applicable': '-',
};

const plain: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(marks).map(([state, mark]) => [mark, plainMarks[state as keyof typeof marks]])),
  '→': '->',
  '…': '...',
  '’': "'",
};

const edge = '(?:^|(?<=[ (]|\\x1b\\[\\d*m))';
const end = '(?=[ ):,]|\\x1b|$)';
const own = [...new Set([...Object.values(marks), '→'])].filter((mark) => mark !== '?').join('');
const patterns = {
  /** Between two texts it separates them; at the start of a line it is a mark. */
  separator: new RegExp(`(?<=\\S) ${marks.info} `, 'g'),
  standing: new RegExp(`${edge}[${own}]${end}`, 'g'),
  // Also at the end of a word that was cut.
  punctuation: /[\u2026\u2019]/g,
  /**
   * Words that are quoted for a shell, with all that is between the first and the last quote: they must stay as they
   * are.
   */
  quoted: /((?<!\w)'.*')/,
};

/**
 * Returns a text in which nothing of our own is outside ASCII. Columns stay where they are: where a replacement is
 * longer, the next gap in its line is narrower.
 */
export function asciiOnly(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text;
  return text.split('\n').map(asciiLine).join('\n');
}

function asciiLine(line: string): string {
  return line
    .split(patterns.quoted)
    .map((part, index) => (index % 2 === 1 ? part : replaced(part)))
    .join('');
}

function replaced(part: string): string {
  const separated = part.replace(patterns.separator, ' | ');
  const marked = inColumns(separated, patterns.standing);
  return inColumns(marked, patterns.punctuation);
}

/** Replaces matches, and takes what a replacement is longer from the next gap of three or more spaces. */
function inColumns(line: string, pattern: RegExp): string {
  let result = '';
  let from = 0;
  let longer = 0;
  const take = (text: string) => {
    result +=
      longer === 0
        ? text
        : text.replace(/ {3,}/, (gap) => {
            const room = Math.min(longer, gap.length - 2);
            longer -= room;
            return gap.slice(room);
          });
  };
  for (const match of line.matchAll(pattern)) {
    take(line.slice(from, match.index));
    const stand = plain[match[0]] ?? match[0];
    longer += stand.length - match[0].length;
    result += stand;
    from = match.index + match[0].length;
  }
  take(line.slice(from));
  return result;
}
