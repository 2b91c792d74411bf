/**
 * Templates of commands, such as `openssl pkey -in {path} -pubout >> {verifier}`: the little of the language of a POSIX
 * shell that they use. A placeholder stands outside of quotes, where a word can be quoted for the shell that reads it.
 */

/** Commands that are connected by `|`. */
export type Pipeline = readonly SimpleCommand[];

export interface SimpleCommand {
  readonly words: readonly CommandWord[];
  readonly redirections: readonly Redirection[];
}

interface Redirection {
  readonly operator: '>' | '>>';
  readonly target: CommandWord;
}

export type CommandWord = readonly WordPart[];

export type WordPart =
  /** `source` is as the template has it, with quotes; `text` is what the shell makes of it. */
  | { readonly kind: 'literal'; readonly source: string; readonly text: string }
  | { readonly kind: 'placeholder'; readonly name: string }
  /** `$(…)` */
  | { readonly kind: 'substitution'; readonly pipeline: Pipeline };

/** A position in a template. */
interface Cursor {
  readonly template: string;
  at: number;
}

/** Parses a template, once for each text. Throws for what it does not know, and for placeholders inside of quotes. */
export function parseTemplate(template: string): Pipeline {
  const known = parsed.get(template);
  if (known !== undefined) return known;
  const cursor = { template, at: 0 };
  const pipeline = readPipeline(cursor);
  if (cursor.at < template.length) throw unexpected(cursor);
  parsed.set(template, pipeline);
  return pipeline;
}

const parsed = new Map<string, Pipeline>();

function readPipeline(cursor: Cursor): Pipeline {
  const commands = [readCommand(cursor)];
  while (take(cursor, /\| /y) !== undefined) commands.push(readCommand(cursor));
  return commands;
}

/** Reads words and redirections up to `|`, `)` or the end. Each is followed by one space, unless it is the last. */
function readCommand(cursor: Cursor): SimpleCommand {
  const words: CommandWord[] = [];
  const redirections: Redirection[] = [];
  do {
    if (words.length > 0 && peek(cursor) === '|') break;
    const operator = take(cursor, />>? /y)?.trim();
    const word = readWord(cursor);
    if (operator === '>' || operator === '>>') redirections.push({ operator, target: word });
    // What is printed puts redirections last.
    else if (redirections.length > 0) throw unexpected(cursor);
    else words.push(word);
  } while (take(cursor, / /y) !== undefined);
  return { words, redirections };
}

const peek = ({ template, at }: Cursor): string => template.charAt(at);

function readWord(cursor: Cursor): CommandWord {
  const whole = take(cursor, /2>\/dev\/null/y);
  if (whole !== undefined) return [{ kind: 'literal', source: whole, text: '' }];
  const parts: WordPart[] = [];
  for (;;) {
    const [, name] = /^\{(\w+)\}/.exec(cursor.template.slice(cursor.at)) ?? [];
    if (name !== undefined) {
      parts.push({ kind: 'placeholder', name });
      cursor.at += name.length + 2;
      continue;
    }
    if (take(cursor, /\$\(/y) !== undefined) {
      parts.push(readSubstitution(cursor));
      continue;
    }
    if (peek(cursor) === '"') {
      parts.push(...readDoubleQuoted(cursor));
      continue;
    }
    const source = take(cursor, /(?:[\w@%+=:,./~-]|\{\.[\w.]*\})+/y) ?? take(cursor, /'[^']*'/y);
    if (source === undefined) break;
    parts.push(literalOf(source, source.replace(/^'(.*)'$/s, '$1'), cursor));
  }
  if (parts.length === 0) throw unexpected(cursor);
  return parts;
}

/** Reads a quoted text. What it contains in `$(…)` is not quoted by it. */
function readDoubleQuoted(cursor: Cursor): readonly WordPart[] {
  const parts: WordPart[] = [];
  let source = take(cursor, /"[^"$`\\]*/y) ?? '';
  while (take(cursor, /\$\(/y) !== undefined) {
    parts.push(literalOf(source, source.replace('"', ''), cursor), readSubstitution(cursor));
    source = take(cursor, /[^"$`\\]*/y) ?? '';
  }
  if (take(cursor, /"/y) === undefined) throw unexpected(cursor);
  return [...parts, literalOf(`${source}"`, source.replace('"', ''), cursor)];
}

function readSubstitution(cursor: Cursor): WordPart {
  const pipeline = readPipeline(cursor);
  if (take(cursor, /\)/y) === undefined) throw unexpected(cursor);
  return { kind: 'substitution', pipeline };
}

function literalOf(source: string, text: string, { template }: Cursor): WordPart {
  if (/\{\w+\}/.test(text)) throw new Error(`a placeholder inside of quotes: ${template}`);
  return { kind: 'literal', source, text };
}

/** Reads what a sticky pattern matches. */
function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const [text] = pattern.exec(cursor.template) ?? [];
  if (text === undefined || text === '') return undefined;
  cursor.at += text.length;
  return text;
}

const unexpected = ({ template, at }: Cursor): Error =>
  new Error(`a command has something unknown at "${template.slice(at, at + 20)}": ${template}`);
