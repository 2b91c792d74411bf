/** Words of a command line, and what a container's environment puts into them. */
import type { Place } from '../core/place.ts';

/** One word. `unknownVariable` names what in `text` could not be filled in. */
export interface Word {
  readonly text: string;
  readonly at: Place;
  readonly unknownVariable?: string;
}

/** Variables by name; undefined: set, but to what is not known. */
export interface Environment {
  readonly variables: ReadonlyMap<string, string | undefined>;
}

export const emptyEnvironment: Environment = { variables: new Map() };

/**
 * Fills in `$(VAR)`; `$$` is a dollar sign (Kubernetes API, `Container.command`; k8s.io/kubernetes
 * third_party/forked/golang/expansion). What cannot be filled in stays as it is written.
 */
export function expandReferences(text: string, environment: Environment): { text: string; unknownVariable?: string } {
  let unknownVariable: string | undefined;
  const expanded = text.replace(/\$(?:\$|\(([^)]*)\))/g, (reference, name: string | undefined) => {
    if (name === undefined) return '$';
    const value = environment.variables.get(name);
    if (value === undefined) unknownVariable ??= name;
    return value ?? reference;
  });
  return unknownVariable === undefined ? { text: expanded } : { text: expanded, unknownVariable };
}
