import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lint, reporters } from '../../src/index.ts';
import { readText, root } from './files.ts';

const corpus = join(root, 'fixtures/corpora/kubeadm-1.36-default.tar.gz');

test('the example of the library in README.md runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pki-lint-example-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(readText('README.md')) ?? [];
  copyFileSync(corpus, join(folder, 'node.tar.gz'));
  writeFileSync(join(folder, 'example.mjs'), code.replace("'pki-lint'", `'${join(root, 'dist/index.js')}'`));
  const stdout = execFileSync(process.execPath, ['example.mjs'], { cwd: folder, encoding: 'utf8' });
  expect(stdout).toContain('<testsuites');
});

test('the library reads a policy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pki-lint-example-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'pki-lint.config.yaml'), 'version: 1\nextends: [strict]\nfailOn: never\n', {
    mode: 0o644,
  });
  const code = `import { lint, loadConfig, UserError } from '${join(root, 'dist/index.js')}';
    const { file, options, warnings } = await loadConfig();
    const report = await lint({ ...options, paths: ['${corpus}'], at: new Date('2026-12-01') });
    const error = await loadConfig({ file: 'b.yaml' }).catch((error) => error);
    console.log(JSON.stringify([file, warnings, report.failOn, error instanceof UserError, error.others.length]));`;
  writeFileSync(join(folder, 'b.yaml'), 'version: 1\nfailOn: x\nprofile: y\n');
  writeFileSync(join(folder, 'policy.mjs'), code);
  const stdout = execFileSync(process.execPath, ['policy.mjs'], { cwd: folder, encoding: 'utf8' });
  expect(JSON.parse(stdout)).toEqual(['pki-lint.config.yaml', [], 'never', true, 1]);
});

test('every format of the program is a reporter of the library', async () => {
  const report = await lint({ paths: [corpus], at: new Date('2026-12-01'), passes: true, picture: true });
  for (const [format, write] of Object.entries(reporters)) {
    expect(typeof (await write(report)), format).toBe('string');
  }
  expect(await reporters.json(report)).toContain('"schemaVersion": 1');
});
