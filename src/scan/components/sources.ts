/** Every source of arguments, by the name that rows of `rules/tables/layouts.json` call it by. */
import { kubeletUnit } from './kubelet.ts';
import type { ArgumentSources } from './source.ts';
import { staticPods } from './static-pods.ts';

export const argumentSources: ArgumentSources = { 'kubelet-unit': kubeletUnit, 'static-pods': staticPods };
