/** Functions that the build writes so that V8 compiles them at once. */
import { SourceMap } from 'node:module';
import { Script } from 'node:vm';
import { expect, test } from 'vitest';
import { withEagerFunctions } from '../../scripts/eager.mjs';

/** Its value says what each kind of function returns. Some are called before they are declared. */
const script = `(function () {
  'use strict';
  const early = declared(2);
  function declared(n) { return twice(n) + 1; function twice(m) { return m * 2; } }
  function* counted() { yield* [1, 2]; }
  const own = { method() { return [1].map(() => this.named); }, get field() { return 'get'; }, named: 'own' };
  class Kind { static made = () => new Kind(); #secret = 3; read = () => this.#secret; }
  const nested = (a) => ({ b = () => 'default' }, ...rest) => (a, [a, b(), rest.length]);
  const whole = () => ({ early });
  const expression = function (x) { return arguments.length + x; };
  if (early) { function inner() { return 'inner'; } own.inner = inner(); }
  return JSON.stringify([
    early, [...counted()], own.method(), own.field, own.inner, Kind.made().read(), nested('a')({}, 1, 2), whole(),
    expression(1), [3].map(n => n + 1), declared.name, nested.name,
  ]);
})`;
const map = {
  version: 3,
  sources: ['script.js'],
  names: [],
  // Each line to the same line.
  mappings: `AAAA${';AACA'.repeat(script.split('\n').length - 1)}`,
};
const comment = `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}\n`;

const every = { has: () => true } as unknown as ReadonlySet<number>;
const resultOf = (text: string) => new Script(`(${text})`).runInThisContext()();

test('do the same', () => {
  const changed = withEagerFunctions(script + comment, every);
  expect(resultOf(changed.replace(/\n\/\/#.*\n$/, ''))).toBe(resultOf(script));
});

test('are expressions in parentheses, but for those that take this, arguments or a method’s name', () => {
  const changed = withEagerFunctions(script + comment, every);
  expect(changed.match(/\(function/g)).toHaveLength(12);
  expect(changed).toContain('var declared=(function(n) { var twice=(function(m)');
  expect(changed).toContain("let inner=(function() { return 'inner'; });");
  expect(changed.match(/=>.*/g)).toEqual([
    expect.stringContaining('this.named'),
    expect.stringContaining('this.#secret'),
  ]);
});

test('are left alone if nothing calls them', () => {
  expect(withEagerFunctions(script + comment, new Set()).replace(/\n\/\/#.*\n$/, '')).toBe(script);
});

test('have a source map', () => {
  const changed = withEagerFunctions(script + comment, every);
  const [, encoded = ''] = /base64,(\S+)/.exec(changed) ?? [];
  const sourceMap = new SourceMap(JSON.parse(Buffer.from(encoded, 'base64').toString()));
  const lines = changed.split('\n');
  const line = lines.findIndex((text) => text.includes('yield*'));
  expect(sourceMap.findEntry(line, lines[line]?.indexOf('yield*') ?? 0)).toMatchObject({ originalLine: 4 });
});
