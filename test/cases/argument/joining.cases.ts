import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const controllers = (value: string) => (node: NodeTree) =>
  node.replaceFlag('kube-controller-manager', 'controllers', value);

const found = ['argument/joining@kube-controller-manager'];

export const joining: readonly Case[] = [
  {
    name: 'kube-apiserver accepts no bootstrap tokens',
    change: (node) => node.replaceFlag('kube-apiserver', 'enable-bootstrap-token-auth', 'false'),
    findings: ['argument/joining@kube-apiserver'],
  },
  { name: 'controllers: only those that are on', change: controllers('*'), findings: found },
  { name: 'controllers: no tokencleaner', change: controllers('*,bootstrapsigner'), findings: found },
  {
    name: 'controllers: no csrsigning',
    change: controllers('*,bootstrapsigner,tokencleaner,-csrsigning'),
    findings: found,
  },
  {
    name: 'controllers: the approver is off by its new name',
    change: controllers('*,bootstrapsigner,tokencleaner,-certificatesigningrequest-approving-controller'),
    findings: found,
  },
  { name: 'controllers: the first name counts', change: controllers('bootstrapsigner,*,tokencleaner'), findings: [] },
];
