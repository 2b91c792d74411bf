/**
 * The script that archives a node with what runs on it, with the shells and the tars that nodes have: what travels, and
 * what never does.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readText, root } from '../repository/files.ts';
import { buildNode } from '../support/build-node.ts';
import { temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
const node = join(folder.path, 'node');
const temporary = join(folder.path, 'tmp');
const [gnu, busybox, libarchive] = ['gnu', 'busybox', 'libarchive'].map((name) => join(folder.path, name)) as [
  string,
  string,
  string,
];
const script = join(folder.path, 'archive-node');
const secret = 'a-secret-in-the-environment';
/** Names as the kernel has them, and one of a different program. */
const programs = ['etcd', 'kube-controller-manager', 'vim'];
const running: ChildProcess[] = [];

/** Puts the programs of a node on a PATH of their own. */
function pathWith(bin: string, links: Readonly<Record<string, string>>): void {
  mkdirSync(bin);
  for (const [name, program] of Object.entries(links)) symlinkSync(program, join(bin, name));
}

const which = (name: string) =>
  execFileSync('sh', ['-c', `readlink -f "$(command -v ${name})"`])
    .toString()
    .trim();

beforeAll(() => {
  for (const path of [temporary, join(folder.path, 'bin')]) mkdirSync(path);
  buildNode({ rotatedKubelet: true }).toDisk(node);
  // On a node it is the root.
  writeFileSync(script, readText('integrations/ssh/archive-node').replace(/^root=\/$/m, `root=${node}`));
  const names = ['tar', 'cat', 'dd', 'grep', 'mkdir', 'mktemp', 'rm', 'wc'];
  pathWith(busybox, Object.fromEntries(names.map((name) => [name, which('busybox')])));
  const usual = Object.fromEntries(names.map((name) => [name, which(name)]));
  pathWith(gnu, usual);
  pathWith(libarchive, { ...usual, tar: which('bsdtar') });
  for (const name of programs) {
    const program = join(folder.path, 'bin', name);
    copyFileSync(which('sleep'), program);
    running.push(spawn(program, ['600'], { env: { SECRET: secret } }));
  }
});
afterAll(() => {
  for (const child of running) child.kill();
  folder.remove();
});

const shells: Readonly<Record<string, readonly string[]>> = {
  dash: [which('dash')],
  bash: [which('bash')],
  ash: [which('busybox'), 'sh'],
};

function archive(shell: string, path: string): Buffer {
  const [program = '', ...words] = [...(shells[shell] ?? []), '-s'];
  const { status, stdout, stderr } = spawnSync(program, words, {
    input: readFileSync(script),
    env: { PATH: path, TMPDIR: temporary },
    maxBuffer: 64 * 1024 * 1024,
    timeout: 60_000,
  });
  expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' });
  expect(readdirSync(temporary)).toEqual([]);
  return stdout;
}

const listed = (bytes: Buffer): readonly string[] =>
  execFileSync('tar', ['tf', '-'], { input: bytes }).toString().trim().split('\n');
const member = (bytes: Buffer, name: string): string =>
  execFileSync('tar', ['xOf', '-', name], { input: bytes }).toString();

describe.each([
  ['dash', 'GNU tar', gnu],
  ['bash', 'GNU tar', gnu],
  ['ash', 'busybox', busybox],
  ['dash', 'bsdtar', libarchive],
])('in %s, with %s', (shell, tar, path) => {
  const bytes = () => archive(shell, path);
  const pidOf = (name: string) => running[programs.indexOf(name)]?.pid ?? 0;

  it('has the named files of the processes of components, and no others', () => {
    const names = listed(bytes());
    const ofProcess = (pid: number) => names.filter((name) => name.startsWith(`proc/${pid}/`) && !name.endsWith('/'));
    const files = ['cgroup', 'cmdline', 'comm', 'mountinfo', 'stat', 'status'];
    for (const name of ['etcd', 'kube-controller-manager']) {
      expect(ofProcess(pidOf(name)).toSorted()).toEqual(files.map((file) => `proc/${pidOf(name)}/${file}`));
    }
    expect(ofProcess(pidOf('vim'))).toEqual([]);
    // Other tests may run an etcd at the same time.
    const allowed = /^proc\/(?:$|stat$|uptime$|\d+\/(?:$|(?:cgroup|cmdline|comm|mountinfo|stat|status)$))/;
    expect(names.filter((name) => name.startsWith('proc/') && !allowed.test(name))).toEqual([]);
    expect(names.filter((name) => /^proc\/1\/./.test(name)).toSorted()).toEqual(['proc/1/cgroup', 'proc/1/mountinfo']);
  });

  it('has what they say, and nothing of the environment', () => {
    const all = bytes();
    const pid = pidOf('kube-controller-manager');
    expect(member(all, `proc/${pid}/cmdline`)).toBe(
      [join(folder.path, 'bin/kube-controller-manager'), '600', ''].join('\0'),
    );
    expect(member(all, `proc/${pid}/comm`)).toBe('kube-controller\n');
    expect(member(all, `proc/${pid}/stat`)).toMatch(/^\d+ \(kube-controller\) S /);
    expect(member(all, 'proc/stat')).toMatch(/^btime \d+\n$/);
    expect(member(all, 'proc/uptime')).toMatch(/^[\d.]+ [\d.]+\n$/);
    expect(readFileSync(`/proc/${pid}/environ`).includes(secret)).toBe(true);
    expect(all.includes(secret)).toBe(false);
  });

  it('has the files of the node, their links, and exact times', () => {
    const all = bytes();
    const names = listed(all);
    const crt = 'etc/kubernetes/pki/ca.crt';
    expect(names).toEqual(expect.arrayContaining([crt, 'etc/kubernetes/pki/ca.key', 'var/lib/kubelet/config.yaml']));
    expect(member(all, crt)).toBe(readFileSync(join(node, crt), 'utf8'));
    expect(names).toContain('var/lib/kubelet/pki/kubelet-client-current.pem');
    const seconds = String(statSync(join(node, crt), { bigint: true }).ctimeNs).slice(0, -9);
    expect(all.includes(`ctime=${seconds}.`)).toBe(tar !== 'busybox');
  });

  it('is judged as the node itself', () => {
    const cli = join(root, 'dist/cli.cjs');
    const lint = (paths: readonly string[], input: Buffer) =>
      spawnSync(process.execPath, [cli, '--at', '2026-12-01', '--format', 'json', ...paths], {
        input,
        maxBuffer: 64 * 1024 * 1024,
      });
    const verdict = ({ stdout }: { readonly stdout: Buffer }) => {
      const { findings, exitCode, notChecked, inventory } = JSON.parse(stdout.toString());
      return { findings, exitCode, notChecked, certificates: inventory.length };
    };
    expect(verdict(lint(['-'], bytes()))).toEqual(verdict(lint([node], Buffer.of())));
  });
});

it.each(Object.keys(shells))('leaves nothing behind in %s, whenever it is stopped', (shell) => {
  const [program = '', ...words] = shells[shell] ?? [];
  for (const killSignal of ['SIGHUP', 'SIGINT', 'SIGPIPE', 'SIGTERM'] as const) {
    for (const timeout of [2, 4, 8, 16, 32]) {
      const env = { PATH: gnu, TMPDIR: temporary };
      spawnSync(program, [...words, script], { env, stdio: 'ignore', timeout, killSignal });
      expect(readdirSync(temporary), `${killSignal} after ${timeout} ms`).toEqual([]);
    }
  }
});

it('needs root only for what only root can read', () => {
  const isRoot = process.getuid?.() === 0;
  execFileSync('chmod', ['-R', 'go+rX', folder.path]);
  execFileSync('chmod', ['1777', temporary]);
  execFileSync('chmod', ['600', join(node, 'etc/kubernetes/pki/ca.key')]);
  const user = isRoot ? [which('setpriv'), '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
  const { status, stdout } = spawnSync(
    user[0] ?? which('dash'),
    [...user.slice(1), ...(isRoot ? [which('dash')] : []), '-s'],
    {
      input: readFileSync(script),
      env: { PATH: gnu, TMPDIR: temporary },
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  expect(status).toBe(0);
  const names = listed(stdout);
  expect(names).toContain('etc/kubernetes/pki/ca.crt');
  expect(names.includes('etc/kubernetes/pki/ca.key')).toBe(!isRoot);
  expect(names.some((name) => /^proc\/\d+\/mountinfo$/.test(name))).toBe(true);
});
