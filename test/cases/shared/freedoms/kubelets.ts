import { privateKeyPem } from '../../../support/keys.ts';
import type { Case } from '../../harness.ts';
import { mount } from '../../manifest-edits.ts';

const healthy = { findings: [] };

/** Kubelets, workers and the credentials of kubeconfigs. */
export const kubelets: readonly Case[] = [
  { name: 'kubelet.conf names the file that the kubelet rotates', node: { rotatedKubelet: true }, ...healthy },
  {
    name: 'rotated by a relative link',
    node: { rotatedKubelet: true },
    change: (node) =>
      node.link('/var/lib/kubelet/pki/kubelet-client-current.pem', 'kubelet-client-2026-11-24-14-00-00.pem'),
    ...healthy,
  },
  { name: 'a worker', node: { worker: true }, findings: [] },
  {
    name: 'a worker before its bootstrap',
    node: { worker: true },
    change: (node) => {
      const conf = node
        .read('kubelet.conf')
        .replace(/client-certificate: .*\n\s+client-key: .*/, 'token: abcdef.0123456789abcdef');
      node.write('bootstrap-kubelet.conf', conf).remove('kubelet.conf').remove('/var/lib/kubelet/pki');
    },
    findings: [],
  },
  {
    name: 'a serving certificate from the cluster CA',
    change: (node) => {
      node.edit('/var/lib/kubelet/config.yaml', (text) => `${text}serverTLSBootstrap: true\n`);
      const folder = '/var/lib/kubelet/pki';
      const file = `${folder}/kubelet-server-2026-11-24-14-05-00.pem`;
      node.write(file, node.certificate('kubelet.conf') + privateKeyPem(node.key('kubelet.conf')));
      node.link(`${folder}/kubelet-server-current.pem`, file);
    },
    ...healthy,
  },
  { name: 'super-admin.conf removed, as recommended', change: (node) => node.remove('super-admin.conf'), ...healthy },
  {
    name: 'credentials as files beside a kubeconfig',
    change: (node) => {
      mount(node, 'kube-scheduler', '/etc/kubernetes');
      node.write('scheduler.crt', node.certificate('scheduler.conf'), 0o644);
      node.write('scheduler.key', privateKeyPem(node.key('scheduler.conf')));
      node.edit('scheduler.conf', (text) =>
        text
          .replace(/client-certificate-data: .*/, 'client-certificate: scheduler.crt')
          .replace(/client-key-data: .*/, 'client-key: /etc/kubernetes/scheduler.key')
          .replace(/certificate-authority-data: .*/, 'certificate-authority: pki/ca.crt'),
      );
    },
    ...healthy,
  },
  {
    name: 'administrators who come by exec or token',
    change: (node) => {
      node.edit('admin.conf', (text) =>
        text.replace(
          / {4}client-certificate-data: .*\n {4}client-key-data: .*\n/,
          '    exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: kubelogin\n      interactiveMode: IfAvailable\n',
        ),
      );
    },
    ...healthy,
  },
  {
    name: 'kubeconfigs with several contexts, clusters and users',
    change: (node) =>
      node.edit('admin.conf', (text) =>
        text
          .replace('clusters:\n', 'clusters:\n- cluster:\n    server: http://other.example.test\n  name: other\n')
          .replace('contexts:\n', 'contexts:\n- context:\n    cluster: other\n    user: nobody\n  name: other\n')
          .replace('users:\n', 'users:\n- name: nobody\n  user: {}\n'),
      ),
    ...healthy,
  },
];
