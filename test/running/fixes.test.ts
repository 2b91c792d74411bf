import { expect, test } from 'vitest';
import type { Finding } from '../../src/index.ts';
import { later, replaceAuthority } from './edits.ts';
import { newEncryption } from './healthy-files.ts';
import { aboutProcesses, lintRecording } from './lint-recording.ts';
import { Recording } from './recording.ts';
import { namedByPath } from './rotations.ts';

/** The steps of the first fix of a rule, after a node was changed. */
async function fixOf(rule: string, change: (node: Recording) => unknown): Promise<readonly string[]> {
  const node = await Recording.read('healthy');
  node.remove('/run');
  change(node);
  node.at = new Date(later);
  const found = aboutProcesses(await lintRecording(node)).find((one) => one.rule === rule);
  return stepsIn(found);
}

const stepsIn = (finding: Finding | undefined): readonly string[] =>
  (finding?.fix ?? []).flat().map(({ text }) => text);

test('kube-apiserver does not restart for a mount before its keys of encryption are in the file', async () => {
  const pki = '/etc/kubernetes/pki';
  const steps = await fixOf('process/mount', (node) =>
    newEncryption(node).mountedFrom('kube-apiserver', pki, `${pki}.old`),
  );
  expect(steps[0]).toContain('before kube-apiserver restarts, make sure that this file still has all earlier keys');
  expect(steps.join('\n')).toContain('crictl stop');
});

// Without it such a kubelet cannot start: its kubeconfig names a file that is not there.
test('the credential of a kubelet whose kubeconfig names it stays', async () => {
  const steps = await fixOf('process/stale', (node) => namedByPath(replaceAuthority(node, 'kubernetes-ca')));
  expect(steps).toContain('systemctl restart kubelet');
  expect(steps.join('\n')).not.toContain('mv ');
});
