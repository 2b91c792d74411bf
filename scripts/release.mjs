/**
 * Makes the files of a release: `npm run release -- v0.1.0` writes them to dist/release. `--check` only compares the
 * tag with package.json and CHANGELOG.md. An executable for this machine is built twice and must be equal. Each is in
 * an archive with the licences of all that is in it. This publishes nothing.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { architectures } from './executable/node.mjs';
import { releaseNotes } from './release-notes.mjs';
import { sourceDate } from './source-date.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const target = join(dist, 'release');

const { values, positionals } = parseArgs({ options: { check: { type: 'boolean' } }, allowPositionals: true });
const [tag = ''] = positionals;
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const notes = releaseNotes(tag, version, readFileSync(join(root, 'CHANGELOG.md'), 'utf8'));

const run = (command, argv, cwd = root) =>
  execFileSync(command, argv, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
const script = (file, argv = [], cwd = root) => run(process.execPath, [join(root, 'scripts', file), ...argv], cwd);

/** Packs what is in a folder, so that only the names and contents of files and the time of the commit matter. */
function archive(file, folder, entry = '.') {
  const owner = ['--owner=0', '--group=0', '--numeric-owner', '--mode=u+rw,go=rX,a-s'];
  run('tar', ['-cf', file, '--format=ustar', '--sort=name', `--mtime=@${sourceDate()}`, ...owner, entry], folder);
}

/**
 * Builds the executables, and that for this machine twice. Throws if these differ. Those that are built under QEMU
 * differ now and then (docs/decisions.md).
 */
function buildExecutables(work) {
  const [first, second] = ['executables', 'executables again'].map((folder) => join(work, folder));
  script('executable.mjs', ['--to', first, ...architectures]);
  script('executable.mjs', ['--to', second, process.arch]);
  const file = `${name}-linux-${process.arch}`;
  const [one, other] = [first, second].map((folder) => readFileSync(join(folder, file)));
  if (!one.equals(other)) throw new Error(`two builds of ${file} differ`);
  return first;
}

/** Packs an executable with the licences of what is in it. */
function packExecutable(executables, architecture, work) {
  const title = `${name}-${version}-linux-${architecture}`;
  const folder = join(work, title);
  mkdirSync(folder);
  cpSync(join(executables, `${name}-linux-${architecture}`), join(folder, name));
  cpSync(join(executables, 'THIRD-PARTY-NOTICES'), join(folder, 'THIRD-PARTY-NOTICES'));
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  const file = join(target, `${title}.tar`);
  archive(file, work, title);
  // With several threads, xz writes other bytes.
  run('xz', ['--threads=1', '-9', file]);
}

function writeSums() {
  const lines = readdirSync(target).map((file) => {
    const digest = createHash('sha256').update(readFileSync(join(target, file)));
    return `${digest.digest('hex')}  ${file}\n`;
  });
  writeFileSync(join(target, 'SHA256SUMS'), lines.sort().join(''));
}

function makeRelease(work) {
  rmSync(target, { recursive: true, force: true });
  script('build.mjs');
  mkdirSync(target);
  script('pack.mjs', [], target);
  const executables = buildExecutables(work);
  for (const architecture of architectures) packExecutable(executables, architecture, work);
  const image = join(work, 'image');
  script('image.mjs', ['--to', image, '--executables', executables]);
  archive(join(target, `${name}-${version}-image.tar`), image);
  const bills = join(work, 'bills');
  script('sbom.mjs', ['--to', bills]);
  for (const file of readdirSync(bills))
    cpSync(join(bills, file), join(target, file.replace(name, `${name}-${version}`)));
  writeSums();
  writeFileSync(join(dist, 'release-notes.md'), notes);
}

if (values.check !== true) {
  const work = mkdtempSync(join(tmpdir(), 'pki-lint-release-'));
  try {
    makeRelease(work);
  } finally {
    rmSync(work, { recursive: true });
  }
}
