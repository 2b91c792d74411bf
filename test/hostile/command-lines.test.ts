/** A command line costs its length, whatever variables, scripts and drop-ins it is composed of. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildNode } from '../support/build-node.ts';
import { sample } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { limit, runProgram } from './support/program.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pki-lint-hostile-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const unit = '/etc/systemd/system/kubelet.service';
const long = 'y'.repeat(120_000);

/** A pod whose containers are all the same one. */
const pod = (command: readonly string[], { env = '', containers = 1 } = {}) => {
  const first = `&c {name: kube-apiserver, image: "x/kube-apiserver:v1.36.2", env: [${env}], command: ${JSON.stringify(command)}}`;
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers: [${first}${', *c'.repeat(containers - 1)}]\n`;
};

const manifest = (text: string) => (node: NodeTree) => node.write('manifests/kube-apiserver.yaml', text);

const kubelet =
  (start: string, variables = '') =>
  (node: NodeTree) =>
    node
      .write(unit, `[Service]\nEnvironmentFile=/etc/default/kubelet\nExecStart=/usr/bin/kubelet ${start}\n`)
      .write('/etc/default/kubelet', `A="${variables}"\n`);

const shapes: Readonly<Record<string, (node: NodeTree) => unknown>> = {
  'a script that starts a long script two thousand times': manifest(
    pod(['sh', '-c', 'sh $@;'.repeat(2000), 'x', '-c', 'a;'.repeat(20_000)]),
  ),
  'scripts that start each other': manifest(
    pod([
      'sh',
      '-c',
      'sh $@;'.repeat(8),
      'x',
      ...Array(7)
        .fill(['-c', 'sh $@;'.repeat(20), 'x'])
        .flat(),
    ]),
  ),
  'a script that repeats its arguments': manifest(
    pod(['sh', '-c', 'x $@;'.repeat(20_000), 'x', ...Array(4000).fill('y')]),
  ),
  'a long variable in every argument of every container': manifest(
    pod(['kube-apiserver', ...Array(4000).fill('--x=$(A)')], { env: `{name: A, value: ${long}}`, containers: 100 }),
  ),
  'a long script in every container': manifest(pod(['sh', '-c', 'a;'.repeat(60_000)], { containers: 100 })),
  'many arguments in every container': manifest(
    pod(['kube-apiserver', ...Array.from({ length: 4000 }, (_, index) => `--tls-cert-fyle=/x${index}`)], {
      containers: 100,
    }),
  ),
  'thousands of unknown flags': manifest(
    pod([
      'kube-apiserver',
      ...Array.from({ length: 4000 }, (_, index) => `--tls-min-versiom-xxxxxxxxxxxxxxxx-${index}`),
    ]),
  ),
  'variables of one long variable': manifest(
    pod(['kube-apiserver'], { env: `{name: A, value: ${long}}${', {name: B, value: $(A)}'.repeat(20_000)}` }),
  ),
  'a blank variable, named very often': kubelet('$A '.repeat(60_000), ' '.repeat(200_000)),
  'a long variable in every argument of the unit': kubelet(`--x=$${'{A}'} `.repeat(4000), long),
  'a line continued a hundred thousand times': kubelet('\\\n'.repeat(100_000)),
};

describe('a command line of', () => {
  it.each(sample(Object.entries(shapes), 6))('%s', async (_, shape) => {
    const node = buildNode();
    shape(node);
    node.toDisk(root);
    const { exitCode, stdout, seconds } = await runProgram(['lint', root, '--format', 'json']);
    expect([0, 1]).toContain(exitCode);
    expect(stdout.length).toBeLessThan(2_200_000);
    expect(seconds).toBeLessThan(limit);
  });
});

it('a kubelet with too many long drop-ins may have more arguments, and the report says so', async () => {
  const node = buildNode();
  node.write(unit, '[Service]\nExecStart=/usr/bin/kubelet\n');
  for (let index = 0; index < 40; index += 1)
    node.write(`${unit}.d/${index}.conf`, `[Service]\n${'A=\n'.repeat(80_000)}`);
  node.toDisk(root);
  const { exitCode, stdout, seconds } = await runProgram(['lint', root, '--verbose']);
  expect([0, 1]).toContain(exitCode);
  expect(seconds).toBeLessThan(limit);
  expect(stdout).toContain('its unit and drop-ins are too long to read');
});
