import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { kubeconfigText, yamlString } from '../../src/issue/certify/kubeconfig.ts';
import type { KubeconfigNames } from '../../src/results/issue/plan.ts';
import { type Command, run, temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const file = (name: string, content: string) => {
  const path = join(folder.path, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
};

/** The release of the installed kubectl: `1.32.3`. */
const kubectlRelease = () =>
  /Client Version: v(\d+\.\d+\.\d+)/.exec(run(['kubectl', 'version', '--client']).output)?.[1] ?? '';

/** The kubeconfig that `kubectl config` produces. */
function writtenByKubectl({ server, cluster, user, context }: KubeconfigNames, credential: readonly string[]): string {
  const path = join(mkdtempSync(join(folder.path, 'config-')), 'x.conf');
  const config = (...args: readonly string[]): void => {
    const command: Command = ['kubectl', `--kubeconfig=${path}`, 'config', ...args];
    const { status, output } = run(command);
    if (status !== 0) throw new Error(`${command.join(' ')}: ${output}`);
  };
  const authority = `--certificate-authority=${file('ca.crt', 'the CA\n')}`;
  config('set-cluster', `--server=${server}`, authority, '--embed-certs', '--', cluster);
  config('set-credentials', ...credential, '--', user);
  config('set-context', `--cluster=${cluster}`, `--user=${user}`, '--', context);
  config('use-context', '--', context);
  return readFileSync(path, 'utf8');
}

describe('kubectl config writes the same kubeconfig, byte for byte', () => {
  const pem = { certificatePem: 'the certificate\n', keyPem: 'the key\n' };
  const embedded = () => [
    `--client-certificate=${file('client.crt', pem.certificatePem)}`,
    `--client-key=${file('client.key', pem.keyPem)}`,
    '--embed-certs',
  ];
  const own = { server: 'https://192.0.2.10:6443', cluster: 'kubernetes' };

  test('with embedded certificates', () => {
    const spec = { ...own, user: 'kubernetes-admin', context: 'kubernetes-admin@kubernetes' };
    const ours = kubeconfigText(spec, 'the CA\n', pem, kubectlRelease());
    expect(ours).toBe(writtenByKubectl(spec, embedded()));
  });

  const odd = [
    ...[
      '123',
      '-1',
      '0x1f',
      '1_000',
      '1e3',
      '.5',
      '.inf',
      '1.2.3',
      '0o7',
      '09',
      '1:20',
      '1:90',
      'true',
      'y',
      'on',
      'null',
      '~',
    ],
    ...[
      '2026-11-24',
      '2026-11-24x',
      '<<',
      '=',
      '-',
      '--',
      '---',
      '---x',
      '...',
      '-x',
      '- x',
      '?',
      '?x',
      '? x',
      ':',
      ':x',
      'x:',
    ],
    ...[
      'a: b',
      'a:b',
      'a #b',
      'a#b',
      '#a',
      "it's",
      "'a'",
      'a "b"',
      '"a"',
      '[a]',
      'a[1]',
      '{a}',
      '*a',
      '&a',
      '!a',
      '|',
      '>',
      '%a',
    ],
    ...['@a', '`a', 'a,b', ',a', ' a', 'a ', 'a  b', 'Zürich', '日本', '\u00a0', 'a\\b', 'a\\: b', 'system:node:1:20'],
  ];

  test('with names of all sorts', () => {
    const clusters = odd.map((name, index) => ({ name, cluster: { server: `https://${index}` } }));
    const path = file('odd.conf', JSON.stringify({ apiVersion: 'v1', kind: 'Config', clusters }));
    run(['kubectl', `--kubeconfig=${path}`, 'config', 'set-context', 'written-anew']);
    const text = readFileSync(path, 'utf8');
    const written = odd.map((_, index) => new RegExp(`    server: https://${index}\n  name: (.*)`).exec(text)?.[1]);
    expect(odd.map(yamlString)).toEqual(written);
  });
});
