/**
 * Builds dist/: the bundles (the program, the library, and the parts that are loaded on demand), the type declarations,
 * and the list and the notices of the bundled packages. With `--if-stale` it does nothing if dist/ is newer than its
 * sources and was built by this Node.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { chmod, copyFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeBundles } from './bundles.mjs';
import { writeDeclarations } from './declarations.mjs';
import { thirdPartyNotices } from './notices.mjs';
import { bundledPackages } from './packages.mjs';
import { validateRules } from './validate-rules.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...parts) => join(root, ...parts);
const stamp = at('dist', 'THIRD-PARTY-NOTICES');
// The name that scripts/code-cache.cjs uses. A cache is for one version of Node.
const codeCache = at('dist', `core.cjs.${process.version}-${process.arch}.cache`);

/** The newest modification below a path, in milliseconds since the epoch. */
function newest(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return Math.max(status.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isFresh() {
  const sources = ['src', 'rules', 'scripts', 'package-lock.json', 'tsconfig.build.json', 'tsconfig.json'];
  return (
    existsSync(codeCache) &&
    existsSync(stamp) &&
    sources.every((source) => newest(at(source)) < statSync(stamp).mtimeMs)
  );
}

/** Writes the files of a node for scripts/code-cache.cjs, without what is issued there, which includes private keys. */
function makeSample() {
  const name = 'kubeadm-1.36-default';
  const kept = ['etc/kubernetes/manifests', 'var', 'kubeadm-config.yaml'].map((path) => `${name}/${path}`);
  const folder = mkdtempSync(join(tmpdir(), 'pki-lint-build-'));
  execFileSync('tar', ['-xpzf', at('fixtures/corpora', `${name}.tar.gz`), '-C', folder, ...kept]);
  execFileSync('tar', ['-czf', at('dist/sample.tar.gz'), '-C', join(folder, name), '.']);
  rmSync(folder, { recursive: true });
}

/** Writes the library: an ES module that names what the core exports. */
async function writeFacade() {
  const { besideThis, loader } = createRequire(import.meta.url)(at('dist/cli.cjs'));
  const names = Object.keys(loader(besideThis, false).load('./core.cjs').library).sort();
  await writeFile(
    at('dist/index.js'),
    `import launcher from './cli.cjs';

const { library } = launcher.loader(launcher.besideThis, false).load('./core.cjs');
export const { ${names.join(', ')} } = library;
`,
  );
}

if (process.argv.includes('--if-stale') && isFresh()) process.exit(0);
const wrong = validateRules();
if (wrong.length > 0) throw new Error(wrong.join('\n'));
rmSync(at('dist'), { recursive: true, force: true });
mkdirSync(at('dist'));
await copyFile(at('scripts/launcher.cjs'), at('dist/cli.cjs'));
await chmod(at('dist/cli.cjs'), 0o755);
const [bundles] = await Promise.all([writeBundles(), writeDeclarations(root, at('dist/types'))]);
await writeFacade();
await copyFile(at('scripts/code-cache.cjs'), at('dist/code-cache.cjs'));
makeSample();
execFileSync(process.execPath, [at('dist/code-cache.cjs')], { stdio: 'inherit' });
const packages = await bundledPackages(root, Object.values(bundles).flat());
await writeFile(at('dist/packages.json'), JSON.stringify(packages));
await writeFile(stamp, await thirdPartyNotices(root, packages));
