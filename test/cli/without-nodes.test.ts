/** Commands about nodes, of an input that has only objects of a cluster. */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { root } from '../repository/files.ts';

const dump = `${root}fixtures/corpora/objects/default.tar.gz`;

it.each([['facts'], ['expect'], ['init', '--output', '-'], ['blast', 'kubernetes-ca']])(
  '%s says that there is no node',
  (...words) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [`${root}dist/cli.cjs`, ...words, dump]);
    expect({ status, stdout: `${stdout}` }).toEqual({ status: 3, stdout: '' });
    expect(`${stderr}`).toBe(
      'pki-lint: no node is in the input\n  give a PKI directory, the root of a node, or an archive of one\n',
    );
  },
);
