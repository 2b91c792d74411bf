import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listFiles, readText, root } from './files.ts';

interface Manifest {
  readonly bin: Record<string, string>;
  readonly man: string;
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
  expect(manifest.files).toEqual([
    'dist',
    '!dist/*.cache',
    'man',
    'rules/schema',
    'docs/recipes.md',
    'docs/rules.md',
    'CHANGELOG.md',
  ]);
  const { bin, exports, man } = manifest;
  for (const target of [...Object.values(bin), ...Object.values(exports), man].flatMap(targets)) {
    const shipped = manifest.files.some((path) => target.startsWith(`${path}/`)) || target === 'package.json';
    expect(shipped, target).toBe(true);
  }
  expect(listFiles('rules/schema')).not.toEqual([]);
});

/** V8 accepts a code cache only from its own version, and that of a user may differ from the builder's. */
test('the package has no code cache, and the program runs in a read-only folder without one', () => {
  const caches = readdirSync(join(root, 'dist')).filter((name) => name.endsWith('.cache'));
  expect(caches).toHaveLength(1);
  const pack = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [{ files }] = JSON.parse(execFileSync('npm', pack, { cwd: root, encoding: 'utf8', stdio: 'pipe' }));
  const packed: readonly string[] = files.map(({ path }: { path: string }) => path);
  expect(packed).toEqual(
    expect.arrayContaining(['dist/cli.cjs', 'dist/program.cjs', 'dist/rare.cjs', 'dist/index.js']),
  );
  expect(packed.filter((path) => path.endsWith('.cache'))).toEqual([]);

  const folder = mkdtempSync(join(tmpdir(), 'pki-lint-package-'));
  onTestFinished(() => {
    chmodSync(join(folder, 'dist'), 0o755);
    rmSync(folder, { recursive: true });
  });
  for (const path of packed) cpSync(join(root, path), join(folder, path));
  const names = readdirSync(join(folder, 'dist'));
  chmodSync(join(folder, 'dist'), 0o555);
  const lint = ['fixtures/corpora/kubeadm-1.36-default.tar.gz', '--at', '2026-12-01'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'dist/cli.cjs'), ...lint], {
    cwd: root,
    encoding: 'utf8',
    env: {},
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^cp-1 {2}control plane/);
  expect(readdirSync(join(folder, 'dist'))).toEqual(names);
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
