/**
 * Builds executables that need no Node.js on the machine: `npm run build:executable -- [--to DIR] [x64|arm64]…` writes
 * pki-lint-linux-ARCHITECTURE, by default for this machine and to dist/executable. Such a file is Node.js, the files of
 * the program and V8's code caches of these. Two builds of a commit are equal, if QEMU is not needed.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import { inject } from 'postject';
import { runnerOf } from './executable/libraries.mjs';
import { architectures, embeddedNode } from './executable/node.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

const { values, positionals } = parseArgs({ options: { to: { type: 'string' } }, allowPositionals: true });
const target = resolve(values.to ?? join(dist, 'executable'));

/** When the program is said to run for code caches, in seconds since the epoch: the same in all builds. */
const sampleTime = Date.UTC(2026, 11, 1) / 1000;

/** Writes the code caches of the program for an architecture, or none if its Node.js cannot be run here. */
function makeCaches(architecture, folder) {
  const runner = runnerOf(architecture);
  if (runner === undefined) {
    process.stderr.write(`no code cache for ${architecture}, which qemu-user would make: it starts more slowly\n`);
    return;
  }
  const keys = join(folder, 'keys');
  mkdirSync(keys);
  for (const name of ['kubeadm-1.36-default', 'kubeadm-1.36-ha']) {
    const flatten = ['--wildcards', '*.key', `--transform=s,/,-,g`];
    execFileSync('tar', ['-xzf', join(root, `fixtures/corpora/${name}.tar.gz`), '-C', keys, ...flatten]);
  }
  const flags = ['--random-seed=42', '--initial-heap-size=2048'];
  const script = join(root, 'scripts/executable/caches.cjs');
  const [command, ...argv] = [...runner, embeddedNode(architecture).program, ...flags, script];
  const options = { env: { PATH: process.env.PATH }, stdio: 'inherit' };
  // On a busy machine, a run may differ. Two that are equal are what any build makes.
  const made = new Set();
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const own = join(folder, `${attempt}`);
    mkdirSync(own);
    execFileSync(command, [...argv, own, keys, `${sampleTime}`], options);
    const names = readdirSync(own).filter((name) => name.endsWith('.cache'));
    const content = createHash('sha256');
    for (const name of names.sort()) content.update(readFileSync(join(own, name)));
    const digest = content.digest('hex');
    if (made.has(digest)) {
      for (const name of names) copyFileSync(join(own, name), join(folder, name));
      return;
    }
    made.add(digest);
  }
  throw new Error(`no two runs made equal code caches for ${architecture}`);
}

/** Writes what Node starts, and the small bundle in the form of the other parts. */
function writeScripts(folder) {
  buildSync({
    entryPoints: [join(root, 'scripts/executable/main.cjs')],
    outfile: join(folder, 'main.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
  });
  const quick = readFileSync(join(dist, 'quick.cjs'), 'latin1');
  writeFileSync(join(folder, 'quick.cjs'), `(function (exports, require, module) {\n${quick}});\n`);
}

/** Writes the data that Node.js reads from its executable. Its format is that of a version, on all architectures. */
function writeBlob(folder) {
  const parts = readdirSync(dist).filter((name) => /^(?!cli\.|code-cache\.|quick\.).*\.cjs$/.test(name));
  const own = readdirSync(folder).filter((name) => name.endsWith('.cache'));
  const assets = [
    ...[...parts, 'rules.ndjson'].map((name) => [name, join(dist, name)]),
    ...['quick.cjs', ...own].map((name) => [name, join(folder, name)]),
  ];
  const config = {
    // The data contain this path.
    main: 'main.cjs',
    output: 'blob',
    disableExperimentalSEAWarning: true,
    // For a Node.js that reads NODE_OPTIONS in spite of `withoutVariables`.
    execArgvExtension: 'none',
    assets: Object.fromEntries(assets.sort()),
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const { program } = embeddedNode(process.arch);
  execFileSync(program, ['--experimental-sea-config', 'config.json'], { cwd: folder, stdio: 'ignore' });
  return readFileSync(join(folder, config.output));
}

/**
 * Variables of Node.js and OpenSSL that load code, write files or end the program. Node.js reads them before the
 * program begins. `npx` and wrappers of test runners set some of them, and `sudo -E` keeps them.
 */
const ignored = [
  ...['OPENSSL_CONF', 'OPENSSL_CONF_INCLUDE', 'OPENSSL_ENGINES', 'OPENSSL_MODULES', 'SSL_CERT_DIR', 'SSL_CERT_FILE'],
  ...['NODE_CHANNEL_FD', 'NODE_COMPILE_CACHE', 'NODE_COMPILE_CACHE_PORTABLE', 'NODE_DEBUG', 'NODE_DEBUG_NATIVE'],
  ...['NODE_EXTRA_CA_CERTS', 'NODE_ICU_DATA', 'NODE_OPTIONS', 'NODE_PENDING_DEPRECATION', 'NODE_PRESERVE_SYMLINKS'],
  ...['NODE_REDIRECT_WARNINGS', 'NODE_REPL_EXTERNAL_MODULE', 'NODE_UNIQUE_ID', 'NODE_USE_ENV_PROXY'],
  ...['NODE_USE_SYSTEM_CA', 'NODE_V8_COVERAGE'],
];

/**
 * Returns Node.js with other names of variables in it: the name of one in an environment cannot have an equals sign.
 * @param {string} program
 */
function withoutVariables(program) {
  const bytes = readFileSync(program);
  for (const name of ignored) {
    const asString = Buffer.from(`\0${name}\0`);
    let at = bytes.indexOf(asString);
    if (at === -1) throw new Error(`${program} has no string ${name}: does Node.js read it in a new way?`);
    for (; at !== -1; at = bytes.indexOf(asString, at + 1)) bytes[at + 1] = '='.charCodeAt(0);
  }
  return bytes;
}

/** Puts the data into a copy of Node.js. What postject cannot name are notes of Node.js, which need no name. */
async function injectBlob(executable, blob) {
  const { warn } = console;
  console.warn = (text) => /Can't find string offset for section name '\.note/.test(text) || warn(text);
  await inject(executable, 'NODE_SEA_BLOB', blob, { sentinelFuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2' });
  console.warn = warn;
}

async function buildExecutable(architecture) {
  const folder = join(target, architecture);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  makeCaches(architecture, folder);
  writeScripts(folder);
  const blob = writeBlob(folder);
  const { program, license } = embeddedNode(architecture);
  const executable = join(target, `pki-lint-linux-${architecture}`);
  writeFileSync(executable, withoutVariables(program));
  await injectBlob(executable, blob);
  chmodSync(executable, 0o755);
  rmSync(folder, { recursive: true });
  const notices = [join(dist, 'THIRD-PARTY-NOTICES'), license].map((path) => readFileSync(path, 'utf8'));
  writeFileSync(join(target, 'THIRD-PARTY-NOTICES'), notices.join(`\n${'-'.repeat(80)}\n\nNode.js\n\n`));
  process.stdout.write(`${basename(executable)} ${(statSync(executable).size / 1e6).toFixed(1)} MB\n`);
}

for (const architecture of positionals.length === 0 ? [process.arch] : positionals) {
  if (!architectures.includes(architecture)) throw new Error(`${architecture}: not one of ${architectures.join(', ')}`);
  await buildExecutable(architecture);
}
