/**
 * Healthy nodes that the tools of other installers made (fixtures/layouts): recognised, quiet, and judged as a whole.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { lint } from '../../src/index.ts';
import { at } from '../cases/harness.ts';

const archives = fileURLToPath(new URL('../../fixtures/layouts/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'samples-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** With what is truly risky in them. */
const samples = [
  ['hard-way-server', 'hard-way', 'control-plane', ['etcd/open-local', 'etcd/open-local']],
  ['hard-way-worker', 'hard-way', 'worker', []],
  ['kubespray', 'kubespray', 'control-plane', []],
  ['k0s', 'k0s', 'control-plane', []],
  ['microk8s', 'microk8s', 'control-plane', ['argument/authorization', 'kubelet/open']],
  ['k3s', 'k3s', 'control-plane', []],
  ['rke2', 'rke2', 'control-plane', []],
  ['kops', 'kops', 'control-plane', []],
] as const;

describe.each(samples)('%s', (name, layout, role, risky) => {
  const archive = join(archives, `${name}.tar.gz`);
  execFileSync('tar', ['-xpzf', archive, '-C', folder]);

  it.each([archive, join(folder, name)])('is recognised and quiet: %s', async (path) => {
    const { exitCode, nodes, findings, failures } = await lint({ paths: [path], at });
    const loud = findings.filter(({ severity }) => severity !== 'info');
    expect({ exitCode, failures, loud: loud.map(({ rule }) => rule) }).toEqual({
      exitCode: 0,
      failures: [],
      loud: risky,
    });
    expect(nodes).toMatchObject([{ layout, role }]);
    const [{ judged } = expect.fail('no node')] = nodes;
    // At least nine of ten: what programs leave and nothing reads is not judged.
    expect(judged.judgedCertificates).toBeGreaterThanOrEqual(Math.floor(judged.certificates * 0.9));
  });
});
