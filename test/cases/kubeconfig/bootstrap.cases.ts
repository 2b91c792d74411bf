import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import { joining } from '../cause-states.ts';
import type { Case } from '../harness.ts';

const path = '/etc/kubernetes/bootstrap-kubelet.conf';

/** A worker that is to join with a kubeconfig that was changed. */
const joiningWith = (change: (text: string) => string) => () =>
  joining(`--bootstrap-kubeconfig=${path} `).edit(path, change);

const faulty: readonly (readonly [name: string, change: (text: string) => string, rule: string])[] = [
  ['no context', (text) => text.replace(/^current-context: .*\n/m, ''), 'context'],
  ['no credential', (text) => text.replace(/^ +token: .*\n/m, '    as: nobody\n'), 'credential'],
  ['a password next to the token', (text) => `${text}    password: abc\n`, 'usable'],
  ['a plugin without a version', (text) => text.replace(/token: .*/, 'exec: { command: get-token }'), 'value'],
  ['a server without TLS', (text) => text.replace('https://', 'http://'), 'server'],
  ['a CA that is not there', (text) => text.replace('pki/ca.crt', 'pki/old.crt'), 'file'],
];

export const bootstrap: readonly Case[] = [
  ...faulty.map(([name, change, rule]) => ({
    name: `a worker that is to join has a bootstrap kubeconfig with ${name}`,
    node: joiningWith(change),
    findings: [`kubeconfig/${rule}@kubelet.conf`],
  })),
  {
    name: 'a worker that is to join trusts the CA of a cluster of before',
    node: () => {
      const old = certificatePem(makeAuthority('kubernetes').certificate);
      const data = `certificate-authority-data: ${Buffer.from(old).toString('base64')}`;
      return joiningWith((text) => text.replace(/certificate-authority: .*/, data))();
    },
    findings: ['kubeconfig/authority@kubelet.conf'],
  },
  {
    name: 'a worker that is to join has a bootstrap kubeconfig that is no YAML',
    node: joiningWith(() => '{'),
    findings: ['kubeconfig/bootstrap@worker-1'],
  },
  {
    name: 'a worker that has joined keeps a bootstrap kubeconfig without a credential',
    node: { worker: true },
    change: (node) => {
      const old = joiningWith((text) => text.replace(/^ +token: .*\n/m, '    as: nobody\n'))();
      for (const file of [path, '/etc/systemd/system/kubelet.service']) node.write(file, old.read(file), 0o600);
    },
    findings: [],
  },
];
