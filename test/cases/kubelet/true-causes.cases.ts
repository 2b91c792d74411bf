import { configured, servingAsClient, verifyingKubelets } from '../cause-states.ts';
import type { Case } from '../harness.ts';
import { config } from '../support/true-causes.ts';

export const trueCauses: readonly Case[] = [
  {
    name: 'serverTLSBootstrap of the kubelet is written in the wrong case, and kube-apiserver verifies kubelets',
    node: () => verifyingKubelets(configured('ServerTLSBootstrap: true')),
    findings: ['kubelet/field@kubelet'],
  },
  {
    name: 'rotateCertificates of the kubelet is written in the wrong case',
    node: { worker: true },
    change: (node) => node.edit(config, (text) => text.replace('rotateCertificates', 'RotateCertificates')),
    findings: ['kubelet/field@kubelet'],
  },
  {
    name: 'a field within a field is written in the wrong case',
    change: (node) => node.edit(config, (text) => text.replace('clientCAFile', 'clientCaFile')),
    findings: ['argument/recommended@kubelet --client-ca-file', 'kubelet/field@kubelet'],
  },
  {
    name: 'the kubelet serves with its client certificate',
    node: servingAsClient,
    findings: ['kubelet/serving-usage@kubelet'],
  },
  {
    name: 'the kubelet serves with its client certificate, and kube-apiserver verifies it',
    node: () => verifyingKubelets(servingAsClient()),
    findings: ['kubelet/serving-usage@kubelet'],
  },
];
