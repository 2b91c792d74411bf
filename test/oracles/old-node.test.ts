import { expect, test } from 'vitest';
import { sampled } from '../support/extent.ts';
import { run } from './support/programs.ts';

const inRoot = (path: string) => new URL(`../../${path}`, import.meta.url).pathname;

const few = ['12.22.12', '18.20.8', '20.18.3'];

test.each(sampled(few, [...few, '14.21.3', '16.20.2']))('Node %s gets one line', (version) => {
  const { status, stdout: folder, output } = run(['bash', inRoot('scripts/node-folder.sh'), version], 110_000);
  expect(status, output).toBe(0);
  for (const argument of ['--version', inRoot('fixtures/corpora/kubeadm-1.36-default.tar.gz')]) {
    const answer = run([`${folder.trim()}/node`, inRoot('dist/cli.cjs'), argument]);
    expect(answer).toEqual({
      status: 2,
      stdout: '',
      output: `pki-lint: needs Node.js 20.19 or later, this is ${version}\n`,
    });
  }
});
