/** The line of progress on a real terminal: that of script(1), which writes down what is shown there. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const pathOf = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));

/** What the program shows while the archive of a node arrives late, also for a slow start, and after that. */
function shown(redirection: string): string {
  const archive = pathOf('fixtures/corpora/kubeadm-1.36-default.tar.gz');
  const lint = `node '${pathOf('dist/cli.cjs')}' --at 2026-12-01 --color never -`;
  const command = `env -u CI -u GITHUB_ACTIONS TERM=xterm sh -c "(sleep 5; cat '${archive}') | ${lint} ${redirection}"`;
  return execFileSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8' });
}

it('is erased before the report', () => {
  const [nothing, reading, ...others] = shown('').split('\r\x1b[K');
  expect([nothing, reading]).toEqual(['', 'Reading nodes: 1 of 1']);
  expect(others.at(-1)).toMatch(/^cp-1 /);
});

it('is not there if stderr is a file', () => {
  expect(shown('2>/dev/null')).toMatch(/^cp-1 /);
});
