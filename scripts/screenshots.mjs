/**
 * Makes the pictures of the page that README.md shows, by Chromium. With `--all FOLDER` it makes every picture that one
 * should look at after a change of the page: four clusters, in light and dark, at three widths, and in print. With
 * `--pages FOLDER` it only writes the pages, which needs no browser.
 *
 * The pictures need Chromium and playwright-core, which `bash scripts/oracles.sh` installs.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { writeFleet } from './fleet.mjs';
import { inPalette } from './palette.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const validators = process.env.PKI_LINT_VALIDATORS ?? join(homedir(), '.cache/pki-lint/validators');
const browser = '/usr/bin/chromium';

/** Extracts nodes of fixtures/corpora. Returns the folder of each. */
function extract(folder, names) {
  return names.map((name) => {
    execFileSync('tar', ['-xpzf', join(root, `fixtures/corpora/kubeadm-${name}.tar.gz`), '-C', folder]);
    return join(folder, `kubeadm-${name}`);
  });
}

/** Three nodes: one has a wrong CA of etcd, one a key that others can read, and the worker dials a wrong address. */
async function brokenCluster(folder) {
  await writeFleet(folder, 1, 'healthy');
  const nodes = ['cp-1', 'cp-2', 'worker-1'].map((name) => join(folder, name));
  const [first, second, worker] = nodes.map((node) => join(node, 'etc/kubernetes'));
  writeFileSync(join(second, 'pki/etcd/ca.crt'), readFileSync(join(second, 'pki/ca.crt')));
  execFileSync('chmod', ['644', join(first, 'pki/sa.key')]);
  const kubeconfig = join(worker, 'kubelet.conf');
  const text = readFileSync(kubeconfig, 'utf8');
  writeFileSync(kubeconfig, text.replace(/server: .*/, 'server: https://192.0.2.99:6443'));
  return nodes;
}

/** What the pages are about: the flags of a lint, by name. */
const scenes = {
  healthy: (folder) => ['--at', '2026-12-01', ...extract(folder, ['1.36-default'])],
  expired: (folder) => ['--at', '2027-12-10', ...extract(folder, ['1.36-default'])],
  cluster: async (folder) => ['--at', '2026-12-01', ...(await brokenCluster(folder))],
  upgrade: (folder) => ['--at', '2027-11-01', '--target-version', 'v1.37', ...extract(folder, ['1.32-default'])],
};

/** Writes the page of each scene to a folder. */
async function writePages(folder, names) {
  for (const name of names) {
    const nodes = join(folder, `nodes-${name}`);
    rmSync(nodes, { recursive: true, force: true });
    mkdirSync(nodes);
    const flags = ['-f', `html:${join(folder, `${name}.html`)}`, '--fail-on', 'never'];
    execFileSync(process.execPath, [join(root, 'dist/cli.cjs'), ...flags, ...(await scenes[name](nodes))]);
  }
}

/** Opens pages, and returns what `take` makes of each. */
async function withPages(folder, take) {
  const require = createRequire(join(validators, 'index.cjs'));
  const { chromium } = require('playwright-core');
  const running = await chromium.launch({ executablePath: browser, args: ['--no-sandbox'] });
  try {
    await take(async (name, { width, height = 900, scheme = 'light', media = 'screen', at }, file, whole) => {
      const page = await running.newPage({
        viewport: { width, height },
        colorScheme: scheme,
        reducedMotion: 'reduce',
      });
      await page.goto(`${pathToFileURL(join(folder, `${name}.html`))}${at ?? ''}`);
      await page.emulateMedia({ media, colorScheme: scheme });
      const picture = await page.screenshot({ fullPage: whole });
      writeFileSync(file, whole ? picture : inPalette(picture));
      await page.close();
    });
  } finally {
    await running.close();
  }
}

/** The pictures of README.md: what one sees first, and the trust graph. */
async function forReadme(folder) {
  const images = join(root, 'docs/images');
  mkdirSync(images, { recursive: true });
  await writePages(folder, ['cluster']);
  await withPages(folder, async (shoot) => {
    await shoot('cluster', { width: 1280, height: 860 }, join(images, 'report.png'));
    await shoot('cluster', { width: 1280, height: 1000, at: '#trust' }, join(images, 'trust-graph.png'));
  });
}

async function everything(folder, target) {
  mkdirSync(target, { recursive: true });
  const names = Object.keys(scenes);
  await writePages(folder, names);
  await withPages(folder, async (shoot) => {
    for (const name of names) {
      for (const width of [390, 900, 1440]) {
        for (const scheme of ['light', 'dark']) {
          await shoot(name, { width, scheme }, join(target, `${name}-${width}-${scheme}.png`), true);
        }
      }
      await shoot(name, { width: 760, media: 'print' }, join(target, `${name}-print.png`), true);
      writeFileSync(join(target, `${name}.html`), readFileSync(join(folder, `${name}.html`)));
    }
  });
}

const [flag, target = 'screenshots'] = process.argv.slice(2);
if (flag === '--pages') {
  mkdirSync(target, { recursive: true });
  await writePages(target, Object.keys(scenes));
  process.exit();
}
if (!existsSync(browser) || !existsSync(join(validators, 'node_modules/playwright-core'))) {
  console.error('screenshots need Chromium and playwright-core: run bash scripts/oracles.sh');
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'pki-lint-pages-'));
try {
  await (flag === '--all' ? everything(folder, target) : forReadme(folder));
} finally {
  rmSync(folder, { recursive: true });
}
