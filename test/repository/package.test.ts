import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { chunks, functionsOf } from '../../scripts/chunks.mjs';
import * as library from '../../src/index.ts';
import { listFiles, readText, root } from './files.ts';

interface Manifest {
  readonly bin: Record<string, string>;
  readonly man: string;
  readonly exports: Record<string, unknown>;
  readonly scripts: Record<string, string>;
  readonly engines: { readonly node: string };
  readonly dependencies?: Record<string, string>;
}

const chunkFiles = Object.keys(chunks).map((name) => `${name}.cjs`);
const manifest: Manifest = JSON.parse(readText('package.json'));
const temporary = mkdtempSync(join(tmpdir(), 'pki-lint-package-'));
afterAll(() => rmSync(temporary, { recursive: true }));

const run = (command: string, argv: readonly string[], cwd: string) =>
  spawnSync(command, argv, { cwd, encoding: 'utf8', env: { PATH: process.env.PATH, HOME: temporary } });

test('an installation runs nothing and brings nothing along', () => {
  expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
  expect(manifest.dependencies).toBeUndefined();
  expect(manifest.engines.node).toBe('>=20.19');
});

test('a checkout is packed, for pre-commit, but not published', () => {
  const published = run('npm', ['publish', '--dry-run', '--offline'], root);
  expect(published.status).not.toBe(0);
  expect(published.stderr).toContain('Publish what npm run pack makes');
});

describe('the package', { timeout: 240_000 }, () => {
  const tarball = join(
    temporary,
    execFileSync(process.execPath, [join(root, 'scripts/pack.mjs')], {
      cwd: temporary,
      encoding: 'utf8',
      env: { ...process.env, GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'example/pki-lint' },
    }).trim(),
  );
  const unpacked = join(temporary, 'package');
  execFileSync('tar', ['-xzf', tarball, '-C', temporary]);
  const packed = readdirSync(unpacked, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(unpacked, path)).isFile(),
  );
  const readPacked = (path: string) => readFileSync(join(unpacked, path), 'utf8');

  test('has less than a megabyte', () => {
    expect(statSync(tarball).size).toBeLessThan(1_000_000);
  });

  test('has the compiled validator of policies, and not the compiler', () => {
    expect(readPacked('dist/policy.cjs')).not.toContain('no schema with key or ref');
  });

  test('has the program, its declarations, and pages for users; no code cache, which is for one version of Node', () => {
    expect(packed.filter((path) => !/^dist\/types\//.test(path)).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/THIRD-PARTY-NOTICES',
      ...[
        'cli.cjs',
        'code-cache.cjs',
        'core.cjs',
        'index.js',
        'quick.cjs',
        'rules.ndjson',
        'sample.tar.gz',
        ...chunkFiles,
      ]
        .map((name) => `dist/${name}`)
        .sort(),
      'docs/copies.md',
      'docs/policy.md',
      'man/pki-lint.1',
      'package.json',
      'rules/schema/baseline.schema.json',
      'rules/schema/config.schema.json',
      'rules/schema/diff.schema.json',
      'rules/schema/expiry.schema.json',
      'rules/schema/issue.schema.json',
      'rules/schema/ndjson.schema.json',
      'rules/schema/report.schema.json',
    ]);
    expect(packed.filter((path) => /^dist\/types\//.test(path) && !path.endsWith('.d.ts'))).toEqual([]);
  });

  test('has a manifest without what is for development, and all files that it names', () => {
    const published = JSON.parse(readPacked('package.json'));
    for (const field of ['scripts', 'devDependencies', 'dependencies', 'files'])
      expect(published).not.toHaveProperty(field);
    // npm compares it with the repository of the job that publishes.
    expect(published.repository).toEqual({ type: 'git', url: 'git+https://github.com/example/pki-lint.git' });
    const { bin, exports, man } = published as Manifest;
    for (const target of [...Object.values(bin), ...Object.values(exports), man].flatMap(targets)) {
      if (!target.includes('*')) expect(packed).toContain(target);
    }
  });

  test('has pages that link only to its files', () => {
    for (const page of packed.filter((path) => path.endsWith('.md'))) {
      const paths = [...readPacked(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path = '']) =>
        join(dirname(page), path),
      );
      if (page === 'README.md') expect(paths).toContain('docs/policy.md');
      expect(
        paths.filter((path) => !packed.includes(path)),
        page,
      ).toEqual([]);
    }
  });

  test('has no copy of a module: each is in one of its files, but for what answers without the others', () => {
    const files = new Map<string, string>();
    for (const map of listFiles('dist').filter(
      (path) => path.endsWith('.cjs.map') && !path.endsWith('/quick.cjs.map'),
    )) {
      for (const source of new Set<string>(JSON.parse(readText(map)).sources)) {
        if (/^(?!.*stand-in:).*[/\\](?:src|rules|node_modules)[/\\]/.test(source))
          expect(files.get(source) ?? map, source).toBe(map);
        files.set(source, map);
      }
    }
    expect([...files.keys()].filter((path) => path.endsWith('src/core/errors.ts'))).toHaveLength(1);
  });

  test('has each function in a chunk that stands in for one elsewhere', () => {
    const { besideThis, loader } = createRequire(import.meta.url)(join(unpacked, 'dist/cli.cjs'));
    const { load } = loader(besideThis, false);
    for (const [name, files] of Object.entries(chunks)) {
      const exported = load(`./${name}.cjs`);
      const functions = files.flatMap((file) => functionsOf(file) ?? []);
      expect(functions.filter((one) => typeof exported[one] !== 'function')).toEqual([]);
      expect(Object.keys(exported).length, name).toBeGreaterThan(0);
    }
  });

  test('is installed without network, and lints: as a program in a read-only folder, as a module, and by `require`', () => {
    const project = join(temporary, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "private": true }');
    const installed = run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], project);
    expect(installed.status, installed.stderr).toBe(0);
    const dist = join(project, 'node_modules/pki-lint/dist');
    chmodSync(dist, 0o555);
    onTestFinished(() => chmodSync(dist, 0o755));
    const names = readdirSync(dist);
    const corpus = join(root, 'fixtures/corpora/kubeadm-1.36-default.tar.gz');
    const linted = run('node_modules/.bin/pki-lint', [corpus, '--at', '2026-12-01'], project);
    expect(linted).toMatchObject({ status: 0, stderr: '' });
    expect(linted.stdout).toMatch(/^cp-1 {2}control plane/);
    const code = `lint({ paths: ['${corpus}'], at: new Date('2026-12-01') }).then(({ nodes }) => console.log(nodes.length))`;
    for (const argv of [
      ['--input-type=module', '-e', `import { lint } from 'pki-lint'; ${code}`],
      ['--input-type=commonjs', '--no-warnings', '-e', `const { lint } = require('pki-lint'); ${code}`],
    ]) {
      expect(run(process.execPath, argv, project)).toMatchObject({ status: 0, stdout: '1\n', stderr: '' });
    }
    expect(readdirSync(dist)).toEqual(names);
  });

  test('exports what src/index.ts does, by name', async () => {
    const { default: launcher, ...exported } = await import(join(unpacked, 'dist/index.js'));
    expect(launcher).toBeUndefined();
    expect(Object.keys(exported).sort()).toEqual(Object.keys(library).sort());
  });

  test('has the declarations that its own need: a program that uses it compiles', () => {
    const project = join(temporary, 'consumer');
    mkdirSync(join(project, 'node_modules'), { recursive: true });
    cpSync(unpacked, join(project, 'node_modules/pki-lint'), { recursive: true });
    const code = `import { issue, type IssueReport, lint, type LintOptions, type Report, reporters } from 'pki-lint';
const options: LintOptions = { paths: ['x'], at: new Date() };
const report: Report = await lint(options);
const errors: readonly string[] = report.findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
const issued: IssueReport = await issue({ rootfs: '/', write: false });
console.log(await reporters.sarif(report), errors, issued.exitCode);
// @ts-expect-error: declarations that are missing would make everything \`any\`.
report.nothing;
`;
    writeFileSync(join(project, 'consumer.mts'), code);
    const compile = [
      join(root, 'node_modules/typescript/bin/tsc'),
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
    ];
    const types = ['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node'];
    expect(run(process.execPath, [...compile, ...types, 'consumer.mts'], project)).toMatchObject({
      status: 0,
      stdout: '',
    });
  });

  test('has stacks that name functions', () => {
    const code = `import { lint } from '${join(unpacked, 'dist/index.js')}';
      lint({ get paths() { throw new Error('here'); } }).catch(({ stack }) => console.log(stack));`;
    const { stdout } = run(process.execPath, ['--input-type=module', '-e', code], temporary);
    expect(stdout).toMatch(/at (?:async )?lint \(\S*core\.cjs:/);
  });

  test('makes its code caches beside its files, and the program uses them', () => {
    const { status, stderr } = run(process.execPath, [join(unpacked, 'dist/code-cache.cjs')], temporary);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const caches = readdirSync(join(unpacked, 'dist')).filter((name) => name.endsWith('.cache'));
    expect(caches).toHaveLength(packed.filter((path) => /^dist\/.*\.cjs$/.test(path)).length - 3);
  });
});

function targets(value: unknown): string[] {
  if (typeof value === 'string') return [value.replace(/^\.\//, '')];
  return Object.values(value as object).flatMap(targets);
}

test.each(Object.keys(manifest.scripts))('CONTRIBUTING or another script knows `npm run %s`', (name) => {
  const known = ['prepare', 'prepublishOnly', 'start', 'test', 'format', 'docs'];
  const texts = [readText('CONTRIBUTING.md'), readText('.ci/run'), Object.values(manifest.scripts).join('\n')];
  const used = texts.some((text) => new RegExp(`npm (run )?(--silent )?${name}\\b`).test(text));
  expect(used || known.includes(name)).toBe(true);
});
