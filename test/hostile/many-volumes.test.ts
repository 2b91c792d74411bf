/** Thousands of files, volumes and findings about them cost their number, not its square. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildNode } from '../support/build-node.ts';
import { limit, runProgram } from './support/program.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pki-lint-hostile-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const pairsOf = (number: number, folder: (index: number) => string) =>
  Array.from(
    { length: number },
    (_, index) => `--tls-sni-cert-key=${folder(index)}/c${index}.crt,${folder(index)}/c${index}.key`,
  );

/** A kube-apiserver with an argument for each pair of files, and with volumes `/m0`, `/m1` and so on. */
function manifest(pairs: readonly string[], volumes: number, onNode: (index: number) => string): string {
  const indexes = Array.from({ length: volumes }, (_, index) => index);
  const container = {
    name: 'kube-apiserver',
    image: 'registry.k8s.io/kube-apiserver:v1.36.2',
    command: ['kube-apiserver', ...pairs],
    volumeMounts: indexes.map((index) => ({ name: `v${index}`, mountPath: `/m${index}` })),
  };
  const all = indexes.map((index) => ({ name: `v${index}`, hostPath: { path: onNode(index) } }));
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'x' },
    spec: { containers: [container], volumes: all },
  });
}

const own = (index: number) => `/m${index}`;
const shapes: Readonly<Record<string, string>> = {
  'pairs in one volume': manifest(
    pairsOf(6000, () => '/m0'),
    1,
    own,
  ),
  'volumes with a pair each': manifest(pairsOf(3000, own), 3000, own),
  'volumes at absent folders with a pair each': manifest(
    pairsOf(2000, own),
    2000,
    (index) => `/etc/kubernetes/pki/h${index}`,
  ),
};

describe('a static pod with thousands of', () => {
  it.each(Object.entries(shapes))('%s', async (_, text) => {
    buildNode().write('manifests/kube-apiserver.yaml', text).toDisk(root);
    const { exitCode, stdout, seconds } = await runProgram(['lint', root, '--format', 'json']);
    expect(exitCode).toBe(1);
    expect(stdout.includes('/c0.crt')).toBe(true);
    expect(stdout.includes('"rule": "manifest/volume"')).toBe(text.includes('/h0'));
    expect(seconds).toBeLessThan(limit);
  });
});
