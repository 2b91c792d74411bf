/** Every source of arguments, by its name in `rules/tables/layouts/`. */
import { builtIn } from './built-in.ts';
import type { ArgumentSources } from './source.ts';
import { staticPods } from './static-pods.ts';
import { units } from './units.ts';

export const argumentSources: ArgumentSources = { units, 'static-pods': staticPods, 'built-in': builtIn };
