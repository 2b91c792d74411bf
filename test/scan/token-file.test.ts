import { expect, it } from 'vitest';
import { tokenFault } from '../../src/scan/parse/token-file.ts';

it.each([
  ['a,b,c\n', undefined],
  ['a,b,c', undefined],
  ['a,b,c,"d,e"\r\n\r\nf,g,h\r\n', undefined],
  ['', undefined],
  ['"a ""quoted"" token",b,c\n', undefined],
  ['a,b,c\n"x\ny",b\n', { line: 2, columns: 2 }],
  ['a\n', { line: 1, columns: 1 }],
  ['a,b,c\n\nd,e\n', { line: 3, columns: 2 }],
  ['a"b,c,d\n', { line: 1 }],
  ['"a,b,c\n', { line: 1 }],
  ['"a"b,c,d\n', { line: 1 }],
])('%j', (text, fault) => {
  expect(tokenFault(Buffer.from(text))).toEqual(fault);
});
