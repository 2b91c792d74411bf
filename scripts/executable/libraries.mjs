/** The libraries that Node.js needs on Linux, and how a program of another architecture is run. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { kept } from './node.mjs';

/** What Debian and QEMU call architectures, Debian's folder of libraries, and the loader that executables name. */
export const platforms = {
  x64: { debian: 'amd64', qemu: 'qemu-x86_64', folder: 'lib/x86_64-linux-gnu', loader: 'lib64/ld-linux-x86-64.so.2' },
  arm64: {
    debian: 'arm64',
    qemu: 'qemu-aarch64',
    folder: 'lib/aarch64-linux-gnu',
    loader: 'lib/ld-linux-aarch64.so.1',
  },
};

/** The libraries that Node.js is linked with, by name, and their versions. */
const libraries = { libc: 6, libdl: 2, libgcc_s: 1, libm: 6, libpthread: 0, 'libstdc++': 6 };

const packages = ['libc6', 'libgcc-s1', 'libstdc++6', 'gcc-14-base'];

/** Gets Debian's packages of an architecture without a change of this system, and unpacks them. */
function download(folder, { debian }) {
  for (const name of ['lists/partial', 'archives/partial']) mkdirSync(join(folder, 'apt', name), { recursive: true });
  const settings = {
    'Dir::State::lists': join(folder, 'apt/lists'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': join(folder, 'apt'),
    'APT::Architecture': debian,
    'APT::Architectures': debian,
    'APT::Sandbox::User': 'root',
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  const apt = (...argv) =>
    execFileSync('apt-get', [...options, '-qq', ...argv], { cwd: join(folder, 'apt'), stdio: ['ignore', 2, 2] });
  apt('update');
  apt('download', ...packages);
  const archives = readdirSync(join(folder, 'apt')).filter((name) => name.endsWith('.deb'));
  for (const name of archives) execFileSync('dpkg-deb', ['-x', join(folder, 'apt', name), folder]);
  rmSync(join(folder, 'apt'), { recursive: true });
  symlinkSync('usr/lib', join(folder, 'lib'));
}

/** The root of a system of that architecture: of this one, or of packages that are unpacked. */
function systemRoot(architecture) {
  if (architecture === process.arch) return '/';
  return kept(`libraries-${architecture}`, (folder) => download(folder, platforms[architecture]));
}

/**
 * Returns the libraries of an executable and their loader: paths in a root, and where they are here.
 * @param {string} architecture
 * @returns {readonly (readonly [string, string])[]}
 */
export function librariesOf(architecture) {
  const { folder, loader } = platforms[architecture];
  const paths = [loader, ...Object.entries(libraries).map(([name, version]) => `${folder}/${name}.so.${version}`)];
  return paths.map((path) => [path, join(systemRoot(architecture), path)]);
}

/** Returns the licences of these libraries, in the same way. */
export const licensesOf = (architecture) =>
  ['libc6', 'libgcc-s1', 'libstdc++6'].map((name) => [
    `licenses/${name}`,
    join(systemRoot(architecture), 'usr/share/doc', name, 'copyright'),
  ]);

/**
 * The command that starts a program of an architecture here, or undefined if that cannot be done.
 * @returns {readonly string[] | undefined}
 */
export function runnerOf(architecture) {
  if (architecture === process.arch) return [];
  const { qemu } = platforms[architecture];
  const { status } = spawnSync(qemu, ['--version'], { stdio: 'ignore' });
  return status === 0 ? [qemu, '-L', systemRoot(architecture)] : undefined;
}
