/** The messages that the library passes to its caller while nodes are read. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { lint } from '../src/index.ts';
import { buildNode } from './support/build-node.ts';

/** A folder with three nodes. */
function threeNodes(): string {
  const root = mkdtempSync(join(tmpdir(), 'pki-lint-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const name of ['a', 'b', 'c']) buildNode({ worker: true, name }).toDisk(join(root, 'fleet', name));
  return join(root, 'fleet');
}

async function messagesFor(...paths: readonly string[]): Promise<readonly string[]> {
  const messages: string[] = [];
  await lint({ paths, onProgress: (message) => messages.push(message) });
  return messages;
}

it('each directory that is searched, and each node that is read and checked', async () => {
  const fleet = threeNodes();
  const searched = `Searching for PKI directories: 1 directory (up to 10000) in ${fleet}`;
  const counts = [1, 2, 3].map((count) => `${count} of 3`);
  expect(await messagesFor(fleet)).toEqual([
    searched,
    ...counts.map((count) => `Reading nodes: ${count}`),
    'Comparing 3 nodes',
    ...counts.map((count) => `Checking nodes: ${count}`),
  ]);
});

it('each of several paths', async () => {
  const fleet = threeNodes();
  const paths = ['a', 'b', 'c'].map((name) => join(fleet, name));
  const messages = await messagesFor(...paths);
  expect(messages.filter((one) => one.startsWith('Looking'))).toEqual(
    [1, 2, 3].map((count) => `Looking for nodes: path ${count} of 3`),
  );
  expect(messages.at(-1)).toBe('Checking nodes: 3 of 3');
});
