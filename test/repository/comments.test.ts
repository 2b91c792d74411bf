/** Comments can be read in a window of 120 columns. Code is as wide as Biome makes it: it cannot break a text. */
import { expect, test } from 'vitest';
import { listFiles, readText } from './files.ts';

/** By the ending of a file: how a line of a comment begins. */
const marks: Readonly<Record<string, RegExp>> = {
  ...Object.fromEntries(['ts', 'js', 'mjs', 'cjs', 'css'].map((ending) => [ending, /^\s*(?:\/[/*]|\*)/])),
  go: /^\s*\/\//,
  sh: /^\s*#/,
  zsh: /^\s*#/,
};

function wideComments(path: string, text: string): readonly string[] {
  const mark = marks[path.split('.').at(-1) ?? ''];
  return text.split('\n').filter((line) => mark?.test(line) && [...line].length > 120);
}

test('no line of a comment is wider than 120 columns', () => {
  const paths = ['src', 'scripts', 'test'].flatMap(listFiles).filter((path) => !path.includes('/golden/'));
  const wide = paths.flatMap((path) => wideComments(path, readText(path)).map((line) => `${path}: ${line.trim()}`));
  expect(wide).toEqual([]);
});

test('a comment that is too wide is found, and a text is not', () => {
  const long = 'word '.repeat(24);
  expect(wideComments('a.ts', `/**\n * ${long}\n */\nconst a = '${long}';\n  // ${long}\n`)).toHaveLength(2);
  expect(wideComments('a.sh', `# ${long}\necho "${long}"\n`)).toHaveLength(1);
});
