/** Looking up components, and their arguments by their canonical names. */
import type { Argument, Component, ScannedNode } from './artifact.ts';

/** The component of that name; of two manifests of one component the first, which is the one that is judged. */
export function componentNamed(node: ScannedNode, name: string): Component | undefined {
  return node.components.find((component) => component.name === name);
}

/** The argument that wins where a flag does not accumulate: the last one. `name` is canonical: `tls-cert-file`. */
export function lastArgument(component: Component, name: string): Argument | undefined {
  return component.arguments.findLast((argument) => argument.name === name);
}

/** Every argument of that name, in order: for flags that accumulate. */
export function allArguments(component: Component, name: string): readonly Argument[] {
  return component.arguments.filter((argument) => argument.name === name);
}
