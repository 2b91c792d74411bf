/** No text of a file costs more than its length, or hides the rest of the report. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildNode } from '../support/build-node.ts';
import { sampled } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { limit, runProgram } from './support/program.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pki-lint-hostile-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const texts = {
  letters: 'x'.repeat(4096),
  'bidirectional controls': '\u202e'.repeat(256),
  tags: '\u{e0041}'.repeat(4096),
  'combining characters': `e${'\u0301'.repeat(4096)}`,
  'wide characters': '\u65e5'.repeat(4096),
  words: 'a '.repeat(20_000),
  'a path': '/x/y'.repeat(10_000),
  'a hundred thousand letters': 'y'.repeat(100_000),
};

/** A node with this text wherever a text of a file is shown. */
function nodeWith(text: string): NodeTree {
  const node = buildNode();
  const authority = buildNode({ certificates: { 'kubernetes-ca': { commonName: text, key: 'P-256' } } });
  node.issue('kube-apiserver', {
    commonName: text,
    organizations: [text, text],
    issuer: authority.authority('kubernetes-ca'),
    sans: [`DNS:cp-1`, `DNS:${text}`, `URI:${text}`],
  });
  node.issue('admin.conf', { commonName: text, organizations: [text] });
  node.issue('kubelet.conf', { commonName: `system:node:${text}` });
  node.issue('etcd-ca', { commonName: text });
  node.edit('admin.conf', (yaml) => yaml.replaceAll('kubernetes-admin', text));
  node.edit('scheduler.conf', (yaml) =>
    yaml.replace(/server: .*/, `server: ${JSON.stringify(`https://${text}:6443`)}`),
  );
  node.edit('manifests/kube-apiserver.yaml', (yaml) =>
    yaml.replace(/( +)- kube-apiserver\n/, (line, indent: string) =>
      [
        line.trimEnd(),
        ...[
          `--${text}=1`,
          `--tls-cert-file=/${text}`,
          `--etcd-servers=https://${text}:2379`,
          `--oidc-ca-file=/${text}`,
        ],
      ]
        .join(`\n${indent}- `)
        .replace(/(?<=\n +- )--.*/g, (word) => JSON.stringify(word))
        .concat('\n'),
    ),
  );
  return node;
}

const folder = '/etc/kubernetes/pki';
const now = ['--at', '2026-12-01'];
const commands = [
  now,
  [...now, '--verbose'],
  ['connections', ...now, '--verbose'],
  ['connections', ...now, '--format', 'dot'],
  ['connections', ...now, '--format', 'mermaid'],
  ['blast', 'kubernetes-ca', ...now, '--verbose'],
  ['expect'],
  ['facts'],
];

describe.each(Object.entries(texts))('%s', (name, text) => {
  it('does not slow down a command', async () => {
    nodeWith(text).toDisk(root);
    const pki = join(root, folder);
    const all = [
      ...commands.map((words) => [...words, root]),
      ['issue', '--rootfs', root, '--renew', '--within', '9999d', ...now],
      ['verify', join(pki, 'apiserver.crt'), '--ca', join(pki, 'ca.crt')],
      ['verify', join(pki, 'etcd/ca.crt'), '--ca', join(pki, 'etcd/ca.crt'), '--usage', 'any', ...now],
    ];
    // The sample is linting, and every third other command, not the same for each text.
    const turn = Object.keys(texts).indexOf(name) % 3;
    for (const argv of all.filter((_, index) => sampled(index === 0 || index % 3 === turn, true))) {
      const { stdout, stderr, seconds } = await runProgram(argv);
      const words = argv.join(' ');
      expect.soft(seconds, words).toBeLessThan(limit);
      expect.soft(stdout.length, words).toBeGreaterThan(50);
      expect.soft(stdout.length, words).toBeLessThan(45_000);
      expect.soft(stderr, words).not.toContain('internal error');
    }
  });
});
