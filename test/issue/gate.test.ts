import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesIn, folderOf, issueIn, write } from './support/folders.ts';

const pki = 'etc/kubernetes/pki';

describe('a batch that would leave an error', () => {
  it.each([
    [
      'the flag accepts another name',
      'front-proxy-client',
      (node) => node.replaceFlag('kube-apiserver', 'requestheader-allowed-names', 'somebody'),
      /^nothing was written, because it would leave an error: [a-z/-]+: .*front-proxy-client/,
    ],
  ] as const satisfies readonly (readonly [string, string, Parameters<typeof folderOf>[1], RegExp])[])(
    'is not written, and says why: %s',
    async (_, role, change, message) => {
      const folder = await folderOf({}, change);
      for (const ending of ['crt', 'key']) rmSync(join(folder, pki, `${role}.${ending}`));
      const before = filesIn(folder);
      const report = await issueIn(folder, { write: true });
      expect(report).toMatchObject({ exitCode: 2, result: null });
      expect(report.failure?.message).toMatch(message);
      expect(filesIn(folder)).toEqual(before);
    },
  );
});

describe('what was wrong before and is not affected', () => {
  it('does not keep a gap from being filled', async () => {
    const folder = await folderOf({}, (node) => node.issue('kube-etcd-peer', { notAfter: '2026-11-25' }));
    for (const ending of ['crt', 'key']) rmSync(join(folder, pki, `front-proxy-client.${ending}`));
    const report = await write(folder);
    expect(report.plan.left.map(({ role }) => role)).toEqual(['kube-etcd-peer']);
  });

  it('nor what is missing behind a CA that is installed by itself', async () => {
    const folder = await folderOf({}, (node) =>
      node
        .remove('pki/front-proxy-ca.crt')
        .remove('pki/front-proxy-ca.key')
        .remove('pki/front-proxy-client.crt')
        .remove('pki/front-proxy-client.key'),
    );
    await write(folder, { only: ['front-proxy-ca'], yes: true });
    await write(folder);
  });
});
