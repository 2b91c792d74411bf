import { authorities } from './authorities.ts';
import { configurations } from './configurations.ts';
import { installers } from './installers.ts';
import { kubelets } from './kubelets.ts';
import { manifests } from './manifests.ts';
import { nodes } from './nodes.ts';
import { settings } from './settings.ts';
import type { Shape } from './shape.ts';

/** Healthy nodes that people really run. */
export const shapes: readonly Shape[] = [
  ...authorities,
  ...nodes,
  ...kubelets,
  ...manifests,
  ...settings,
  ...configurations,
  ...installers,
];
