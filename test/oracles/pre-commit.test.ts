/** The hooks of .pre-commit-hooks.yaml in repositories, by the program that runs them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, describe, expect, test } from 'vitest';
import { readText, root } from '../repository/files.ts';
import { corpus } from '../support/corpus.ts';
import { run, temporaryFolder } from './support/programs.ts';

interface Hook {
  readonly id: string;
  readonly entry: string;
}

const manifest = '.pre-commit-hooks.yaml';
const hooks = load(readText(manifest)) as readonly Hook[];
const folder = temporaryFolder();
afterAll(() => folder.remove());
process.env.PRE_COMMIT_HOME = join(folder.path, '.cache');

/** A repository with the hooks as in the manifest, but with the program from dist/, and with a time. */
function repository(name: string, files: Readonly<Record<string, string | Uint8Array>>) {
  const path = join(folder.path, name);
  const git = (...words: string[]) => execFileSync('git', ['-C', path, ...words]);
  mkdirSync(path);
  git('init', '--quiet');
  const local = hooks.map((hook) => {
    const entry = hook.entry.replace(/^pki-lint/, `${process.execPath} ${root}dist/cli.cjs`);
    return { ...hook, language: 'system', entry: hook.id === 'pki-lint' ? `${entry} --at 2026-12-01` : entry };
  });
  write('.pre-commit-config.yaml', JSON.stringify({ repos: [{ repo: 'local', hooks: local }] }));
  for (const [file, content] of Object.entries(files)) write(file, content);
  git('add', '--all');
  return (hook: string) =>
    run(['bash', '-c', 'cd "$0" && pre-commit run --color never --all-files "$1"', path, hook], 60_000);

  function write(file: string, content: string | Uint8Array) {
    mkdirSync(join(path, file, '..'), { recursive: true });
    // As git checks out, whatever the modes were.
    writeFileSync(join(path, file), content, { mode: 0o644 });
  }
}

const tree = await corpus('kubeadm-1.36-default');

/** The files of a node, in a folder of the repository. */
const filesOf = (isIn: (path: string) => boolean) =>
  Object.fromEntries(
    [...tree.entries].flatMap(([path, entry]) =>
      entry.type === 'file' && isIn(path) ? [[`nodes/cp-1${path}`, entry.content]] : [],
    ),
  );

const withoutKeys = filesOf((path) => !path.endsWith('.key'));
/** Kubeconfigs contain keys. */
const withoutSecrets = filesOf((path) => !/\.key$|\/kubernetes\/[^/]*\.conf$/.test(path));
const manifestPath = 'nodes/cp-1/etc/kubernetes/manifests/kube-apiserver.yaml';
const caPath = 'nodes/cp-1/etc/kubernetes/pki/ca.crt';

test('the manifest is valid, and a broken one is not', () => {
  expect(run(['pre-commit', 'validate-manifest', join(root, manifest)])).toMatchObject({ status: 0, output: '' });
  const broken = join(folder.path, 'broken.yaml');
  writeFileSync(broken, readText(manifest).replace('language: node', 'language: nodejs'));
  expect(run(['pre-commit', 'validate-manifest', broken]).status).not.toBe(0);
});

describe('pki-lint', () => {
  test('passes for a healthy node', () => {
    const { status, output } = repository('healthy', withoutKeys)('pki-lint');
    expect({ status, output }).toMatchObject({ status: 0, output: expect.stringContaining('Passed') });
  });

  test('passes for a healthy node with its keys: git does not keep their modes', () => {
    const { status, output } = repository(
      'with-keys',
      filesOf(() => true),
    )('pki-lint');
    expect({ status, output }).toMatchObject({ status: 0 });
  });

  test('fails for a broken node', () => {
    const text = tree
      .read('/etc/kubernetes/manifests/kube-apiserver.yaml')
      .replace('pki/apiserver.crt', 'pki/gone.crt');
    const { status, output } = repository('broken', { ...withoutKeys, [manifestPath]: text })('pki-lint');
    expect(status).toBe(1);
    expect(output).toContain('argument/file');
  });

  test('passes where there is nothing to lint', () => {
    const { status, output } = repository('empty', { 'app/kubernetes/notes.md': 'nothing' })('pki-lint');
    expect({ status, output }).toMatchObject({ status: 0, output: expect.stringContaining('Passed') });
  });

  test('does not run where no file is named like those of a node', () => {
    expect(repository('other', { 'src/main.ts': '' })('pki-lint').output).toContain('Skipped');
  });
});

describe('pki-lint-keys', () => {
  test('passes for a repository without private keys', () => {
    const { status, output } = repository('clean', withoutSecrets)('pki-lint-keys');
    expect({ status, output }).toMatchObject({ status: 0, output: expect.stringContaining('Passed') });
  });

  test('fails for a key and for a kubeconfig', () => {
    const files = {
      'a name/ca.key': tree.read('/etc/kubernetes/pki/ca.key'),
      'admin.conf': tree.read('/etc/kubernetes/admin.conf'),
      '-h': tree.read('/etc/kubernetes/pki/ca.key'),
    };
    const { status, output } = repository('dirty', { ...withoutSecrets, ...files })('pki-lint-keys');
    expect(status).toBe(1);
    expect(output).toContain('a name/ca.key:1: private key\n');
    expect(output).toContain('-h:1: private key\n');
    expect(output).toContain('admin.conf:18: private key in base64\n');
    expect(output).not.toContain(caPath);
  });
});
