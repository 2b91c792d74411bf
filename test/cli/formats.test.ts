import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesOf } from '../../src/cli/terminal/sarif-folder.ts';
import type { Finding } from '../../src/results/finding.ts';
import type { Report } from '../../src/results/report.ts';
import { broken, connected, healthy } from '../report/fixtures.ts';
import { runWith } from './run.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pki-lint-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const idOf = (name: string) => JSON.parse(read(name)).runs[0].automationDetails.id;

const excused = (report: Report): Report => ({
  ...report,
  findings: report.findings.map((one) => ({ ...one, suppressed: { by: 'x', reason: 'y', until: null } })),
});

describe('a report', () => {
  it.each([
    ['an archive', Buffer.from([0x1f, 0x8b, 8, 0])],
    ['a certificate', '-----BEGIN CERTIFICATE-----\n'],
    ['a kubeconfig', '# of cp-1\napiVersion: v1\nkind: Config\n'],
  ])('does not replace %s', async (_, content) => {
    writeFileSync(join(folder, 'in'), content);
    const { exitCode, stderr } = await runWith(['-f', 'json', '-o', 'in'], { report: broken, cwd: folder });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      `pki-lint: "${join(folder, 'in')}" exists and is not a report: it is not replaced\n  choose another name`,
    );
    expect(readFileSync(join(folder, 'in'))).toEqual(Buffer.from(content));
  });
});

describe('--format sarif', () => {
  it('goes to stdout, with the rules of the library', async () => {
    const { stdout, stderr } = await runWith(['-f', 'sarif'], { report: { ...broken, failures: [] } });
    const [run] = JSON.parse(stdout).runs;
    expect(stderr).toBe('');
    expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(['cert/issuer', 'key/mode']);
    expect(run.results).toHaveLength(13);
  });

  it.each(['/proc/nope/', '/dev/null/'])('cannot be written below %s', { timeout: 5000 }, async (path) => {
    const { exitCode, stderr } = await runWith(['-f', `sarif:${path}`], { cwd: folder });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('cannot write');
  });

  it('is whole if there is no node', async () => {
    const { stdout } = await runWith(['-f', 'sarif', 'x'], { report: { ...healthy, nodes: [], exitCode: 3 } });
    expect(JSON.parse(stdout).runs[0].invocations[0]).toMatchObject({ executionSuccessful: false, exitCode: 3 });
  });

  it.each([
    [[], 'pki-lint/'],
    [['--sarif-category', 'prod'], 'pki-lint/prod/'],
    [['--sarif-category', '/prod/eu/'], 'pki-lint/prod/eu/'],
  ])('has the category of %j', async (options, id) => {
    await runWith(['-f', 'sarif:all.sarif', ...options], { cwd: folder });
    expect(idOf('all.sarif')).toBe(id);
  });

  it('with --show-suppressed has what is excused', async () => {
    const count = async (...options: string[]) =>
      JSON.parse((await runWith(['-f', 'sarif', ...options], { report: excused(broken) })).stdout).runs[0].results
        .length;
    expect([await count(), await count('--show-suppressed')]).toEqual([0, 13]);
  });

  it('to a folder is a file for each node, with its own category and findings', async () => {
    const [first, ...others] = connected.findings as [Finding, ...Finding[]];
    const report = { ...connected, failures: [], findings: [{ ...first, node: 'worker-1' }, ...others] };
    const { stderr } = await runWith(['-f', 'sarif:out/nodes/', '--sarif-category', 'prod'], { report, cwd: folder });
    expect(stderr).toBe('');
    expect(readdirSync(join(folder, 'out/nodes')).sort()).toEqual(['cp-1.sarif', 'worker-1.sarif']);
    const results = ['cp-1', 'worker-1'].map((name) => JSON.parse(read(`out/nodes/${name}.sarif`)).runs[0].results);
    expect(results.map(({ length }) => length)).toEqual([12, 1]);
    expect(results[1][0].locations[0].physicalLocation.artifactLocation.uri).toMatch(/^worker-1\//);
    expect(idOf('out/nodes/worker-1.sarif')).toBe('pki-lint/prod/worker-1/');
    await runWith(['-f', 'sarif', '-o', 'other/'], { report, cwd: folder });
    expect(idOf('other/cp-1.sarif')).toBe('pki-lint/cp-1/');
  });

  it('to a folder replaces a link in it, and does not follow it', async () => {
    writeFileSync(join(folder, 'victim'), 'kept');
    mkdirSync(join(folder, 'd'));
    symlinkSync('../victim', join(folder, 'd/cp-1.sarif'));
    execFileSync('mkfifo', [join(folder, 'd/worker-1.sarif')]);
    const report = { ...connected, failures: [] };
    const { exitCode, stderr } = await runWith(['-f', 'sarif:d/'], { report, cwd: folder });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(read('victim')).toBe('kept');
    expect(idOf('d/cp-1.sarif')).toBe('pki-lint/cp-1/');
    expect(idOf('d/worker-1.sarif')).toBe('pki-lint/worker-1/');
    expect(lstatSync(join(folder, 'd/cp-1.sarif')).isFile()).toBe(true);
  });

  it('to a folder that cannot be created is an error', async () => {
    writeFileSync(join(folder, 'file'), '');
    const { exitCode, stderr } = await runWith(['-f', 'sarif:file/x/'], { report: healthy, cwd: folder });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: `pki-lint: cannot write "${join(folder, 'file/x/cp-1.sarif')}": not a directory\n`,
    });
  });

  it('says how many results GitHub keeps', async () => {
    const findings = Array<Finding>(5001).fill(broken.findings[0] as Finding);
    const warnings = async (...options: string[]) =>
      (await runWith(options, { report: { ...healthy, findings }, cwd: folder })).stderr;
    expect(await warnings('-f', 'sarif:x')).toBe(
      'pki-lint: GitHub keeps the 5000 most severe results of a SARIF file, and this report has 5001\n',
    );
    expect(await warnings('-f', 'json:x')).toBe('');
  });

  it('is the only format with a file for each node', async () => {
    const { exitCode, stderr } = await runWith(['-f', 'json:out/']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: 'pki-lint: invalid --format "json:out/": expected a file, not a directory\n',
    });
  });

  it('names files by nodes, as far as that is a name', () => {
    const node = (name: string, isNamed = true) => ({
      ...(healthy.nodes[0] as Report['nodes'][number]),
      name,
      isNamed,
    });
    const names = ['../../etc/x', '.hidden', 'a b', 'a\nb', 'cp-1', 'cp-1', 'ü', 'x'.repeat(300)].map((name) =>
      node(name),
    );
    const files = filesOf({ format: 'sarif', file: 'd/' }, { nodes: [...names, node('copies/of a node', false)] });
    expect(files.map(({ file }) => file)).toEqual([
      'd/_._.._etc_x.sarif',
      'd/_hidden.sarif',
      'd/a_b.sarif',
      'd/a_b-2.sarif',
      'd/cp-1.sarif',
      'd/_.sarif',
      `d/${'x'.repeat(200)}.sarif`,
      'd/node-9.sarif',
    ]);
  });
});

describe('two formats in one file', () => {
  const refused = async (...formats: string[]) => {
    const { exitCode, stderr } = await runWith(
      formats.flatMap((one) => ['-f', one]),
      { cwd: folder },
    );
    if (exitCode === 2) expect(stderr).toContain('two formats go to the file');
    return exitCode === 2;
  };

  it.each([
    ['a link to a file', 'json:a.json', 'csv:link.json'],
    ['a link to what does not exist', 'json:new.json', 'csv:dangling.json'],
    ['two links', 'json:link.json', 'csv:second.json'],
    ['a link to a folder', 'json:d/a.json', 'csv:e/a.json'],
    ['a file in it', 'sarif:d2/', 'json:d2/cp-1.sarif'],
    ['a file in it, by a link', 'sarif:e/', 'json:d/cp-1.sarif'],
    ['the absolute path', 'json:a.json', 'csv:$PWD/a.json'],
  ])('are refused: %s', async (_name, one, other) => {
    writeFileSync(join(folder, 'a.json'), 'kept');
    mkdirSync(join(folder, 'd'));
    symlinkSync('a.json', join(folder, 'link.json'));
    symlinkSync('link.json', join(folder, 'second.json'));
    symlinkSync('new.json', join(folder, 'dangling.json'));
    symlinkSync('d', join(folder, 'e'));
    expect(await refused(one, other.replace('$PWD', folder))).toBe(true);
    expect(await refused(other.replace('$PWD', folder), one)).toBe(true);
    expect(read('a.json')).toBe('kept');
    expect(existsSync(join(folder, 'new.json'))).toBe(false);
  });

  it('are two, if they are', async () => {
    mkdirSync(join(folder, 'd'));
    writeFileSync(join(folder, 'a.json'), '');
    symlinkSync('../a.json', join(folder, 'd/cp-1.sarif'));
    expect(await refused('sarif:d/', 'json:a.json')).toBe(false);
    expect(await refused('json:d/a.json', 'csv:a.json')).toBe(false);
    expect(JSON.parse(read('d/a.json'))).toMatchObject({ schemaVersion: 1 });
  });
});

describe('--format github', () => {
  const job = { GITHUB_ACTIONS: 'true' };
  const annotations = (text: string) => text.split('\n').filter((line) => line.startsWith('::'));

  it('may go to stdout with the table', async () => {
    const { stdout } = await runWith(['-f', 'table', '-f', 'github'], { report: broken });
    expect(annotations(stdout)).toHaveLength(13);
    expect(stdout).toMatch(/^cp-1 {2}control plane/);
    expect(stdout.split('\n').at(-2)).toMatch(/^::notice /);
  });

  it.each([
    ['json', 'github'],
    ['table', 'github', 'github'],
    ['table', 'concise', 'github'],
    ['github', 'github'],
  ])('may not go to stdout with %s, %s, %s', async (...formats) => {
    const { exitCode, stderr } = await runWith(
      formats.filter((one) => one !== undefined).flatMap((one) => ['-f', one]),
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain('two formats go to stdout');
  });

  it('is added in GitHub Actions, if no format is requested', async () => {
    expect(annotations((await runWith([], { report: broken, env: job })).stdout)).toHaveLength(13);
    expect(annotations((await runWith([], { report: broken })).stdout)).toEqual([]);
    expect(annotations((await runWith(['-f', 'table'], { report: broken, env: job })).stdout)).toEqual([]);
    const toFile = await runWith(['-o', 'table.txt'], { report: broken, env: job, cwd: folder });
    expect(annotations(toFile.stdout)).toHaveLength(13);
    expect(read('table.txt')).toMatch(/^cp-1 {2}control plane/);
  });

  it('appends the report to the summary of the job', async () => {
    const env = { ...job, GITHUB_STEP_SUMMARY: join(folder, 'summary.md') };
    await runWith([], { report: broken, env });
    const once = read('summary.md');
    expect(once).toMatch(/^## ❌ pki-lint: 3 problems/);
    await runWith(['-f', 'github'], { report: healthy, env });
    expect(read('summary.md').startsWith(`${once}\n## ✅ pki-lint: no problems found\n`)).toBe(true);
    const before = read('summary.md');
    await runWith(['-f', 'json'], { report: healthy, env });
    expect(read('summary.md')).toBe(before);
  });

  it('keeps the summary below its limit, and says if there is no room', async () => {
    const file = join(folder, 'summary.md');
    const env = { ...job, GITHUB_STEP_SUMMARY: file };
    const limit = 1024 * 1024;
    writeFileSync(file, 'x'.repeat(limit - 2000));
    expect((await runWith([], { report: { ...broken, failures: [] }, env })).stderr).toBe('');
    expect(Buffer.byteLength(read('summary.md'))).toBeLessThanOrEqual(limit);
    expect(read('summary.md')).toContain('\n## ❌ pki-lint: 3 problems');
    writeFileSync(file, 'x'.repeat(limit));
    const { exitCode, stderr } = await runWith([], { report: healthy, env });
    expect(exitCode).toBe(0);
    expect(stderr).toBe(`pki-lint: no job summary: "${file}" is full\n  GitHub shows 1 MiB of each step\n`);
  });

  it('reports a summary below a file', async () => {
    const below = join(folder, 'file/summary');
    writeFileSync(join(folder, 'file'), '');
    const { exitCode, stderr } = await runWith([], { env: { ...job, GITHUB_STEP_SUMMARY: below } });
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`pki-lint: no job summary: cannot write "${below}"`);
  });

  it.each(['folder', 'pipe', '/dev/full'])('reports a summary that is a %s, and does not wait', async (name) => {
    const file = resolve(folder, name);
    if (name === 'folder') mkdirSync(file);
    if (name === 'pipe') execFileSync('mkfifo', [file]);
    const run = (report: Report) => runWith([], { report, env: { ...job, GITHUB_STEP_SUMMARY: file } });
    const { exitCode, stderr } = await run(healthy);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: `pki-lint: no job summary: cannot write "${file}": not a regular file\n`,
    });
    expect((await run(broken)).exitCode).toBe(1);
  });

  it('follows a link to a summary, as the shell does', async () => {
    symlinkSync('summary.md', join(folder, 'link'));
    await runWith([], { report: healthy, env: { ...job, GITHUB_STEP_SUMMARY: join(folder, 'link') } });
    expect(read('summary.md')).toMatch(/^## ✅ pki-lint/);
  });
});
