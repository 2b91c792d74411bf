/**
 * Makes the package that is published: dist/package/, and a tarball of it in the current folder, whose name is printed.
 * It has the files that `npm pack` takes from a checkout. Its manifest has only what an installation needs, and its
 * pages link only to files that are in it.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'dist/package');

const npm = (cwd, ...argv) => execFileSync('npm', [...argv, '--ignore-scripts'], { cwd, encoding: 'utf8' });

/**
 * What users and npm read of package.json; the rest is for development. npm accepts a package with provenance only if
 * it names the repository that built it (npm's docs, "Generating provenance statements"), so a job of GitHub adds its
 * own.
 */
function manifestOf({ scripts, devDependencies, files, ...manifest }) {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
  if (server !== undefined && repository !== undefined)
    manifest.repository = { type: 'git', url: `git+${server}/${repository}.git` };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/**
 * A page with the text of a link in place of one to a file that is not in the package, and without such pictures.
 * @param {string} page its path
 * @param {ReadonlySet<string>} packed
 */
function withoutDeadLinks(page, text, packed) {
  return text.replaceAll(/(!?)\[([^\]]*)\]\(([^)#:]+)(#[^)]*)?\)/g, (link, picture, words, path) => {
    if (packed.has(join(dirname(page), path))) return link;
    return picture === '' ? words : '';
  });
}

/** The declarations of the public API: those whose comments editors show. */
const shown = new Set(
  [...readFileSync(join(root, 'dist/types/index.d.ts'), 'utf8').matchAll(/ from '\.\/(.+)\.ts'/g)].map(
    ([, module]) => `dist/types/${module}.d.ts`,
  ),
);

/** Declarations without comments. */
const withoutComments = (text) => text.replaceAll(/^ *\/\*\*[\s\S]*?\*\/\n/gm, '');

rmSync(target, { recursive: true, force: true });
const [{ files }] = JSON.parse(npm(root, 'pack', '--dry-run', '--json'));
const packed = new Set(files.map(({ path }) => path));
for (const path of packed) {
  const to = join(target, path);
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(join(root, path), to);
  if (path.endsWith('.md')) writeFileSync(to, withoutDeadLinks(path, readFileSync(to, 'utf8'), packed));
  if (path.endsWith('.d.ts') && !shown.has(path)) writeFileSync(to, withoutComments(readFileSync(to, 'utf8')));
  // Programs read schemas: without line breaks they are smaller.
  if (path.endsWith('.schema.json')) writeFileSync(to, JSON.stringify(JSON.parse(readFileSync(to, 'utf8'))));
}
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
writeFileSync(join(target, 'package.json'), manifestOf(manifest));
process.stdout.write(npm(process.cwd(), 'pack', target, '--silent'));
