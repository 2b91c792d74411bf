/** Finds comments that excuse findings: `# pki-lint-disable-next-line RULE until=2027-03-31 -- reason`. */

import type { Content, FileComment } from '../artifact/file.ts';
import type { ReadAs } from './components/node-files.ts';
import { canonicalText } from './parse/canonical.ts';
import { isYamlError, parseYamlText } from './parse/yaml.ts';

const directive = /#[ \t]*(pki-lint-disable[\w-]*)([^\r\n]*)/;

/** A file with more of them was written to keep the program busy. */
const most = 100;

/** Each comment of a file that may contain text like one is verified by parsing it again: few files have any. */
const mostDoubtful = 10;

/** Returns the comments of a manifest, kubeconfig or unit; of any other file none. */
export function commentsIn(path: string, bytes: Uint8Array, content: Content, as: ReadAs): readonly FileComment[] {
  const isYaml = content.type === 'manifest' || content.type === 'kubeconfig';
  if (!isYaml && !(as === 'text' && isUnit(path))) return [];
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  if (!directive.test(text)) return [];
  const lines = text.split(/\r?\n/);
  const found = lines
    .flatMap((line, index) => commentOf(line, index, lines, isYaml ? /(?:^|\s)$/ : /^\s*$/))
    .slice(0, most);
  return isYaml ? found.filter(isComment(lines, found)) : found;
}

const isUnit = (path: string) => /\.service(?:\.d\/[^/]+\.conf)?$/.test(path);

function commentOf(line: string, index: number, lines: readonly string[], before: RegExp): FileComment[] {
  const [whole, name = '', text = ''] = directive.exec(line) ?? [];
  if (whole === undefined) return [];
  const start = line.length - whole.length;
  if (!before.test(line.slice(0, start))) return [];
  return [
    {
      line: index + 1,
      column: start + 1,
      endLine: index + 1,
      endColumn: line.trimEnd().length + 1,
      directive: name,
      text,
      target: name === 'pki-lint-disable-line' ? index + 1 : nextLine(lines, index),
    },
  ];
}

/** The next line that is neither empty nor a comment: comments may stand one below the other. */
function nextLine(lines: readonly string[], index: number): number {
  const next = lines.findIndex((line, at) => at > index && /^\s*[^\s#;]/.test(line));
  return next === -1 ? lines.length + 1 : next + 1;
}

/** Whether text is a comment, and not part of a value: without it the document is the same. */
function isComment(lines: readonly string[], found: readonly FileComment[]): (one: FileComment) => boolean {
  const whole = documentOf(lines);
  const isSame = (without: readonly FileComment[]) => {
    const cut = new Map(without.map(({ line, column }) => [line - 1, column - 1]));
    return whole !== undefined && whole === documentOf(lines.map((line, at) => line.slice(0, cut.get(at))));
  };
  if (isSame(found)) return () => true;
  return found.length > mostDoubtful ? () => false : (one) => isSame([one]);
}

function documentOf(lines: readonly string[]): string | undefined {
  const documents = parseYamlText(lines.join('\n'));
  return isYamlError(documents) ? undefined : JSON.stringify(documents.map(canonicalText));
}
