/** What a node is called if no file that could be read names it. */
import { hostname } from 'node:os';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { parseOptions } from '../src/api/parse-options.ts';
import { buildPki } from '../src/model/roles/build-pki.ts';
import { scanFound } from '../src/scan/scan.ts';
import { knownFields } from '../src/tables/configurations.ts';
import { layouts } from '../src/tables/layouts/index.ts';
import { podTable } from '../src/tables/pod-fields.ts';
import { foundTree } from './cases/harness.ts';
import { buildNode } from './support/build-node.ts';
import type { NodeTree } from './support/node-tree.ts';

const isClosed = (path: string) => path.startsWith('/var/lib/kubelet') || path.endsWith('.conf');

/** The name of a worker at a path, of which a user may only read the certificate of the CA. */
async function nameOf(label: string, change: (node: NodeTree) => NodeTree = (node) => node, isLive = true) {
  const found = { ...(await foundTree(change(buildNode({ worker: true })), isClosed)), label };
  const options = {
    paths: [],
    cwd: '/',
    stdin: () => Readable.from([]),
    podTable,
    knownFields,
    layouts,
    isLive: () => isLive,
  };
  return buildPki(scanFound(found, options), {}, parseOptions({}).judging.context).name;
}

const named = (node: NodeTree) => node.write('/etc/hostname', 'worker-7\n', 0o644);

describe('a node that no file names', () => {
  it('has the name in /etc/hostname, if it is this machine', async () => {
    expect(await nameOf('/', named)).toBe('worker-7');
  });

  it('has the name that the system has, if there is no such file', async () => {
    expect(await nameOf('/')).toBe(hostname());
  });

  it('has its path, if it is a copy', async () => {
    expect(await nameOf('/', undefined, false)).toBe('/');
    expect(await nameOf('copy', named)).toBe('copy');
  });
});
