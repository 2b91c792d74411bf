import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { transformSync } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';

const inRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const corpus = inRoot('fixtures/corpora/kubeadm-1.36-default.tar.gz');

/** Runs this version of Node without environment variables that change how it starts. */
const node = (...argv: string[]) => spawnSync(process.execPath, argv, { encoding: 'utf8', env: {} });

describe('the built program', () => {
  it.each([
    ['--version', /^\d+\.\d+\.\d+\n$/],
    ['--help', /^Usage: pki-lint /m],
    ['help issue', /^Usage: pki-lint issue /m],
    [`${corpus} --at 2026-12-01`, /^cp-1 {2}control plane/],
    [`${corpus} --at 2026-12-01 --format json`, /^\{[\s\S]*\}\n$/],
    ['rules', /^\S/],
    [`expect ${corpus}`, /^\S/],
  ])('prints nothing on stderr for %s', (argv, printed) => {
    const { status, stdout, stderr } = node(inRoot('dist/cli.cjs'), ...argv.split(' '));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(printed);
  });

  it('has no code outside ASCII, because it is read as Latin-1: esbuild escapes strings, but not regular expressions', () => {
    const bundles = readdirSync(inRoot('dist')).filter((name) => name.endsWith('.cjs'));
    expect(bundles).toContain('core.cjs');
    const lines = bundles.flatMap((name) => readFileSync(inRoot(`dist/${name}`), 'utf8').split('\n'));
    expect(lines.filter((line) => /[^\0-\x7f]/.test(line) && !/^\s*(?:\/?\*|\/\/)/.test(line))).toEqual([]);
  });

  it('loads no module of Node that a lint does not need: each costs time at every start', () => {
    const lint = [inRoot('dist/cli.cjs'), corpus, '--at', '2026-12-01', '--format', 'json'];
    const { stderr } = node('--require', inRoot('test/cli/loaded-modules.cjs'), ...lint);
    const loaded = stderr.split('\n');
    expect(loaded).toContain('crypto');
    expect(loaded.filter((name) => /^(?:child_process|dns|fs\/promises|http|https|readline|tls)$/.test(name))).toEqual(
      [],
    );
  });

  it('has a code cache for this Node of each of its files, which V8 accepts', () => {
    const parts = readdirSync(inRoot('dist')).filter((name) => /^(?!cli|code-cache|quick).*\.cjs$/.test(name));
    expect(parts).toContain('issue.cjs');
    const loadAll = `const { besideThis, loader, setFlags } = require('${inRoot('dist/cli.cjs')}');
      setFlags();
      const { load, scripts } = loader(besideThis, true);
      for (const name of ${JSON.stringify(parts)}) load('./' + name);
      console.log(JSON.stringify([...scripts].map(([name, { cachedDataRejected }]) => [name, cachedDataRejected])));`;
    const { stdout, stderr } = node('-e', loadAll);
    expect(stderr).toBe('');
    expect(Object.fromEntries(JSON.parse(stdout))).toEqual(Object.fromEntries(parts.map((name) => [name, false])));
  });

  it('runs from files that are elsewhere than in its folder, such as in an archive', () => {
    const run = `const fs = require('fs');
      const { loader } = require('${inRoot('dist/cli.cjs')}');
      const read = (name) => (name.endsWith('.cache') ? undefined : fs.readFileSync('${inRoot('dist')}/' + name));
      process.argv = ['node', 'pki-lint', '${corpus}', '--at', '2026-12-01', '--format', 'sarif'];
      loader(read, true).load('./core.cjs').main();`;
    const { stdout, stderr } = node('-e', run);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ version: '2.1.0' });
  });

  it.each([['--version'], ['--help'], ['__complete', '--format', 'j']])(
    'loads no more than it needs for %s',
    (...argv) => {
      const { status, stderr } = node(
        '--require',
        inRoot('test/cli/loaded-modules.cjs'),
        inRoot('dist/cli.cjs'),
        ...argv,
      );
      const loaded = stderr.split('\n');
      expect(status).toBe(0);
      expect(loaded).toContain('fs');
      expect(loaded.filter((name) => /^(?:crypto|vm)$/.test(name))).toEqual([]);
    },
  );

  it.each([['--version'], ['-V'], ['--help'], ['-h']])('answers %s as the whole program does', (option) => {
    const whole = `const { besideThis, loader } = require('${inRoot('dist/cli.cjs')}');
      loader(besideThis, false).load('./core.cjs').main();`;
    for (const env of [{}, { LC_ALL: 'C' }, { COLUMNS: '72' }]) {
      const answered = spawnSync(process.execPath, ['-e', whole, '-', option], { encoding: 'utf8', env });
      const { status, stdout, stderr } = spawnSync(process.execPath, [inRoot('dist/cli.cjs'), option], {
        encoding: 'utf8',
        env,
      });
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: answered.stdout, stderr: '' });
    }
  });

  it('does not end in silence where nothing settles the last promise', () => {
    // A standard input that never ends and does not keep Node running.
    const stub = "Object.defineProperty(process, 'stdin', { value: new (require('stream').Readable)({ read() {} }) })";
    const { status, stdout, stderr } = node(
      '--import',
      `data:text/javascript,import{createRequire}from'module';const require=createRequire('/');${encodeURIComponent(stub)}`,
      inRoot('dist/cli.cjs'),
      '-',
    );
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe('pki-lint: internal error, this is a bug: it ended before it was finished\n');
  });
});

describe('completion says nothing of what is wrong', () => {
  const script = inRoot('dist/cli.cjs');
  const sh = (command: string, ...argv: string[]) =>
    spawnSync('sh', ['-c', command, 'sh', process.execPath, script, ...argv], { encoding: 'utf8', env: {} });
  const asked = '"$1" "$2" __complete';

  it.each([
    ['no word', asked],
    ['a closed stdout', `${asked} '' >&-`],
    ['a full disk', `${asked} '' >/dev/full`],
    ['a reader that has ended', `{ ${asked} '' || echo "exit code $?" >&2; } | true`],
    ['a closed stdin', `${asked} '' <&-`],
    ['a working directory that was removed', `cd "$(mktemp -d)" && rmdir "$PWD" && ${asked} ''`],
    ['words that are not UTF-8', `${asked} --only "$(printf '\\377')" "$(printf '\\300\\257')"`],
    ['control characters', `${asked} --rule "$(printf 'a\\tb\\nc=')"`],
    ['unknown words', `${asked} --no-such --no-such=x -zzz '' --`],
    ['ten thousand words', `${asked} $(seq 10000)`],
    ['a word of 100,000 characters', `${asked} --rule "$(printf '%0100000d' 0)"`],
  ])('%s', (_, command) => {
    const { status, stdout, stderr } = sh(command);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^(?:(?:.+\n)*:\d+(?:\t.+)?\n)?$/);
  });
});

describe('an installation without one of its files', () => {
  it.each([
    ['core.cjs', 'rules'],
    ['rules.ndjson', 'rules'],
    ['quick.cjs', '--version'],
  ])('%s: says so in one line, and has not linted', (file, argument) => {
    const dist = mkdtempSync(join(tmpdir(), 'pki-lint-incomplete-'));
    onTestFinished(() => rmSync(dist, { recursive: true }));
    for (const name of ['cli.cjs', 'core.cjs', 'quick.cjs', 'rules.ndjson'].filter((one) => one !== file))
      copyFileSync(inRoot(`dist/${name}`), join(dist, name));
    const { status, stdout, stderr } = node(join(dist, 'cli.cjs'), argument);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^pki-lint: the installation is incomplete, install it again: .*\n$/);
    expect(stderr).toContain(file);
  });
});

describe('a version of Node that is too old', () => {
  const launcher = readFileSync(inRoot('dist/cli.cjs'), 'utf8').replace(/^#!.*/, '');

  /** Runs the launcher's first lines, until it exits or loads a module. */
  function startUnder(version: string): { readonly stderr: string; readonly end: string } {
    let [stderr, end] = ['', ''];
    const stop = (what: string) => {
      end = what;
      throw new Error(what);
    };
    const process = {
      argv: [],
      versions: { node: version },
      stderr: { write: (text: string) => (stderr += text) },
      exit: (code: number) => stop(`exit ${code}`),
    };
    const module = {};
    const context = { process, module, require: Object.assign(stop, { main: module }) };
    expect(() => runInNewContext(launcher, context)).toThrow();
    return { stderr, end };
  }

  it.each(['0.12.18', '12.22.12', '16.20.2', '18.19.1', '19.9.0', '20.0.0', '20.18.3'])(
    'is refused with one line, before anything else: %s',
    (version) => {
      expect(startUnder(version)).toEqual({
        stderr: `pki-lint: needs Node.js 20.19 or later, this is ${version}\n`,
        end: 'exit 2',
      });
    },
  );

  it.each(['20.19.0', '20.20.2', '21.0.0', '22.0.0', '26.12.1', '100.0.0'])('is not %s', (version) => {
    expect(startUnder(version)).toEqual({ stderr: '', end: 'node:fs' });
  });

  it('reads that file, which is ES2015: nothing in it needs to be rewritten for such an engine', () => {
    const written = (target: string) => transformSync(launcher, { target }).code;
    expect(written('es2015')).toBe(written('esnext'));
  });
});
