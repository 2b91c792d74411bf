/** The kubectl commands of fixes, run by kubectl on a copy of the node. */
import { expect, it } from 'vitest';
import { lint } from '../../src/index.ts';
import { at, names } from '../cases/harness.ts';
import { embedInitial } from '../incidents/families/expiry.ts';
import { onDisk } from '../issue/support/remedy.ts';
import { buildNode } from '../support/build-node.ts';
import { certificatePem } from '../support/certificates.ts';
import { makeAuthority } from '../support/issue.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { run } from './support/programs.ts';

const alarms = async (root: string) => {
  const { findings } = await lint({ at, rootfs: root, cwd: '/' });
  return findings.filter(({ severity }) => severity !== 'info');
};

it.each<[string, (node: NodeTree) => unknown]>([
  ['cert/expired@kubelet.conf', embedInitial],
  [
    'kubeconfig/authority-expired@kubelet.conf',
    (node) => {
      const { key } = node.authority('kubernetes-ca');
      const old = makeAuthority('kubernetes', { key, notBefore: '2016-11-22', notAfter: '2026-11-20' });
      node.editKubeconfig('kubelet.conf', { certificateAuthority: certificatePem(old.certificate) });
    },
  ],
])('kubectl heals %s', async (name, change) => {
  const node = buildNode({ rotatedKubelet: true });
  change(node);
  const root = onDisk(node);
  const [finding, ...others] = await alarms(root);
  expect(names({ findings: finding ? [finding, ...others] : [] })).toEqual([name]);
  const command = finding?.fix.flat().find(({ text }) => text.startsWith('kubectl config '))?.text ?? '';
  // The files of the copy; the credential that a kubeconfig names stays a path of the node.
  const words = command.split(' ').map((word) => word.replace(/^(--certificate-authority=)?(?=\/etc)/, `$1${root}`));
  expect(run(words as [string, ...string[]]).status).toBe(0);
  expect(await alarms(root)).toEqual([]);
});
