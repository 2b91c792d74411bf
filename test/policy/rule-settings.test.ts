import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RuleSetting, RuleSettings } from '../../src/settings/policy.ts';
import { settingOf } from '../../src/settings/rule-settings.ts';

const examples: readonly [string, RuleSettings, ReturnType<typeof settingOf>][] = [
  ['nothing', {}, { options: {} }],
  ['a different rule', { 'cert/issuer': 'off', 'key/*': 'off' }, { options: {} }],
  ['all', { '*': 'info' }, { severity: 'info', options: {} }],
  ['its group before all', { 'cert/*': 'off', '*': 'info' }, { severity: 'off', options: {} }],
  ['itself before its group', { 'cert/ends-soon': 'error', 'cert/*': 'off' }, { severity: 'error', options: {} }],
  [
    'each key by itself',
    { '*': { within: '1d', other: 7 }, 'cert/ends-soon': { within: '60d' }, 'cert/*': 'warning' },
    { severity: 'warning', options: { within: '60d', other: 7 } },
  ],
  [
    'the longer pattern before the shorter',
    { 'cert/ends*': 'info', 'cert/*': 'off' },
    { severity: 'info', options: {} },
  ],
  [
    'a group before a shorter pattern',
    { '*-soon': 'info', 'cert/e*': 'off', 'cert/*': 'error' },
    { severity: 'off', options: {} },
  ],
  [
    'itself before any pattern',
    { '*cert/ends-soon*': 'info', 'cert/ends-soon': 'off' },
    { severity: 'off', options: {} },
  ],
  ['no key of Object', {}, { options: {} }],
];
it.each(examples)('settingOf: %s', (_, rules, setting) => {
  expect(settingOf(rules, 'cert/ends-soon')).toEqual(setting);
});

it('does not depend on the order', () => {
  const settings: RuleSetting[] = ['off', 'error', { severity: 'info', within: '3d' }, { within: '60d' }];
  const names = fc.constantFrom('*', 'cert/*', 'cert/ends*', '*/ends-soon', '*ends-soon', 'cert/ends-soon', 'key/mode');
  const rules = fc.dictionary(names, fc.constantFrom(...settings));
  fc.assert(
    fc.property(rules, (given) => {
      const reversed = Object.fromEntries(Object.entries(given).reverse());
      expect(settingOf(reversed, 'cert/ends-soon')).toEqual(settingOf(given, 'cert/ends-soon'));
    }),
  );
});
