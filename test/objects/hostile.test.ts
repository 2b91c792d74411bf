/** Dumps that are made to crash or to stop a reader, and dumps that are only odd. */
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { lint } from '../../src/index.ts';
import { dumpsInBytes } from '../../src/scan/objects/find.ts';
import { at } from '../cases/harness.ts';
import { processorTime } from '../support/processor-time.ts';

const lintText = (text: string | Buffer) => lint({ at, paths: ['-'], stdin: () => Readable.from([Buffer.from(text)]) });

const head = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  namespace: b\ndata:\n';
const nested = (levels: number) =>
  Array.from({ length: levels }, (_, level) => `${' '.repeat(level + 1)}a:`).join('\n');
const bomb = Array.from({ length: 30 }, (_, index) => `  a${index + 1}: &a${index + 1} [${`*a${index},`.repeat(9)}]`);

/** The text, and how many Secrets are read. */
const texts: Readonly<Record<string, readonly [string, number]>> = {
  'deep JSON': [`{"apiVersion":"v1","kind":"Secret","data":${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5 + 1)}`, 0],
  'JSON that never closes': [`{"apiVersion":"v1","kind":"List","items":[${'['.repeat(1e5)}`, 0],
  'JSON that is cut off': ['{"apiVersion":"v1","kind":"List","items":[{"kind":"Secret","metadata":{"na', 0],
  'deep YAML': [`${head}${nested(2000)}\n`, 0],
  'deep YAML on one line': [`${head}  x: ${'['.repeat(1e5)}\n`, 0],
  'aliases of aliases': [`${head}  a0: &a0 [x]\n${bomb.join('\n')}\n`, 0],
  'a value of 50 MB': [`${head}  x: ${'A'.repeat(5e7)}\n`, 0],
  'a value of 20 MB in JSON': [
    `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"data":{"x":"${'A'.repeat(2e7)}"}}`,
    0,
  ],
  'a value of 4 MB': [`${head}  x: ${'A'.repeat(4e6)}\n`, 1],
  'bytes that are no text': [`apiVersion: v1\nkind: Secret\n\0\u0001\u00ff${'\0'.repeat(1000)}`, 0],
  'names that JavaScript knows': [
    'apiVersion: v1\nkind: Secret\nmetadata:\n  name: __proto__\n  annotations: {__proto__: x, constructor: y}\n',
    1,
  ],
  'a kind that JavaScript knows': [`apiVersion: v1\nkind: constructor\nmetadata: {name: b}\n---\n${head}`, 1],
  'equal keys': ['apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  name: b\n', 1],
  'Windows line ends': [head.replaceAll('\n', '\r\n'), 1],
  'a byte order mark': [`\uFEFF${head}`, 1],
  'tabs before values': ['apiVersion: v1\nkind: Secret\nmetadata:\n  name:\ta\n', 1],
  'an alias of another item': [
    `apiVersion: v1\nkind: List\nitems:\n- &a\n  ${head.replaceAll('\n', '\n  ')}\n- *a\n`,
    2,
  ],
  'no items': ['apiVersion: v1\nkind: SecretList\nitems: null\n', 0],
};

describe('a dump with', () => {
  it.each(Object.entries(texts))('%s', async (_, [text, secrets]) => {
    const { objects = [], failures } = await lintText(text);
    expect(objects[0]?.kinds.Secret ?? 0).toBe(secrets);
    expect(failures.filter(({ message }) => /internal error|RangeError|TypeError/.test(message))).toEqual([]);
  });
});

it('takes twice the time for twice the documents', () => {
  const read = (count: number) => dumpsInBytes(Buffer.from(`${head}---\n`.repeat(count)), '-');
  read(1000);
  const [half, whole] = [10_000, 20_000].map((count) => processorTime(() => read(count)));
  expect((whole ?? 0) / (half ?? 0)).toBeLessThan(3);
});
