import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { kubeVip, otherPod, withKubeconfig } from '../../support/other-pod.ts';
import type { Case } from '../harness.ts';

const conf = '/etc/kubernetes/cloud.conf';
const cloud = (...args: readonly string[]) =>
  withKubeconfig('cloud-controller', 'example.test/cloud-controller:v1', conf, ...args);

/** A pod with a kubeconfig of its own: that of kube-scheduler, changed. */
const withCloud = (change: (text: string) => string) => (node: NodeTree) =>
  node.write(conf, change(node.read('scheduler.conf')), 0o600).write('manifests/cloud-controller.yaml', cloud(), 0o600);

const found = ['kubeconfig/program@/etc/kubernetes/manifests/cloud-controller.yaml'];

const without = (pattern: RegExp) => (text: string) => text.replace(pattern, '');
const stranger = () => Buffer.from(certificatePem(makeAuthority('kubernetes').certificate)).toString('base64');

const faults: readonly Case[] = [
  {
    name: 'a static pod names a kubeconfig that is not there',
    change: (node) => node.write('manifests/cloud-controller.yaml', cloud(), 0o600),
    findings: found,
  },
  {
    name: 'a static pod names a kubeconfig in an option of two words, which is a folder',
    change: (node) =>
      node
        .write(`${conf}/empty`, '')
        .write(
          'manifests/cloud-controller.yaml',
          otherPod('cloud', { image: 'cloud:v1', args: ['--kubeconfig', conf], volumes: [{ path: conf }] }),
          0o600,
        ),
    findings: found,
  },
  {
    name: 'a static pod names a kubeconfig without a context in a variable',
    change: (node) =>
      withCloud(without(/^current-context: .*\n/m))(node).write(
        'manifests/cloud-controller.yaml',
        otherPod('cloud', { image: 'cloud:v1', env: { KUBECONFIG: conf }, volumes: [{ path: conf }] }),
        0o600,
      ),
    findings: found,
  },
  {
    name: 'the kubeconfig of a static pod has no credential',
    change: withCloud(without(/^ +client-.*\n/gm)),
    findings: found,
  },
  {
    name: 'the kubeconfig of a static pod has a token and a password',
    change: withCloud((text) => text.replace(/^( +)client-.*\n/m, '$1token: abc\n$1password: abc\n')),
    findings: found,
  },
  {
    name: 'the kubeconfig of a static pod has a server without TLS',
    change: withCloud((text) => text.replace('https://', 'http://')),
    findings: found,
  },
  {
    name: 'the kubeconfig of a static pod has the CA of a different cluster',
    change: withCloud((text) => text.replace(/(certificate-authority-data: ).*/, `$1${stranger()}`)),
    findings: found,
  },
  {
    name: 'the kubeconfig of a static pod is a link out of its volume',
    change: (node) =>
      node
        .write('/srv/cloud.conf', node.read('scheduler.conf'), 0o600)
        .link('/etc/kubernetes/cloud/config', '/srv/cloud.conf')
        .write(
          'manifests/cloud-controller.yaml',
          otherPod('cloud', {
            image: 'cloud:v1',
            args: ['--kubeconfig=/etc/kubernetes/cloud/config'],
            volumes: [{ path: '/etc/kubernetes/cloud' }],
          }),
          0o600,
        ),
    findings: found,
  },
  {
    name: 'kube-vip has super-admin.conf, which this node does not have',
    change: (node) =>
      node
        .remove('super-admin.conf')
        .write('manifests/kube-vip.yaml', kubeVip('/etc/kubernetes/super-admin.conf'), 0o600),
    findings: ['kubeconfig/program@/etc/kubernetes/manifests/kube-vip.yaml'],
  },
];

const silent: readonly Case[] = [
  { name: 'a static pod with a kubeconfig of its own', change: withCloud((text) => text), findings: [] },
  {
    name: 'a static pod with the kubeconfig of a different cluster',
    change: withCloud((text) =>
      text
        .replace(/(certificate-authority-data: ).*/, `$1${stranger()}`)
        .replace(/server: .*/, 'server: https://management.example.test:6443'),
    ),
    findings: [],
  },
  {
    name: 'kube-vip with admin.conf',
    change: (node) => node.write('manifests/kube-vip.yaml', kubeVip(undefined, 'File'), 0o600),
    findings: [],
  },
  {
    name: 'a static pod whose kubeconfig is in its image',
    change: (node) =>
      node.write(
        'manifests/cloud-controller.yaml',
        otherPod('cloud', { image: 'cloud:v1', args: ['--kubeconfig=/app/config'] }).replace(
          / +volumeMounts:\n| +volumes:\n/g,
          '',
        ),
        0o600,
      ),
    findings: [],
  },
];

export const programs: readonly Case[] = [...faults, ...silent];
