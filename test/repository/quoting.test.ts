/** Values are quoted in one place: a caller that quotes by itself knows only one of the shells that read a command. */
import { expect, test } from 'vitest';
import { readText, sources } from './files.ts';

const quotes = /\bshellWord\b|'\\\\''/;

test('only the functions that print commands quote words for a shell', () => {
  const quoting = sources().filter((file) => quotes.test(readText(file)));
  expect(quoting).toEqual(['src/core/command/fill.ts', 'src/core/command/shell.ts']);
});
