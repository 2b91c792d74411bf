/** The executable does what the package does, on machines that have nothing but a C library. Only root can try that. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { runnerOf } from '../../scripts/executable/libraries.mjs';
import { embeddedNode } from '../../scripts/executable/node.mjs';
import { corpora } from '../support/corpus.ts';
import { sample, sampled } from '../support/extent.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const parts = readdirSync(join(root, 'dist')).filter((name) => /^(?!cli|code-cache|quick).*\.cjs$/.test(name));

const temporary = mkdtempSync(join(tmpdir(), 'pki-lint-executable-'));
const bare = join(temporary, 'bare');
const name = `pki-lint-linux-${process.arch}`;
const executable = join(bare, name);

const build = (folder: string, ...architectures: string[]) =>
  execFileSync(process.execPath, [join(root, 'scripts/executable.mjs'), '--to', folder, ...architectures], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Makes a root that has the executable, its libraries and the corpora. */
function makeBare() {
  build(bare);
  const loaded = execFileSync('ldd', [executable], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g);
  const libraries = [...loaded].map(([, path = '']) => path);
  expect(libraries).toHaveLength(7);
  for (const path of libraries) {
    mkdirSync(join(bare, dirname(path)), { recursive: true });
    cpSync(path, join(bare, path), { dereference: true });
  }
  cpSync(join(root, 'fixtures/corpora'), join(bare, 'fixtures/corpora'), { recursive: true });
  chmodSync(temporary, 0o755);
}

const output = { encoding: 'utf8', maxBuffer: 1 << 28 } as const;

/** Runs it there as a user different from root, without any environment variable. */
function inBareRoot(argv: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    '/usr/sbin/chroot',
    ['--userspec=65532:65532', bare, `/${name}`, ...argv],
    {
      ...output,
      env: {},
    },
  );
  return { status, stdout, stderr };
}

function asPackage(argv: readonly string[]) {
  const cli = join(root, 'dist/cli.cjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...argv], { ...output, cwd: root, env: {} });
  return { status, stdout, stderr };
}

beforeAll(makeBare, 300_000);

const at = ['--at', '2027-06-01'];
const corpusAt = (corpus: string) => [`fixtures/corpora/${corpus}.tar.gz`, ...at];
const healthy = 'kubeadm-1.36-default';
const commands = [
  ['--version'],
  ['--help'],
  ['__complete', '--format', 'j'],
  ['help', 'issue'],
  ['explain', 'cert/expired'],
  ['rules'],
  ['expiry', ...corpusAt('kubeadm-1.36-aged')],
  ['connections', ...corpusAt('kubeadm-1.36-ha')],
  ['blast', 'kubernetes-ca', ...corpusAt(healthy)],
  ...['html', 'sarif', 'cyclonedx'].map((format) => [...corpusAt(healthy), '--format', format]),
  ...corpora.flatMap((corpus) => [corpusAt(corpus), [...corpusAt(corpus), '--format', 'json']]),
  ['fixtures/corpora/none.tar.gz'],
];

describe('the executable in a root that has only its libraries', () => {
  it.each(sample(commands, 9).map((argv) => [argv.join(' '), argv] as const))(
    'prints the bytes of the package for %s',
    (_, argv) => {
      const printed = inBareRoot(argv);
      expect(printed).toEqual(asPackage(argv));
      expect(printed.stdout + printed.stderr).not.toBe('');
    },
  );
});

describe('a variable of Node.js or OpenSSL has no effect on the executable', () => {
  const text = readFileSync(embeddedNode(process.arch).program, 'latin1');
  const inScripts = text.matchAll(/process\.env\.([A-Za-z_\d]+)/g);
  const inC = text.matchAll(/\0((?:NODE_(?!PERFORMANCE)|OPENSSL_|SSL_CERT_|CTLOG_|ICU_)[A-Z_\d]{3,40})(?=\0)/g);
  // The program itself reads FORCE_COLOR and TERM.
  const own = ['FORCE_COLOR', 'TERM'];
  const found = [...inScripts, ...inC].map(([, variable = '']) => variable);
  const all = [...new Set([...found, 'UV_THREADPOOL_SIZE', 'UV_USE_IO_URING'])].filter((one) => !own.includes(one));

  /** A file that is a script, and a configuration that OpenSSL refuses. */
  const file = join(temporary, 'code.cjs');
  const argv = ['explain', 'cert/expired'];

  function runWith(program: string, words: readonly string[], env: Readonly<Record<string, string>>) {
    const folder = mkdtempSync(join(temporary, 'variables-'));
    writeFileSync(file, '//[s]\nconsole.log("this ran");//=1\nnodejs_conf=x;//\n');
    const inFolder = Object.entries(env).map(([name, value]) => [name, value.replace('FOLDER', folder)]);
    const { status, stdout, stderr } = spawnSync(program, words, {
      ...output,
      cwd: folder,
      env: Object.fromEntries(inFolder),
    });
    return { status, stdout, stderr, written: readdirSync(folder) };
  }

  it('is one of those that were tried', () => {
    for (const one of ['OPENSSL_CONF', 'NODE_OPTIONS', 'NODE_COMPILE_CACHE', 'NODE_V8_COVERAGE', 'NODE_CHANNEL_FD'])
      expect(all).toContain(one);
    const script = join(root, 'dist/cli.cjs');
    expect(runWith(process.execPath, [script, ...argv], { NODE_V8_COVERAGE: 'FOLDER/x' }).written).toEqual(['x']);
  });

  const values = ['FOLDER/none/x', file, '1', '*', `--require=${file}`];
  const together = values.map(
    (value) => [`all: ${value}`, Object.fromEntries(all.map((name) => [name, value]))] as const,
  );
  const alone = all.flatMap((name) => values.map((value) => [`${name}: ${value}`, { [name]: value }] as const));
  it.each(sampled<readonly (readonly [string, Readonly<Record<string, string>>])[]>(together, [...together, ...alone]))(
    '%s',
    (_, env) => {
      expect(runWith(executable, argv, env)).toEqual({ ...asPackage(argv), written: [] });
    },
  );
});

/** Whether V8 rejected the code cache of each part: asks the same executable, which runs an argument instead. */
function rejectedCaches(original: string, runner: readonly string[]) {
  const start = 'start(\n  () => load("./quick.cjs"),\n  () => load("./core.cjs")\n);';
  const bytes = readFileSync(original);
  const offset = bytes.indexOf(start);
  expect(bytes.indexOf(start, offset + 1)).toBe(-1);
  bytes.write('eval(process.argv[2]);'.padEnd(start.length), offset);
  const changed = `${original}-changed`;
  writeFileSync(changed, bytes, { mode: 0o755 });
  const loadAll = `const launcher = require_launcher();
    launcher.setFlags();
    const { load, scripts } = launcher.loader(read, true, '/pki-lint');
    for (const name of ${JSON.stringify(parts)}) load('./' + name);
    console.log(JSON.stringify([...scripts].map(([name, { cachedDataRejected }]) => [name, cachedDataRejected])));`;
  const [command = '', ...argv] = [...runner, changed, loadAll];
  return Object.fromEntries(JSON.parse(execFileSync(command, argv, { ...output, env: { PATH: process.env.PATH } })));
}

const noneRejected = Object.fromEntries(parts.map((part) => [part, false]));

test('V8 accepts each code cache in the executable', () => {
  expect(rejectedCaches(executable, [])).toEqual(noneRejected);
});

const others = ['x64', 'arm64'].filter((architecture) => architecture !== process.arch);
test.each(sampled([], others))('the executable for %s does the same in QEMU', { timeout: 900_000 }, (other) => {
  build(temporary, other);
  const built = join(temporary, `pki-lint-linux-${other}`);
  const runner = [...(runnerOf(other) ?? [])];
  expect(runner).not.toEqual([]);
  for (const argv of [['--version'], corpusAt(healthy), [...corpusAt(healthy), '--format', 'json']]) {
    const [command = '', ...words] = [...runner, built, ...argv];
    const options = { ...output, cwd: root, env: { PATH: process.env.PATH } };
    const { status, stdout, stderr } = spawnSync(command, words, options);
    expect({ status, stdout, stderr }).toEqual(asPackage(argv));
  }
  expect(rejectedCaches(built, runner)).toEqual(noneRejected);
});

test('it is about as large as Node.js, and has notices of what it contains', () => {
  expect(statSync(executable).size).toBeLessThan(140e6);
  const notices = readFileSync(join(bare, 'THIRD-PARTY-NOTICES'), 'utf8');
  expect(notices).toMatch(/^pki-lint contains these packages/);
  expect(notices).toContain('Node.js is licensed for use as follows');
});

test.each(sampled([], ['another place']))('a build in %s is equal', { timeout: 300_000 }, (place) => {
  const again = join(temporary, 'in', place);
  expect(build(again)).toMatch(/^pki-lint-linux-\w+ 1[34]\d\.\d MB\n$/);
  expect(readFileSync(join(again, name)).equals(readFileSync(executable))).toBe(true);
});

describe('the image', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const debian = { x64: 'amd64', arm64: 'arm64' }[process.arch as 'x64'];
  const layout = join(temporary, 'image');
  const script = join(root, 'scripts/image.mjs');
  const env = { ...process.env, SOURCE_DATE_EPOCH: '1796083200' };
  const buildImage = (folder: string) =>
    execFileSync(process.execPath, [script, '--to', folder, '--executables', bare], { ...output, env })
      .trim()
      .split(' ')
      .at(-1);
  const unpacked = join(temporary, 'unpacked');
  let digest: string | undefined;
  beforeAll(() => {
    digest = buildImage(layout);
    execFileSync('umoci', ['unpack', '--image', `${layout}:${version}-${debian}`, unpacked], { stdio: 'pipe' });
  }, 300_000);

  it('is read by skopeo, and has a user who is not root', () => {
    const inspect = (...argv: string[]) =>
      JSON.parse(execFileSync('skopeo', ['inspect', ...argv, `oci:${layout}:${version}`], output));
    expect(inspect()).toMatchObject({
      Digest: digest,
      Architecture: debian,
      Os: 'linux',
      Created: '2026-12-01T00:00:00Z',
    });
    expect(inspect('--config').config).toEqual({ User: '65532', Entrypoint: ['/pki-lint'], WorkingDir: '/' });
  });

  it('has the executable, its libraries and licences, and nothing else', () => {
    const files = readdirSync(join(unpacked, 'rootfs'), { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(`${unpacked}/rootfs/`.length));
    expect(files.filter((file) => !/^(?:pki-lint$|licenses\/|lib(?:64)?\/)/.test(file))).toEqual([]);
    expect(files.filter((file) => file.startsWith('lib'))).toHaveLength(7);
    expect(files).toContain('licenses/libc6');
  });

  it('lints a copy from stdin as the package does', () => {
    const [path = '', ...rest] = corpusAt(healthy);
    const input = readFileSync(join(root, path));
    const chroot = ['--userspec=65532:65532', join(unpacked, 'rootfs'), '/pki-lint'];
    const { status, stdout } = spawnSync('/usr/sbin/chroot', [...chroot, '-', ...rest], { ...output, env: {}, input });
    const cli = join(root, 'dist/cli.cjs');
    const own = spawnSync(process.execPath, [cli, '-', ...rest], { ...output, env: {}, input });
    expect({ status, stdout }).toEqual({ status: own.status, stdout: own.stdout });
    expect(stdout).toContain('No problems found');
  });

  it.each(sampled([], ['image again']))('has the same digest in %s', (place) => {
    expect(buildImage(join(temporary, place))).toBe(digest);
  });
});
