import { describe, expect, it } from 'vitest';
import { ruleDocs } from '../../src/index.ts';
import { isShort, keyLimits, limitOf, warnedWithin } from '../../src/model/facts/limits.ts';
import { durationMs } from '../../src/settings/duration.ts';
import { ruleOptionRows } from '../../src/tables/rule-options.ts';

const day = 24 * 60 * 60 * 1000;

describe('options of rules', () => {
  it('are those of rules that exist, each once', () => {
    const names = ruleOptionRows.map(({ rule, option }) => `${rule} ${option}`);
    expect(new Set(names).size).toBe(names.length);
    const ids = ruleDocs.map(({ id }) => id);
    expect(ruleOptionRows.filter(({ rule }) => !ids.includes(rule))).toEqual([]);
    expect(ruleDocs.flatMap(({ options }) => options)).toHaveLength(names.length);
  });

  it('have a default of their type', () => {
    const types = { duration: 'string', bits: 'number' } as const;
    const given = ruleOptionRows.filter((row) => row.default !== undefined);
    expect(given.filter((row) => typeof row.default !== types[row.type])).toEqual([]);
  });

  it('have the value of the strongest setting that has one', () => {
    const strong = { 'cert/ends-soon': { within: 5 * day } };
    const weak = { 'cert/*': { within: '60d' }, 'cert/lifetime': { max: '1y' }, '*': { within: '9d' } };
    const settings = [strong, weak];
    expect(warnedWithin({ settings }, 'cert/ends-soon')).toBe(5 * day);
    expect(warnedWithin({ settings }, 'authority/ends-soon')).toBe(9 * day);
    expect(warnedWithin({}, 'authority/ends-soon')).toBe(30 * day);
    expect(limitOf({ settings }, 'cert/lifetime', 'max')).toBe(365 * day);
    expect(limitOf({}, 'cert/lifetime', 'max')).toBeUndefined();
    expect(() => limitOf({}, 'cert/lifetime', 'min')).toThrow('no option min of cert/lifetime');
  });

  it('say which keys are too short', () => {
    const key = (type: 'RSA' | 'ECDSA' | 'Ed25519', bits: number) => ({ type, bits }) as Parameters<typeof isShort>[0];
    const limits = keyLimits({ settings: [{ 'authority/key-size': { rsa: 3072, ecdsa: 384 } }] }, 'authority/key-size');
    expect([key('RSA', 2048), key('ECDSA', 256)].map((one) => isShort(one, limits))).toEqual([true, true]);
    const enough = [key('RSA', 3072), key('ECDSA', 384), key('Ed25519', 256)];
    expect(enough.map((one) => isShort(one, limits))).toEqual([false, false, false]);
    expect(isShort(key('ECDSA', 224), keyLimits({}, 'authority/key-size'))).toBe(false);
  });
});

describe('a length of time', () => {
  it.each([
    ['30m', day / 48],
    ['12h', day / 2],
    ['2w', 14 * day],
    ['1y', 365 * day],
  ])('%s', (text, ms) => expect(durationMs(text)).toBe(ms));

  it.each(['0d', '1.5d', '30', 'd', '30D', ''])('is not %j', (text) => expect(() => durationMs(text)).toThrow());
});
