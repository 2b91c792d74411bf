/**
 * The edits of files of arguments, one after the other as people paste them: none takes another argument away, although
 * each adds or changes lines.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { microk8sNode, revision } from '../layouts/kits/microk8s.ts';
import { copyOf, lintRoots, textsOf } from './support/follow.ts';

const args = (name: string) => `${revision}/args/${name}`;
/** Where commands say that it is. */
const named = (file: string) => file.replace(revision, '/var/snap/microk8s/current');

test.each([
  {
    name: 'a kubelet whose port without authentication is open',
    file: args('kubelet'),
    change: (text: string) => text.replace('--read-only-port=0', '--read-only-port=10255'),
    edits: 2,
  },
  {
    name: 'a kubelet that lets anybody in, by its first line',
    file: args('kubelet'),
    change: (text: string) =>
      `--anonymous-auth=true\n${text.replace('--anonymous-auth=false\n', '').replace('--read-only-port=0', '--read-only-port=10255')}`,
    edits: 2,
  },
  {
    name: 'a kube-apiserver without a CA for clients',
    file: args('kube-apiserver'),
    change: (text: string) => text.replace(/^--client-ca-file=.*\n/m, ''),
    edits: 2,
  },
])('$name', async ({ name, file, change, edits }) => {
  const root = copyOf(microk8sNode({ files: { [file]: change } }));
  const lint = () => lintRoots([root], { name, node: microk8sNode });
  const path = join(root, file);
  const flagsIn = () => new Set(readFileSync(path, 'utf8').match(/^--[\w-]+/gm));
  const [before, { findings }] = [flagsIn(), await lint()];
  const commands = [...new Set(findings.flatMap(textsOf))].filter(
    (text) => /^sed -i /.test(text) && text.includes(named(file)),
  );
  expect(commands.length).toBeGreaterThanOrEqual(edits - 1);
  for (const command of commands) execFileSync('bash', ['-c', command.replaceAll(named(file), path)]);
  const after = flagsIn();
  expect([...before].filter((flag) => !after.has(flag))).toEqual([]);
  const edited = findings.filter((one) => textsOf(one).some((text) => commands.includes(text)));
  const left = (await lint()).findings.map(({ fingerprint }) => fingerprint);
  expect(edited.filter(({ fingerprint }) => left.includes(fingerprint)).map(({ message }) => message)).toEqual([]);
});
