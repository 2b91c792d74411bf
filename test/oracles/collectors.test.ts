/**
 * The commands that copy a node, as they are documented, in the shells that a login may have: what travels, what stays,
 * and what is left of them.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sendingArchive, sendingKeys } from '../../src/cli/parsing/examples.ts';
import { readText, root } from '../repository/files.ts';
import { buildNode } from '../support/build-node.ts';
import { sample } from '../support/extent.ts';
import { detector, keysIn } from '../support/secrets.ts';
import { temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const bin = join(folder.path, 'bin');
const work = join(folder.path, 'work');
/** The programs of a node. */
const ofNode = join(folder.path, 'bin-of-node');
const temporary = join(folder.path, 'tmp');
const cli = join(root, 'dist/cli.cjs');
const etc = '/etc/kubernetes';
const nodeFolder = (name: string) => join(folder.path, 'nodes', name);

/** Puts a program on the PATH. */
function standIn(name: string, script: string, folder = bin): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

/** `pki-lint` on a node, whose root is the working directory. */
const onNode = `exec ${process.execPath} ${cli} "$@" --rootfs . --no-config`;

/** On a node the paths are below its root, which here is a folder: the leading slashes go, and nothing else. */
const ssh = `[ "$1" != -- ] || shift
node=$1; shift
cd ${folder.path}/nodes/"$node" || exit 255
PATH=${ofNode}:${process.env.PATH}
command=$(printf %s "$*" | sed 's# /\\(etc\\|var\\)/# \\1/#g')
exec "$REMOTE_SHELL" -c "$command"`;

/** Names that a list could take for options or for several names. All are certificates. */
const odd = ['a b.crt', '-T.crt', '--to-command=sh.crt', `x\n${etc}/admin.conf\n.crt`, "'q'\".crt"];

/**
 * A control plane with files that nothing needs and that contain keys, below a folder. The keys are those of `ca.key`
 * and others.
 */
function writeNode(name: string, hasDecoys: boolean): void {
  const node = buildNode({ name, rotatedKubelet: true });
  const [key, certificate, admin] = [node.read('pki/ca.key'), node.read('pki/ca.crt'), node.read(`${etc}/admin.conf`)];
  const embedded = `data: ${Buffer.from(key).toString('base64')}\n`;
  const decoys: Readonly<Record<string, string>> = {
    'pki/ca.key.swap': key,
    'pki/sa.key.new': node.read('pki/sa.key'),
    'pki/ca.pem': `${certificate}${key}`,
    'pki/glued.crt': `${certificate}${key}`,
    'pki/embedded.crt': embedded,
    'pki/key': key,
    [`${etc}/admin.conf.bak`]: admin,
    [`${etc}/manifests/admin.yaml`]: admin,
    [`${etc}/enc.yaml`]: 'secret: c2VjcmV0\n',
    '/var/lib/kubelet/pki/old.pem': key,
  };
  const others = Object.fromEntries(odd.map((one) => [`pki/${one}`, certificate]));
  const more = hasDecoys ? { ...decoys, ...others, 'pki/oidc-ca.pem': certificate } : {};
  for (const [path, text] of Object.entries<string>(more)) node.write(path, text, 0o600);
  node.toDisk(nodeFolder(name));
  if (hasDecoys) execFileSync('mkfifo', [join(nodeFolder(name), etc, 'pki/pipe.crt')]);
}

/** Whether a process runs. One that ended stays in /proc until another one asks for its result. */
const isRunning = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

const filesBelow = (top: string): readonly string[] =>
  readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

let hasKey: (bytes: Buffer | string) => boolean;

beforeAll(() => {
  for (const path of [bin, ofNode, work, temporary]) mkdirSync(path);
  writeNode('cp-1', false);
  writeNode('cp-2', true);
  // The other keys of both are the same: each is made from the name of its role.
  hasKey = detector([
    ...new Set(filesBelow(nodeFolder('cp-2')).flatMap((path) => keysIn(readFileSync(path, 'latin1')))),
  ]);
  for (const place of [bin, ofNode]) standIn('sudo', 'exec "$@"', place);
});
beforeEach(() => {
  rmSync(work, { recursive: true });
  mkdirSync(work);
  standIn('ssh', ssh);
  standIn('pki-lint', `cat >${work}/archive.tar\nexec ${process.execPath} ${cli} --at 2026-12-01 ${work}/archive.tar`);
});

const environment = (remote: string) => ({
  PATH: `${bin}:${process.env.PATH}`,
  HOME: folder.path,
  LC_ALL: 'C.UTF-8',
  TMPDIR: temporary,
  REMOTE_SHELL: remote,
});

const runLines = (shell: string, remote: string, words: readonly string[]) =>
  spawnSync(shell, words, {
    cwd: work,
    env: environment(remote),
    encoding: 'utf8',
    timeout: 60_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** The names in an archive, in which line feeds are escaped. */
const listed = (archive: string): readonly string[] =>
  execFileSync('tar', ['tf', archive, '--quoting-style=escape'], { encoding: 'utf8' }).trim().split('\n').sort();

/** What travels of a control plane that kubeadm made. */
const needed =
  `etc/kubernetes/manifests/ etc/kubernetes/manifests/etcd.yaml etc/kubernetes/manifests/kube-apiserver.yaml
etc/kubernetes/manifests/kube-controller-manager.yaml etc/kubernetes/manifests/kube-scheduler.yaml etc/kubernetes/pki/
etc/kubernetes/pki/apiserver-etcd-client.crt etc/kubernetes/pki/apiserver-kubelet-client.crt etc/kubernetes/pki/apiserver.crt
etc/kubernetes/pki/ca.crt etc/kubernetes/pki/etcd/ etc/kubernetes/pki/etcd/ca.crt etc/kubernetes/pki/etcd/healthcheck-client.crt
etc/kubernetes/pki/etcd/peer.crt etc/kubernetes/pki/etcd/server.crt etc/kubernetes/pki/front-proxy-ca.crt
etc/kubernetes/pki/front-proxy-client.crt etc/kubernetes/pki/sa.pub var/lib/kubelet/config.yaml
var/lib/kubelet/kubeadm-flags.env var/lib/kubelet/pki/kubelet.crt`.split(/\s+/);
const harmless = [...odd, 'oidc-ca.pem'].map((name) => `etc/kubernetes/pki/${name}`);
/** The folders of the last of the odd names. */
const oddFolders = ['', 'etc/', 'etc/kubernetes/'].map((name) => `etc/kubernetes/pki/x\n/${name}`);
const sorted = (names: readonly string[]) => names.toSorted();

/** What a person has, and the node. The sample has each of both. */
const shells = sample(
  [
    ['dash', 'bash'],
    ['dash', 'dash'],
    ['bash', 'bash'],
    ['bash', 'dash'],
  ] as const,
  2,
);

describe.each(shells)('in %s, with %s on the node', (shell, remote) => {
  const sent = (command: string, node: string) => runLines(shell, remote, ['-c', command.replaceAll('cp-1', node)]);

  it('README.md: the files of a list travel, and no key', () => {
    const { status, stdout } = sent(sendingArchive, 'cp-1');
    expect(listed(`${work}/archive.tar`)).toEqual(needed);
    expect(hasKey(readFileSync(`${work}/archive.tar`))).toBe(false);
    expect(stdout).toMatch(/^✔ No problems found in what was checked\. 12 certificates/m);
    expect(status).toBe(0);
  });

  it('README.md: no key of another name or in another file travels, and no name is more than one', () => {
    sent(sendingArchive, 'cp-2');
    const names = [...needed, ...harmless, ...oddFolders].map((name) => name.replaceAll('\n', '\\n'));
    expect(listed(`${work}/archive.tar`)).toEqual(sorted(names));
    expect(hasKey(readFileSync(`${work}/archive.tar`))).toBe(false);
  });

  it('README.md: the whole node has its keys, and all is checked', () => {
    const { status, stdout } = sent(sendingKeys, 'cp-1');
    expect(hasKey(readFileSync(`${work}/archive.tar`))).toBe(true);
    // What runs is only in the archive of another script.
    const running = 'not looked at: running processes (not in the input)';
    expect(stdout.split(running).join('')).not.toContain('not in the input');
    expect(status).toBe(0);
  });

  it('docs/ci.md: a copy for a repository has no key, and only its owner can read it', () => {
    const [, command = ''] = /```sh\n(\(umask[\s\S]*?)```/.exec(readText('docs/ci.md')) ?? [];
    for (const node of ['cp-1', 'cp-2']) expect(sent(command, node).status).toBe(0);
    const files = filesBelow(work);
    expect(sorted(files.map((path) => path.slice(work.length + 1)))).toEqual(
      sorted([
        ...needed.filter((name) => !name.endsWith('/')).flatMap((name) => [`nodes/cp-1/${name}`, `nodes/cp-2/${name}`]),
        ...harmless.map((name) => `nodes/cp-2/${name}`),
      ]),
    );
    expect(files.filter((path) => hasKey(readFileSync(path)) || (statSync(path).mode & 0o077) !== 0)).toEqual([]);
    expect(statSync(`${work}/nodes`).mode & 0o777).toBe(0o700);
    const off = ['key/mode*', 'file/mode', 'file/writable*', 'file/owner*', 'kubeconfig/present*'];
    const rules = off.flatMap((rule) => ['--rule', `${rule}=off`]);
    const { status, stdout } = spawnSync(process.execPath, [cli, ...rules, '--at', '2026-12-01', 'nodes/cp-1'], {
      cwd: work,
    });
    expect(stdout.toString()).toContain('No problems found in what was checked');
    expect(status).toBe(0);
  });
});

describe.each(['dash', 'bash'])('integrations/ssh/pki-lint-nodes in %s', (shell) => {
  const script = join(root, 'integrations/ssh/pki-lint-nodes');
  const lint = `exec ${process.execPath} ${cli} --at 2026-12-01 "$@"`;

  it('lints the nodes together, without a key, and leaves nothing', () => {
    standIn('pki-lint', `stat -c %a . ./*.tar >${work}/modes\ncp ./*.tar ${work}\nshift\n${lint}`);
    const { status, stdout } = runLines(shell, 'dash', [script, 'cp-1']);
    expect(stdout).toContain('No problems found in what was checked');
    expect(status).toBe(0);
    expect(readFileSync(`${work}/modes`, 'utf8')).toBe('700\n600\n');
    runLines(shell, 'dash', [script, 'cp-1', 'cp-2']);
    expect(readFileSync(`${work}/modes`, 'utf8')).toBe('700\n600\n600\n');
    for (const node of ['cp-1', 'cp-2']) expect(hasKey(readFileSync(`${work}/${node}.tar`))).toBe(false);
    expect(listed(`${work}/cp-2.tar`)).toContain('etc/kubernetes/pki/oidc-ca.pem');
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('fetches a copy without keys of a node that has pki-lint, and checks all', () => {
    standIn('pki-lint', onNode, ofNode);
    standIn('pki-lint', `cp ./*.tar ${work}\nshift\n${lint}`);
    const { status, stdout } = runLines(shell, 'dash', [script, 'cp-1']);
    rmSync(join(ofNode, 'pki-lint'));
    expect(stdout).toContain('cp-1 is a copy without keys');
    expect(stdout).toMatch(/No problems found\. \d+ certificates/);
    expect(status).toBe(0);
    expect(listed(`${work}/cp-1.tar`)).toEqual(['pki-lint-copy.json', 'pki-lint-node.json']);
    expect(hasKey(gunzipSync(readFileSync(`${work}/cp-1.tar`)))).toBe(false);
  });

  it('ends with the exit code of pki-lint, and with 2 if a node cannot be read', () => {
    standIn('pki-lint', 'exit 1');
    expect(runLines(shell, 'dash', [script, 'cp-1']).status).toBe(1);
    expect(runLines(shell, 'dash', [script, 'cp-1', 'gone']).status).toBe(2);
    expect(readdirSync(temporary)).toEqual([]);
  });

  const signals = [
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const;
  const whiles = ['ssh', 'pki-lint'].flatMap((program) =>
    signals.map(([signal, code]) => [program, signal, code] as const),
  );

  it.each(whiles)('while %s runs, %s leaves nothing', async (program, signal, code) => {
    standIn(program, `echo $$ >${work}/pid\ntouch ${work}/started\necho part\nexec sleep 60`);
    const child = spawn(shell, [script, 'cp-1'], { cwd: work, env: environment('dash'), stdio: 'ignore' });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    while (!existsSync(`${work}/started`)) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(readdirSync(temporary)).toHaveLength(1);
    child.kill(signal);
    expect(await ended).toBe(code);
    expect(readdirSync(temporary)).toEqual([]);
    const pid = Number(readFileSync(`${work}/pid`, 'utf8'));
    await expect.poll(() => isRunning(pid)).toBe(false);
  });
});

describe('integrations/ansible/pki-lint.yml', () => {
  it('lints the nodes together, without a key, and writes nothing on a node', { timeout: 110_000 }, () => {
    const home = join(folder.path, 'ansible');
    mkdirSync(home);
    const before = ['cp-1', 'cp-2'].map((name) => filesBelow(nodeFolder(name)));
    // Ansible would look for a Python on each.
    const local = 'ansible_connection=local ansible_python_interpreter=/usr/bin/python3';
    const lines = ['cp-1', 'cp-2'].map((name) => `${name} ${local} root=${nodeFolder(name)}`);
    writeFileSync(join(home, 'inventory'), `[control_plane]\n${lines.join('\n')}\n`);
    cpSync(join(root, 'integrations/ansible/pki-lint.yml'), join(home, 'pki-lint.yml'));
    standIn('pki-lint', `shift\nexec ${process.execPath} ${cli} --at 2026-12-01 --fail-on never "$@"`);
    const play = (pkiLint: string) => {
      const given = ['-e', 'ansible_become=false', '-e', `pki_lint=${pkiLint}`];
      const words = ['-i', 'inventory', 'pki-lint.yml', ...given, '-v'];
      return spawnSync('ansible-playbook', words, { cwd: home, env: environment('dash'), encoding: 'utf8' });
    };
    const { stdout } = play('none');
    expect(stdout).toMatch(/failed=0[\s\S]*failed=0[\s\S]*failed=0/);
    expect(statSync(join(home, 'nodes')).mode & 0o777).toBe(0o700);
    for (const name of ['cp-1', 'cp-2']) {
      const archive = join(home, `nodes/${name}.tar.gz`);
      expect(statSync(archive).mode & 0o777).toBe(0o600);
      expect(hasKey(gunzipSync(readFileSync(archive)))).toBe(false);
      expect(needed.filter((one) => !listed(archive).includes(one))).toEqual([]);
    }
    expect(['cp-1', 'cp-2'].map((name) => filesBelow(nodeFolder(name)))).toEqual(before);
    standIn('collector', onNode);
    expect(play(join(bin, 'collector')).stdout).toContain('All nodes are copies without keys');
    expect(['cp-1', 'cp-2'].map((name) => filesBelow(nodeFolder(name)))).toEqual(before);
  });
});
