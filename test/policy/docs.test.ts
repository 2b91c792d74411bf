/** docs/policy.md names every key and policy, and its example is valid. */
import { expect, test } from 'vitest';
import { builtInNames } from '../../src/policy/built-in.ts';
import { readText } from '../repository/files.ts';
import { load, mistakesOf } from './folder.ts';

const page = readText('docs/policy.md');
const reference = page.slice(page.indexOf('## The file'));
const schema = JSON.parse(readText('rules/schema/config.schema.json'));

test('every key and every built-in policy is described', () => {
  const keys = Object.keys(schema.properties).filter((key) => key !== '$schema');
  const inner = [
    'PolicyFacts',
    'AcceptedNames',
    'OwnCertificate',
    'ExceptionEntry',
    'ExceptionMatch',
    'ExceptionPolicy',
  ];
  const all = [...keys, ...inner.flatMap((name) => Object.keys(schema.definitions[name].properties))];
  expect(all.filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
  expect(builtInNames.filter((name) => !page.includes(`| \`${name}\``))).toEqual([]);
});

test('the example is a policy', async () => {
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(reference) ?? [];
  const { options } = await load({ 'a.yaml': example, 'corp.yaml': 'version: 1\n' });
  expect(options.policy?.exceptions).toHaveLength(1);
});

test('the messages are those of the program', async () => {
  const text = `version: 1\n${'#\n'.repeat(7)}rules: {san/covrage: off}\n${'#\n'.repeat(20)}exceptions: [{untill: a}]`;
  const found = await mistakesOf(load({ 'pki-lint.config.yaml': text }, { file: 'pki-lint.config.yaml' }));
  const [, block = ''] = /```\n(pki-lint: pki-lint.config[\s\S]*?)```/.exec(reference) ?? [];
  const shown = block
    .trim()
    .split(/\npki-lint: /)
    .map((one) => one.replace(/^pki-lint: /, '').replace('\n  ', ' → '));
  const withoutLines = (all: readonly string[]) => all.map((one) => one.replace(/:\d+:/, ':'));
  expect(withoutLines(found)).toEqual(expect.arrayContaining([...withoutLines(shown)]));
});
