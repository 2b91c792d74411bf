/** Which configuration counts: where it is looked for, and whom root trusts. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/api/load-config.ts';
import { root } from '../repository/files.ts';
import { folderWith, mistakesOf } from './folder.ts';

const policy = 'version: 1\nfailOn: info\n';
const name = 'pki-lint.config.yaml';

/** A folder with these files that is the root of a repository, so that nothing above it counts. */
function repository(files: Readonly<Record<string, string>>): string {
  return folderWith({ '.git/HEAD': '', ...files });
}

describe('without a name', () => {
  it.each(['pki-lint.config.yaml', 'pki-lint.config.yml', 'pki-lint.config.json'])('finds %s', async (file) => {
    const cwd = repository({ [file]: file.endsWith('json') ? '{"version": 1, "failOn": "info"}' : policy });
    expect(await loadConfig({ cwd })).toMatchObject({ file, options: { failOn: 'info' }, warnings: [] });
  });

  it('takes the nearest above the working directory', async () => {
    const folder = repository({ [name]: policy, 'a/b/c/x': '', [`a/${name}`]: 'version: 1\nfailOn: never' });
    expect((await loadConfig({ cwd: join(folder, 'a/b/c') })).options.failOn).toBe('never');
    expect((await loadConfig({ cwd: join(folder, 'a/b/c') })).file).toBe(`../../${name}`);
    expect((await loadConfig({ cwd: folder })).options.failOn).toBe('info');
  });

  it('ends at the root of a repository, which may have one', async () => {
    const folder = folderWith({
      [name]: policy,
      'repo/.git/HEAD': '',
      'repo/sub/x': '',
      'tree/.git': 'gitdir: x',
      'tree/sub/x': '',
    });
    expect((await loadConfig({ cwd: join(folder, 'repo/sub') })).file).toBeUndefined();
    expect((await loadConfig({ cwd: join(folder, 'tree/sub') })).file).toBeUndefined();
    writeFileSync(join(folder, 'repo', name), policy);
    expect((await loadConfig({ cwd: join(folder, 'repo/sub') })).file).toBe(`../${name}`);
  });

  it('refuses two in one folder', async () => {
    const cwd = repository({ [name]: policy, 'pki-lint.config.json': '{"version": 1}' });
    expect(await mistakesOf(loadConfig({ cwd }))).toEqual([
      'there are pki-lint.config.yaml and pki-lint.config.json → keep one of them, or name one with --config',
    ]);
    expect((await loadConfig({ cwd, file: name })).file).toBe(name);
  });

  it('needs no working directory: it may have been removed', async () => {
    const file = join(repository({ [name]: policy }), name);
    const folder = folderWith({});
    const code = `process.chdir('${folder}'); fs.rmdirSync('${folder}'); import('${root}dist/index.js').then(async ({ loadConfig }) => {
      const [none, named] = [await loadConfig(), await loadConfig({ file: '${file}' })];
      console.log(JSON.stringify([none.file ?? null, named.options.failOn]));
    })`;
    const stdout = execFileSync(process.execPath, ['-e', code], { encoding: 'utf8' });
    mkdirSync(folder);
    expect(JSON.parse(stdout)).toEqual([null, 'info']);
  });

  it('does not look into what does not exist', async () => {
    expect((await loadConfig({ cwd: '/nowhere/at/all' })).file).toBeUndefined();
  });
});

describe('inside of what is linted', () => {
  const ignored = (file: string) =>
    `${file} is not used, because it is inside of what is linted; to use it, name it: --config ${file}`;

  it.each([['.'], ['pki'], ['../kubernetes/pki'], ['../../etc/kubernetes/pki/']])(
    'is not used for a copy of a node: pki-lint %s',
    async (path) => {
      const folder = repository({ [`cp-1/etc/kubernetes/${name}`]: policy, 'cp-1/etc/kubernetes/pki/ca.crt': '' });
      const found = await loadConfig({ cwd: join(folder, 'cp-1/etc/kubernetes'), paths: [path] });
      expect(found).toMatchObject({ file: undefined, options: {}, warnings: [ignored(name)] });
    },
  );

  it('does not hide that of the repository above, and neither does its .git', async () => {
    const files = {
      [`cp-1/${name}`]: 'version: 1\nfailOn: never',
      'cp-1/.git/HEAD': '',
      'cp-1/etc/kubernetes/pki/ca.crt': '',
    };
    const folder = repository({ [name]: policy, ...files });
    const found = await loadConfig({ cwd: join(folder, 'cp-1'), paths: ['etc/kubernetes/pki'] });
    expect(found).toMatchObject({ file: `../${name}`, options: { failOn: 'info' }, warnings: [ignored(name)] });
  });

  it('is not used through links, or in a folder that an option names', async () => {
    const folder = repository({ [`node/${name}`]: policy, 'node/pki/ca.crt': '', 'other/x': '' });
    symlinkSync(join(folder, 'node'), join(folder, 'link'));
    const cwd = join(folder, 'node');
    expect((await loadConfig({ cwd, paths: ['../link'] })).file).toBeUndefined();
    expect((await loadConfig({ cwd, paths: ['/pki'], rootfs: '.' })).file).toBeUndefined();
    expect((await loadConfig({ cwd, paths: ['../other'], manifests: '..' })).file).toBeUndefined();
    expect((await loadConfig({ cwd, paths: ['../other'] })).file).toBe(name);
  });

  it('is used if it is named', async () => {
    const cwd = repository({ [`a/${name}`]: policy });
    const named = await loadConfig({ cwd: join(cwd, 'a'), paths: ['.'], file: name });
    expect(named).toMatchObject({ file: name, warnings: [] });
  });

  it('is used next to an archive, and for an archive on stdin', async () => {
    const cwd = repository({ [name]: policy, 'node.tar': '' });
    expect((await loadConfig({ cwd, paths: ['node.tar'] })).file).toBe(name);
    expect((await loadConfig({ cwd, paths: ['-'] })).file).toBe(name);
  });
});

describe('with a name', () => {
  const env = { PKI_LINT_CONFIG: 'b.yaml' };
  const files = { [name]: policy, 'b.yaml': 'version: 1\nfailOn: never', 'c.yaml': 'version: 1\nfailOn: error' };

  it('prefers the option to the environment, and that to the search', async () => {
    const cwd = repository(files);
    expect((await loadConfig({ cwd, env, file: 'c.yaml' })).options.failOn).toBe('error');
    expect((await loadConfig({ cwd, env })).options.failOn).toBe('never');
    expect((await loadConfig({ cwd, env: { PKI_LINT_CONFIG: '' } })).options.failOn).toBe('info');
    expect((await loadConfig({ cwd, env, file: false })).options).toEqual({});
  });

  it('fails where the file does not exist', async () => {
    expect(await mistakesOf(loadConfig({ cwd: repository({}), env }))).toEqual(['b.yaml: no such file or directory']);
  });
});

describe.runIf(process.getuid?.() === 0)('as root', () => {
  const refused = (risk: string, file = name) =>
    `${file}: ${risk}, so it is not used → to use it all the same, name the configuration: --config ${name}\nto use none: --no-config`;

  it.each([
    [0o666, 'others may write it'],
    [0o664, 'others may write it'],
    [0o602, 'others may write it'],
  ])('does not use one of mode %o, unless it is named', async (mode, risk) => {
    const cwd = repository({ [name]: policy });
    chmodSync(join(cwd, name), mode);
    expect(await mistakesOf(loadConfig({ cwd }))).toEqual([refused(risk)]);
    const warnings = [`${name}: ${risk}, although it decides what is checked`];
    expect(await loadConfig({ cwd, file: name })).toMatchObject({ options: { failOn: 'info' }, warnings });
    expect(await loadConfig({ cwd, env: { PKI_LINT_CONFIG: name } })).toMatchObject({ warnings });
  });

  it('does not use one of a different user, or a link of one', async () => {
    const cwd = repository({ [name]: policy, 'sub/own.yaml': policy });
    chownSync(join(cwd, name), 1000, 1000);
    expect(await mistakesOf(loadConfig({ cwd }))).toEqual([refused('it belongs to the user 1000')]);
    const sub = join(cwd, 'sub');
    symlinkSync('own.yaml', join(sub, name));
    expect((await loadConfig({ cwd: sub })).file).toBe(name);
    lchownSync(join(sub, name), 1000, 1000);
    expect(await mistakesOf(loadConfig({ cwd: sub }))).toEqual([refused('it belongs to the user 1000')]);
  });

  it('does not use one that extends such a file', async () => {
    const cwd = repository({ [name]: 'version: 1\nextends: [./b.yaml]', 'b.yaml': policy });
    chmodSync(join(cwd, 'b.yaml'), 0o666);
    expect(await mistakesOf(loadConfig({ cwd }))).toEqual([refused('others may write it', 'b.yaml')]);
    expect((await loadConfig({ cwd, file: name })).warnings).toEqual([
      'b.yaml: others may write it, although it decides what is checked',
    ]);
  });
});
