import { controlPlane } from '../../support/cluster.ts';
import type { Case } from '../harness.ts';
import { dialling, ownComponents } from '../support/names.ts';

const ofOwnComponents = ownComponents.map((file) => `kubeconfig/other-node@${file}`);

export const names: readonly Case[] = [
  {
    name: 'controller manager and scheduler of one control plane dial another',
    node: () => controlPlane(2),
    change: dialling('https://192.0.2.10:6443', ...ownComponents),
    findings: ofOwnComponents,
  },
  {
    name: 'controller manager and scheduler dial another control plane, which is given',
    node: () => controlPlane(2, { externalEtcd: true }),
    change: dialling('https://192.0.2.10:6443', ...ownComponents),
    beside: () => [controlPlane(1, { externalEtcd: true })],
    findings: ofOwnComponents,
  },
];
