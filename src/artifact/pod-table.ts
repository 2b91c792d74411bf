/** What the kubelet demands of the fields of a pod, as `rules/tables/pod-fields.json` has it. */
import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';

/**
 * A format of values. `id` is a number of a user or group, `count` one that is not negative, and `port-or-name` a port,
 * or the name of one if it is a string; `pod-name` becomes a name together with that of the node.
 */
export type PodFormat = 'count' | 'id' | 'label' | 'no-backsteps' | 'pod-name' | 'port' | 'port-name' | 'port-or-name';

/** What the values of a field must be. */
export interface PodRow {
  /** The Go type that has the field: `v1.Container`. */
  readonly of: NonEmptyString;
  readonly field: NonEmptyString;
  /** The field must have a value. This is what the error says about it, which may be nothing. */
  readonly required?: string;
  /** What the field is without a value, if the format does not accept that. */
  readonly absent?: NonEmptyString;
  /** The row is only for an object whose `type` is this. */
  readonly when?: NonEmptyString;
  /** The only values. */
  readonly words?: NonEmptyList<string>;
  readonly format?: PodFormat;
  /** No two objects of a list have the same value. This is what the error says. */
  readonly unique?: 'Duplicate value' | 'must be unique';
  /** The value is the name of an object in this list of the pod. */
  readonly names?: 'volumes';
  /** The function of validation.go. */
  readonly code: NonEmptyString;
}

/** `rules/tables/pod-fields.json`. */
export interface PodTable {
  readonly source: NonEmptyString;
  readonly note: NonEmptyString;
  /** By Go type: its fields, each with its type. `any` is not looked into. */
  readonly kinds: Readonly<Record<string, Readonly<Record<string, NonEmptyString>>>>;
  readonly rows: NonEmptyList<PodRow>;
  /**
   * How the names of volumes begin that the program of a node gives its pods: one that it mounts twice is not judged.
   */
  readonly ownVolumes?: NonEmptyList<NonEmptyString>;
}
