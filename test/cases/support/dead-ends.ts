import { buildNode } from '../../support/build-node.ts';

export const rotated = () => buildNode({ rotatedKubelet: true });
