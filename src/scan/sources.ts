/** Every source of arguments, by its name in `rules/tables/layouts/`. */
import { argumentFiles } from './components/argument-files.ts';
import type { ArgumentSources } from './components/source.ts';
import { staticPods } from './components/static-pods.ts';
import { units } from './components/units.ts';
import { builtIn } from './supervisor/built-in.ts';
import { supervised } from './supervisor/components.ts';

export const argumentSources: ArgumentSources = {
  units,
  'static-pods': staticPods,
  supervisor: supervised,
  'argument-files': argumentFiles,
  'built-in': builtIn,
};
