/** Where something stands: a node's path, and the line and column in it (both from 1). */
export interface Place {
  /** The path as the node sees it, whatever copy was read. */
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
}

/** A value together with the place it was read from. */
export interface Placed<T> {
  readonly value: T;
  readonly at: Place;
}
