/** The page from the command line: what options add to it, and that other formats do not have it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const program = resolve('dist/cli.cjs');
const node = resolve('fixtures/corpora/kubeadm-1.36-default.tar.gz');

/** Lints a node two months before its certificates expire, in a folder with a policy, and returns the page. */
function pageOf(...options: string[]): { readonly html: string; readonly json: string } {
  const folder = mkdtempSync(join(tmpdir(), 'pki-lint-html-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const policy = ['version: 1', 'ignore:', '  paths: [/etc/kubernetes/manifests/*]', ''].join('\n');
  writeFileSync(join(folder, 'pki-lint.config.yaml'), policy);
  const flags = ['--at', '2027-11-10', '-f', 'html:page.html', '-f', 'json', '--exit-zero', ...options];
  const json = execFileSync(process.execPath, [program, ...flags, node], { cwd: folder, encoding: 'utf8' });
  return { html: readFileSync(join(folder, 'page.html'), 'utf8'), json };
}

it('has the policy, and the CIS view only with --group-by cis', () => {
  const [plain, cis] = [pageOf(), pageOf('--group-by', 'cis')];
  for (const { html } of [plain, cis]) {
    expect(html).toContain('Not ignored, although pki-lint.config.yaml says so');
    expect(html).toContain('<section id="exceptions"');
  }
  expect(cis.html).toMatch(/<section id="cis".*CIS Kubernetes Benchmark 2\.0; no edition is published/);
  expect(plain.html).not.toContain('<section id="cis"');
  expect(JSON.parse(plain.json)).not.toHaveProperty('picture');
});

it('has the baseline', () => {
  const { html } = pageOf('--baseline', 'known.json', '--update-baseline');
  expect(html).toMatch(/<h1 class="ok">.*No new problems found/);
  expect(html).toMatch(/\d+ findings? known by known\.json, 0 new/);
  expect(html).not.toContain('class="mark error"');
});

it('has the steps of an upgrade', () => {
  expect(pageOf('--target-version', 'v1.37').html).toMatch(/upgrade v1\.36 → v1\.37, in 1 step/);
});
