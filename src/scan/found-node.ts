/** A node as it is found, before it is read. */
import type { LaidOutKind, NodeLayout } from '../artifact/layout.ts';
import type { FoundCopy } from './collected/copy.ts';
import type { FileTree } from './fs/tree.ts';

/** The root of a node, and the folders in it to walk. */
export interface FoundNode<L extends NodeLayout = NodeLayout> {
  readonly label: string;
  readonly rootfs: string;
  /** The arguments with which a command finds it again; undefined for an archive or standard input. */
  readonly named?: readonly string[];
  readonly beyondPki: boolean;
  readonly tree: FileTree;
  readonly layout: L;
  /** The kind of node of which there are signs. */
  readonly kind: LaidOutKind | undefined;
  /** The signs of its layout, in words. */
  readonly shownBy?: string | undefined;
  /** The folders of certificates, as paths of the node; the first is the PKI root. */
  readonly pki: readonly [string, ...string[]];
  /** Present if it is a copy without keys: then its tree has no files. */
  readonly copy?: FoundCopy;
}

/** A node and the PATH that it was found by. */
export type FoundCandidate<L extends NodeLayout> = FoundNode<L> & { readonly given: string };
