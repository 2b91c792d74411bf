import { expect, it } from 'vitest';
import type { Report } from '../../src/index.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { harbourNode, known } from './harbour.ts';
import { lintTree } from './run.ts';
import { known as yard, yardNode } from './yard.ts';

const units = '/etc/systemd/system';
const tls = '/opt/harbour/tls';
const access = '/opt/harbour/access';

const named = ({ findings }: Report) => findings.map(({ severity, rule, subject }) => `${severity} ${rule}@${subject}`);

it.each([
  [
    'a kubeconfig, where its component does not run',
    (node: NodeTree) => node.remove(`${units}/kube-scheduler.service`).remove(`${access}/scheduler.conf`),
    [],
  ],
  [
    'a kubeconfig, where it does',
    (node: NodeTree) => node.remove(`${access}/scheduler.conf`),
    ['error kubeconfig/present@scheduler.conf'],
  ],
  [
    'the files of the kubelet, on a control plane without one',
    (node: NodeTree) =>
      node
        .remove(`${units}/kubelet.service`)
        .remove(`${access}/kubelet.conf`)
        .remove('/var/lib/kubelet/config.yaml')
        .remove(`${tls}/kubelet.crt`)
        .remove(`${tls}/kubelet.key`),
    [],
  ],
  [
    'a certificate that no flag names, whose key is there',
    (node: NodeTree) =>
      node
        .remove(`${units}/kubelet.service`)
        .remove(`${access}/kubelet.conf`)
        .remove('/var/lib/kubelet/config.yaml')
        .remove(`${tls}/kubelet.crt`),
    ['error cert/present@kubelet-serving'],
  ],
  [
    'a CA that no flag names, where nothing runs that would read it',
    (node: NodeTree) =>
      ['front-proxy-ca.crt', 'front-proxy-ca.key', 'front-proxy-client.crt', 'front-proxy-client.key'].reduce(
        (tree, file) => tree.remove(`${tls}/${file}`),
        node.remove(`${units}/kube-apiserver.service`).remove(`${units}/kube-controller-manager.service`),
      ),
    [],
  ],
])('reports as missing only what something wants: %s', async (_, change, findings) => {
  const node = harbourNode();
  change(node);
  expect(named(await lintTree(node, known))).toEqual(findings);
});

it('reports no key of tokens as missing where nothing runs that signs or verifies them', async () => {
  const node = yardNode().remove(`${units}/manager.service`).remove('/opt/yard/access/controller-manager.conf');
  const api = node.read(`${units}/api.service`);
  // The sign of a control plane stays.
  node.write(`${units}/api.service`, '[Service]\nExecStart=/usr/bin/sleep /opt/yard/bin/kube-apiserver\n');
  node.remove('/opt/yard/server/sa.key').remove('/opt/yard/server/sa.pub');
  expect(named(await lintTree(node, yard))).toEqual([]);
  node.write(`${units}/api.service`, api);
  expect(named(await lintTree(node, yard))).toEqual(['error service-account/present@service-account']);
});
