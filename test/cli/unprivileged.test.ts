import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '../../src/index.ts';
import { buildNode } from '../support/build-node.ts';
import type { NodeTree } from '../support/node-tree.ts';

const isRoot = process.getuid?.() === 0;
const manifests = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'];
const folders: string[] = [];

/** A folder that every user can reach. */
function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pki-lint-'));
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}

/** Paths that only their owner could open again. */
const closed: string[] = [];

const remove = () => {
  for (const path of closed.splice(0).reverse()) chmodSync(path, 0o700);
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
};

/** Whether every user may enter the folder of a file. */
function isReachable(path: string): boolean {
  const folder = dirname(path);
  return (statSync(folder).mode & 0o001) !== 0 && (folder === '/' || isReachable(folder));
}

let program: string;
let runtime = process.execPath;
beforeAll(() => {
  // Another user may not reach the folder of this repository, nor a Node in the home of root.
  const copy = mkdtempSync(join(tmpdir(), 'pki-lint-dist-'));
  chmodSync(copy, 0o755);
  cpSync(fileURLToPath(new URL('../../dist', import.meta.url)), copy, { recursive: true });
  program = join(copy, 'cli.cjs');
  if (isReachable(runtime)) return;
  copyFileSync(runtime, join(copy, 'node'));
  runtime = join(copy, 'node');
});
afterAll(() => rmSync(join(program, '..'), { recursive: true, force: true }));

let root: string;
beforeEach(() => {
  root = openFolder();
});
afterEach(remove);

/** Writes a node. Without root, what belongs only to its owner is closed to the owner too. */
function write(node: NodeTree): void {
  node.toDisk(root);
  if (isRoot) return;
  const paths = [...node.entries].toSorted(([one], [other]) => other.length - one.length);
  for (const [path, entry] of paths) {
    if (entry.type === 'link' || (entry.mode & 0o7) !== 0) continue;
    chmodSync(join(root, path), 0);
    closed.push(join(root, path));
  }
}

/** Lints the node. */
const run = (...argv: string[]) => spawn('--at', '2026-12-01', ...argv, root);

/** Runs the program as a user who owns nothing. Node drops the groups of root as well. */
function spawn(...argv: string[]) {
  const user = isRoot ? { uid: 65534, gid: 65534 } : {};
  const { status, stdout, stderr } = spawnSync(runtime, [program, ...argv], {
    encoding: 'utf8',
    env: {},
    cwd: '/',
    ...user,
  });
  return { status, stdout, stderr };
}

/** A control plane with the modes of kubeadm: only root reads keys, kubeconfigs, manifests and the kubelet's folder. */
const controlPlane = () => {
  const node = buildNode();
  for (const name of manifests) node.chmod(`manifests/${name}.yaml`, 0o600);
  return node.directory('manifests', 0o700).directory('/var/lib/kubelet', 0o700);
};

describe('a user who may read only certificates', () => {
  it('gets the exit code of the findings, once the reason, and no word that sounds like success', () => {
    write(controlPlane());
    const { status, stdout, stderr } = run();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    // By the finding and its effect, and by the last lines, which repeat it.
    expect(stdout.match(/could not be read/g)).toHaveLength(3);
    expect(stdout).toMatch(/\d+ of \d+ files could not be read \(permission denied\):/);
    expect(stdout).toContain('Run it as root.');
    expect(stdout).toMatch(/^▲ Incomplete: 1 problem \(0 errors, 1 warning\) in what was read/m);
    expect(stdout).not.toContain('EACCES');
    expect(stdout).toMatch(/^Not checked: \d+ files and \d+ checks: permission denied/m);
  });

  it('is not left without a word by --quiet', () => {
    write(controlPlane());
    const { status, stdout } = run('--quiet');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^▲ Incomplete, most of \S+ could not be read: [\s\S]*Run\s+it\s+as\s+root/m);
  });

  it('gets exit code 1 with --require-complete', () => {
    write(controlPlane());
    expect(run('--require-complete').status).toBe(1);
  });

  it('gets exit code 1 for an expired certificate', () => {
    write(controlPlane());
    const { status, stdout } = run('--at', '2036-01-01');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^[▲✖] Incomplete: \d+ problems? \(\d+ errors?/m);
  });

  it('sees in JSON how much was not read', () => {
    write(controlPlane());
    const report = JSON.parse(run('--format', 'json').stdout) as Report;
    const [node] = report.nodes;
    expect(node?.unreadable?.paths).toBeGreaterThan(node?.unreadable?.files ?? 0);
    expect(report.notChecked.every(({ reason }) => reason === 'permission denied')).toBe(true);
  });
});

describe('a user who may read nothing that decides', () => {
  it('is told so by expect', () => {
    write(controlPlane().directory('pki', 0o700));
    const { status, stdout, stderr } = spawn('expect', root);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(
      /: cannot determine which files this node needs\n {2}\d+ paths? could not be read: run pki-lint as root/,
    );
  });

  it.each([
    ['the folder of certificates', (node: NodeTree) => node.directory('pki', 0o700)],
    ['the home of the layout', (node: NodeTree) => node.directory('/etc/kubernetes', 0o700)],
  ])('gets exit code 2 and one message: %s is closed', (_, close) => {
    write(close(controlPlane()));
    for (const more of [[], ['--quiet'], ['--require-complete'], ['--fail-on', 'never']]) {
      const { status, stdout, stderr } = run(...more);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr.split('\n')).toHaveLength(3);
      expect(stderr).toContain('permission denied: no certificate could be read\n  run pki-lint as root');
      expect(stderr).toContain(
        'sudo tar c --format=posix /etc/kubernetes /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env /var/lib/kubelet/pki | pki-lint -',
      );
    }
  });

  it('gets exit code 2 on a worker, where only the CA is open', () => {
    write(buildNode({ worker: true }).directory('/var/lib/kubelet', 0o700));
    const { status, stderr } = run();
    expect(status).toBe(2);
    expect(stderr).toContain('permission denied: only CA certificates could be read');
    expect(run('--node-name', 'w-1').stderr).toContain('permission denied on w-1: only CA certificates could be read');
  });
});

it('one key that is closed is a warning, and the run is complete enough', () => {
  const node = buildNode();
  for (const [path, entry] of node.entries) {
    if (entry.type === 'file' && !path.endsWith('/etcd/ca.key')) node.chmod(path, 0o644);
    if (entry.type === 'directory') node.chmod(path, 0o755);
  }
  write(node);
  const { stdout } = run();
  expect(stdout).toContain('files could not be read (permission denied): /etc/kubernetes/pki/etcd/ca.key');
  expect(stdout).not.toContain('incomplete');
});
