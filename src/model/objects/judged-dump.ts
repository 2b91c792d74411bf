/** A dump, and what it is judged with. */
import type { ClusterObjects } from '../../artifact/objects/cluster-objects.ts';
import type { Strictness } from '../../artifact/strictness.ts';
import type { Settled } from '../facts/limits.ts';
import type { Pki } from '../roles/pki.ts';

export interface JudgedDump extends Settled {
  readonly objects: ClusterObjects;
  /** The nodes of its cluster in the input; none if it is judged alone. */
  readonly nodes: readonly Pki[];
  /** When certificates are judged, in milliseconds since the epoch. */
  readonly at: number;
  /** How strictly kube-apiserver checks certificates. */
  readonly strictness: Strictness;
}
