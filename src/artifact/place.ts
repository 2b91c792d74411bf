/** Where something was read. */
import type { Ordinal } from '../core/formats.ts';

/**
 * A path on the node, normalised.
 *
 * @pattern ^(/[A-Za-z0-9._-]+)+$
 */
export type NodePath = string;

/** The range of a fault. */
export interface Position {
  /**
   * Line in the file, from 1: of PEM, that of the `-----BEGIN` of the block; 1 for what has no lines, such as a
   * directory.
   */
  readonly line: Ordinal;
  /** Column in the line, from 1, in UTF-16 code units. */
  readonly column: Ordinal;
  /** Line in which it ends. */
  readonly endLine: Ordinal;
  /**
   * The column after the last character. The range is empty where only its beginning is known. It contains neither a
   * private key nor the data of a kubeconfig.
   */
  readonly endColumn: Ordinal;
  /**
   * The line as it is in the manifest or in the configuration of a component, if an argument in it is at fault. null if
   * there is none, and if the line may contain a secret.
   */
  readonly source: string | null;
}

/** A position in a file, as far as it is known. `source` is there only if its form shows that it contains no secret. */
export interface Place extends Partial<Position> {
  /** Path on the node, also if a copy of the node was read. */
  readonly path: string;
  /** Of an object of a cluster, the field: `webhooks[0].clientConfig.caBundle`. */
  readonly field?: string;
  /** Of an argument, its line up to the value, if the line ends with that: `    - --token=`. */
  readonly begin?: string;
}

/**
 * What sets an argument or starts a component: a place, or words for what no file says, such as `k3s v1.35`, which
 * compiles its flags in.
 */
export type SetBy = Place | { readonly words: string };

/** Returns the place; undefined if words say what sets it: then nothing in a file can be shown or edited. */
export const placeIn = (at: SetBy): Place | undefined => ('words' in at ? undefined : at);

/** Returns the path of the file; undefined if words say what sets it. */
export const fileIn = (at: SetBy): string | undefined => placeIn(at)?.path;

/** Returns the place that stands for it on a node: its own, or the PKI root if it has none. */
export const placeOn = ({ pki }: { readonly pki: string }, at: SetBy): Place => placeIn(at) ?? { path: pki };

/** Names what sets it, in a sentence: the path of the file, or the words. */
export const setByText = (at: SetBy): string => ('words' in at ? at.words : at.path);

/** A value, and the place from which it was read. */
export interface Placed<T> {
  readonly value: T;
  readonly at: Place;
}

/** `line 3 of /etc/systemd/system/etcd.service` */
export const lineOf = ({ path, line }: Place): string => (line === undefined ? path : `line ${line} of ${path}`);
