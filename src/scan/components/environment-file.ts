/** Environment files of systemd units (systemd.exec(5); src/basic/env-file.c, `parse_env_file_internal`). */

import type { Component } from '../../artifact/component.ts';
import { Collected, type Located, type TextFile, textFile } from './located.ts';
import { isBlank } from './quoted-words.ts';
import type { Environment } from './words.ts';

/** A variable of an environment file. */
export interface Assignment {
  readonly name: string;
  readonly value: Located;
}

/** Returns the variables of an environment file. Later ones of the same name take precedence. */
export function readEnvironmentFile(path: string, text: string): readonly Assignment[] {
  const file = textFile(path, text);
  const found: Assignment[] = [];
  for (let at = 0; at < file.text.length; ) {
    const char = file.text.charAt(at);
    if (isBlank(char)) at += 1;
    else if (char === '#' || char === ';') at = endOfComment(file.text, at);
    else {
      const end = endOfName(file.text, at);
      const name = file.text.slice(at, end).trim();
      if (file.text.charAt(end) !== '=') at = end + 1;
      else {
        const { value, next } = readValue(file, end + 1);
        at = next;
        // systemd passes no others to a program.
        if (isName(name) && !hasControls(value.text)) found.push({ name, value });
      }
    }
  }
  return found;
}

/** Whether a variable can have this name. */
export const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text);

/** Whether a text has control characters that the value of a variable cannot have. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const hasControls = (text: string): boolean => /[\0-\x08\x0b-\x1f\x7f]/.test(text);

const isLineEnd = (char: string): boolean => char === '' || char === '\n' || char === '\r';

function endOfName(text: string, start: number): number {
  let at = start;
  while (!isLineEnd(text.charAt(at)) && text.charAt(at) !== '=') at += 1;
  return at;
}

/** A backslash hides the character after it, but not the end of the line. */
function endOfComment(text: string, start: number): number {
  let at = start;
  while (!isLineEnd(text.charAt(at))) at += 1;
  return at;
}

/** The characters that a backslash escapes within double quotes; it stays before others. */
const escaped = '"\\`$';

/** Reads a value from the character after `=`, to the end of the line outside of quotes. */
function readValue(file: TextFile, start: number): { readonly value: Located; readonly next: number } {
  const { text } = file;
  const value = new Collected();
  // Blanks at the end are left out, and those before a quote or the first character.
  let kept = 0;
  let isQuotable = true;
  let quote = '';
  let at = start;
  const take = (length: number, isKept: boolean) => {
    value.add(text.slice(at, at + length), at);
    if (isKept) kept = value.length;
    at += length;
  };
  for (; at < text.length; ) {
    const char = text.charAt(at);
    const next = text.charAt(at + 1);
    if (quote !== '') {
      if (char === quote) {
        quote = '';
        at += 1;
      } else if (quote === '"' && char === '\\') {
        if (next === '\n') at += 2;
        else {
          if (escaped.includes(next)) at += 1;
          take(next === '' || escaped.includes(next) ? 1 : 2, true);
        }
      } else take(1, true);
    } else if (isLineEnd(char)) break;
    else if (char === '\\') {
      isQuotable = false;
      at += 1;
      if (isLineEnd(next)) at += 1;
      else take(1, true);
      kept = value.length;
    } else if (isQuotable && isBlank(char)) at += 1;
    else if (isQuotable && (char === '"' || char === "'")) {
      quote = char;
      at += 1;
    } else {
      isQuotable = false;
      take(1, !isBlank(char));
    }
  }
  return { value: value.in(file, kept), next: at };
}

/** The first of two spellings that is not empty. */
const firstOf = ({ variables }: Environment, name: string): string | undefined =>
  [name, name.toLowerCase()].find((one) => variables.has(one) && variables.get(one) !== '');

/** Returns the proxy by which a program connects to https (golang.org/x/net/http/httpproxy, FromEnvironment). */
export function environmentProxy(environment: Environment): Pick<Component, 'proxy'> {
  const spelled = firstOf(environment, 'HTTPS_PROXY');
  if (spelled === undefined) return {};
  const exceptions = firstOf(environment, 'NO_PROXY');
  return { proxy: { spelled, exceptions: exceptions === undefined ? '' : environment.variables.get(exceptions) } };
}
