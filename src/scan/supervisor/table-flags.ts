/** The flags that a program gives to its components, by its table. */
import type { BuiltInFlags } from '../../artifact/supervisor.ts';

/**
 * Returns the flags of a component, each with the template of its value: those of later rows win.
 *
 * @param rows those that apply
 */
export function builtInFlags(
  rows: readonly BuiltInFlags[],
  component: string,
): readonly (readonly [flag: string, template: string])[] {
  const all: BuiltInFlags['flags'][string] = Object.assign({}, ...rows.map(({ flags }) => flags[component]));
  return Object.entries(all).flatMap(([flag, templates]) =>
    [templates].flat().flatMap((template) => (template === '' ? [] : [[flag, template] as const])),
  );
}
