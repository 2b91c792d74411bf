import { expect, test } from 'vitest';
import { listFiles, readText } from './files.ts';

interface Manifest {
  readonly bin: Record<string, string>;
  readonly files: readonly string[];
  readonly exports: Record<string, unknown>;
  readonly scripts: Record<string, string>;
  readonly engines: { readonly node: string };
  readonly dependencies?: Record<string, string>;
}

const manifest: Manifest = JSON.parse(readText('package.json'));

test('an installation runs nothing and brings nothing along', () => {
  expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
  expect(manifest.dependencies).toBeUndefined();
  expect(manifest.engines.node).toBe('>=20.19');
});

test('the package holds what it promises', () => {
  expect(manifest.files).toEqual(['dist', 'rules/schema', 'docs/rules.md', 'CHANGELOG.md']);
  for (const target of [...Object.values(manifest.bin), ...Object.values(manifest.exports)].flatMap(targets)) {
    const shipped = manifest.files.some((path) => target.startsWith(`${path}/`)) || target === 'package.json';
    expect(shipped, target).toBe(true);
  }
  expect(listFiles('rules/schema')).not.toEqual([]);
});

function targets(value: unknown): string[] {
  if (typeof value === 'string') return [value.replace(/^\.\//, '')];
  return Object.values(value as object).flatMap(targets);
}

test.each(Object.keys(manifest.scripts))('CONTRIBUTING or another script knows `npm run %s`', (name) => {
  const known = ['prepare', 'start', 'test', 'format', 'docs'];
  const texts = [readText('CONTRIBUTING.md'), readText('.ci/run'), Object.values(manifest.scripts).join('\n')];
  const used = texts.some((text) => new RegExp(`npm (run )?(--silent )?${name}\\b`).test(text));
  expect(used || known.includes(name)).toBe(true);
});
