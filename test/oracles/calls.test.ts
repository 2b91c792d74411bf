/** No command opens a socket, starts a program, or changes a file that it was not asked to write. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildNode } from '../support/build-node.ts';
import { sample } from '../support/extent.ts';
import { temporaryFolder } from './support/programs.ts';
import { changesIn, pathsIn, socketsIn, type Trace, trace } from './support/system-calls.ts';

const program = new URL('../../dist/cli.cjs', import.meta.url).pathname;
const folder = temporaryFolder();
afterAll(() => folder.remove());

const at = ['--at', '2026-12-01'];

/** A node with faults, and with host names that a program could try to resolve. */
beforeAll(async () => {
  const node = buildNode()
    .editKubeconfig('admin.conf', { server: 'https://api.cluster.example:6443' })
    .replaceFlag('kube-apiserver', 'etcd-servers', 'https://etcd.cluster.example:2379')
    .replaceFlag('kube-apiserver', 'oidc-issuer-url', 'https://issuer.cluster.example')
    .remove('pki/apiserver-kubelet-client.crt')
    .chmod('pki/ca.key', 0o644);
  mkdirSync(join(folder.path, 'node'));
  node.toDisk(join(folder.path, 'node'));
  writeFileSync(join(folder.path, 'node.tar'), await node.toTar());
});

/** Runs a command next to the node; checks what no command may do. */
function checked(words: readonly string[], stdin?: string): Trace {
  const result = trace([process.execPath, program, ...words], folder.path, stdin);
  expect([0, 1], result.stderr).toContain(result.status);
  expect(socketsIn(result.lines)).toEqual([]);
  expect(result.lines.filter((line) => line.startsWith('execve(')).length).toBe(1);
  return result;
}

test('the trace of a program that does both shows both', () => {
  const code = `require('node:net').connect('/nowhere').on('error', () => {}); require('node:fs').writeFileSync('f', '')`;
  const { lines } = trace([process.execPath, '-e', code], folder.path);
  expect(socketsIn(lines)).toEqual([expect.stringMatching(/^socket\(AF_UNIX/), expect.stringMatching(/^connect\(/)]);
  expect(changesIn(lines).flatMap(pathsIn)).toEqual([join(folder.path, 'f')]);
});

const reading: readonly (readonly string[])[] = [
  ['node'],
  ['node', '--verbose', ...at],
  ['node', '--format', 'json', ...at],
  ['node.tar', ...at],
  ['lint', 'node', 'node.tar', '--target-version', 'v1.37.0', ...at],
  ...['table', 'json', 'mermaid', 'dot'].map((format) => ['connections', 'node', '--format', format, ...at]),
  ['blast', 'kubernetes-ca', 'node', ...at],
  ['blast', 'pki/apiserver.key', 'node', '--format', 'json', ...at],
  ['facts', 'node'],
  ['expect', 'node'],
  ['issue', '--rootfs', 'node', ...at],
  ['issue', '--rootfs', 'node', '--renew', '--fix-modes', '--format', 'json', ...at],
  ['verify', 'node/etc/kubernetes/pki/apiserver.crt', '--ca', 'node/etc/kubernetes/pki/ca.crt', '--host', 'localhost'],
  ['rules'],
  ['explain', 'cert/issuer'],
  ['--help'],
  ['--version'],
];

test.each(sample(reading, 9).map((words) => [words.join(' '), words] as const))('only reads: %s', (_, words) => {
  const { lines, stdout } = checked(words);
  expect(changesIn(lines)).toEqual([]);
  expect(stdout).not.toBe('');
});

test('only reads: a node from standard input', () => {
  const { lines, stdout } = checked(['-', ...at], join(folder.path, 'node.tar'));
  expect(changesIn(lines)).toEqual([]);
  expect(stdout).toContain('apiserver-kubelet-client');
});

test('writes the reports that it is asked for, and nothing else', () => {
  const report = join(folder.path, 'report.json');
  const { lines } = checked(['node', '--format', 'table', '--format', `json:${report}`, ...at]);
  const draft = /\/\.report\.json\.[0-9a-f]{12}$/;
  const changes = changesIn(lines).map((line) => [line.slice(0, line.indexOf('(')), ...pathsIn(line)]);
  // The calls of several threads, so not in the order of time.
  expect(changes.sort()).toEqual([
    ['fchmod', expect.stringMatching(draft)],
    ['openat', expect.stringMatching(draft)],
    ['rename', expect.stringMatching(draft), report],
  ]);
  expect(JSON.parse(readFileSync(report, 'utf8')).findings.length).toBeGreaterThan(1);
});
