/** Where something was read. */
import type { Position } from './position.ts';

/** A position in a file, as far as it is known. `source` is there only if its form shows that it contains no secret. */
export interface Place extends Partial<Position> {
  /** Path on the node, also if a copy of the node was read. */
  readonly path: string;
}

/** A value, and the place from which it was read. */
export interface Placed<T> {
  readonly value: T;
  readonly at: Place;
}
