/** Every source of arguments, by its name in `rules/tables/layouts/`. */
import { kubeletUnit } from './kubelet.ts';
import type { ArgumentSources } from './source.ts';
import { staticPods } from './static-pods.ts';

export const argumentSources: ArgumentSources = { 'kubelet-unit': kubeletUnit, 'static-pods': staticPods };
