/** Looking up components, and their arguments by their canonical names. */
import type { Argument, Component, ScannedNode } from './artifact.ts';

/** The component of that name; of two manifests of one component the first, which is the one that is judged. */
export function componentNamed(node: Pick<ScannedNode, 'components'>, name: string): Component | undefined {
  return node.components.find((component) => component.name === name);
}

/** The argument that wins where a flag does not accumulate: the last one. `name` is canonical: `tls-cert-file`. */
export function lastArgument(component: Component, name: string): Argument | undefined {
  return component.arguments.findLast((argument) => argument.name === name);
}

/** The argument that wins for a component of a node; undefined if the component or the flag is not there. */
export function argumentOf(
  node: Pick<ScannedNode, 'components'>,
  component: string,
  flag: string,
): Argument | undefined {
  const found = componentNamed(node, component);
  return found && lastArgument(found, flag);
}

/** The value of a flag of a component of a node; undefined if it is not given, empty or not known. */
export function flagValue(node: Pick<ScannedNode, 'components'>, component: string, flag: string): string | undefined {
  return argumentOf(node, component, flag)?.value || undefined;
}

/** Every argument of that name, in order: for flags that accumulate. */
export function allArguments(component: Component, name: string): readonly Argument[] {
  return component.arguments.filter((argument) => argument.name === name);
}

/** Whether a flag is given a value, be it one that is not known; an empty one counts as none. */
export function isGiven(component: Component, name: string): boolean {
  const argument = lastArgument(component, name);
  return argument !== undefined && argument.value !== '';
}

/** Whether a flag of type bool is on, as Go's strconv.ParseBool reads it; `usual` where it is not given. */
export function isOn(component: Component, name: string, usual = false): boolean {
  const argument = lastArgument(component, name);
  return argument === undefined ? usual : /^(?:1|t|T|TRUE|true|True)$/.test(argument.value ?? '');
}

/** The values of a flag that accumulates and whose values are lists of CSV (pflag StringSlice). */
export function listedValues(component: Component, name: string): readonly string[] {
  return allArguments(component, name).flatMap(({ value = '' }) => (value === '' ? [] : fieldsOf(value)));
}

/** Fields of one line of CSV, of which any may stand in quotation marks (Go's encoding/csv). */
function fieldsOf(line: string): readonly string[] {
  const fields = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return [...fields].map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain);
}
