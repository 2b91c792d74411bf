/**
 * What findings say is data until it is printed. A text that is composed is not searched for what went into it: only
 * the printer (src/report/message) and what reads reports back (src/results/read) look into one.
 */
import { expect, it } from 'vitest';
import { readText, sources } from './files.ts';

const texts = '(?:message|error|expected|found|without|why|effect)';
const methods = '(?:includes|indexOf|lastIndexOf|match|matchAll|search|split|startsWith|endsWith|replace|replaceAll)';
const searches = [
  new RegExp(`\\b${texts}\\??\\.${methods}\\(`),
  new RegExp(`\\.(?:test|exec)\\((?:\\w+\\.)?${texts}\\b`),
];

const rooms = /^src\/(?:lint|report|results|compare|benchmark|blast|graph|api|issue)\//;
const mayRead = /^src\/(?:report\/message|results\/read)\//;

/** A text of V8, which says where JSON is wrong only there. */
const others: readonly string[] = [
  'src/compare/shape.ts: const offset = Number(/at position (\\d+)/.exec(message)?.[1] ?? content.length);',
];

const searchesIn = (code: string): readonly string[] =>
  code.split('\n').filter((line) => searches.some((search) => search.test(line)));

it('texts are searched by nothing but the printer and the reader of reports', () => {
  const judged = sources().filter((path) => rooms.test(path) && !mayRead.test(path));
  expect(judged.length).toBeGreaterThan(100);
  const found = judged.flatMap((path) => searchesIn(readText(path)).map((line) => `${path}: ${line.trim()}`));
  expect(found).toEqual(others);
});

it.each([
  'if (message.includes(subject)) return message;',
  'const isPeer = /peer/.test(finding.message);',
  "return error?.endsWith(' is not running');",
  'const end = one.message.indexOf(`: $' + '{first.subject}`);',
])('this is found: %s', (line) => expect(searchesIn(line)).toEqual([line]));

it.each(['if (messages.includes(one)) return;', 'return hasWords(template, text);', 'names.test(subject)'])(
  'this is not: %s',
  (line) => expect(searchesIn(line)).toEqual([]),
);
