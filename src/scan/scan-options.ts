/** What is read, and how. */

import type { Layouts, NodeLayout } from '../artifact/layout.ts';
import type { LeftOut } from '../artifact/left-out.ts';
import type { ScannedNode } from '../artifact/node.ts';
import type { PodTable } from '../artifact/pod-table.ts';
import type { Strictness } from '../artifact/strictness.ts';
import type { ArgumentSources } from './components/source.ts';
import type { KnownFields } from './withhold.ts';

export interface ScanOptions<L extends NodeLayout = NodeLayout> {
  /** PATHs as typed; by default the PKI root of the first layout. `-` is standard input. */
  readonly paths: readonly string[];
  readonly rootfs?: string;
  readonly manifests?: string;
  readonly kubeconfigs?: string;
  readonly kubeletDir?: string;
  readonly installerConfig?: string;
  /** Absolute. */
  readonly cwd: string;
  readonly stdin: () => NodeJS.ReadableStream;
  /** What the kubelet demands of the fields of a pod. */
  readonly podTable: PodTable;
  /** Which values of configuration files may be shown. */
  readonly knownFields: KnownFields;
  /** Returns how strictly a node with these components checks certificates; by default like the newest Go. */
  readonly strictness?: (shown: Pick<ScannedNode, 'components' | 'installerConfig' | 'shownRelease'>) => Strictness;
  /** Returns the release of a node with these components, if an option or one of its files says it. */
  readonly release?: (
    shown: Pick<ScannedNode, 'components' | 'installerConfig' | 'shownRelease'>,
  ) => string | undefined;
  /** The layouts that a node may have. */
  readonly layouts: Layouts<L>;
  /** Additional sources of arguments, by the names that layouts use. */
  readonly sources?: ArgumentSources;
  /** Whether to look for comments that excuse findings. */
  readonly findsComments?: boolean;
  /** The key of what is known about secrets: SubjectPublicKeyInfo of a CA. By default a random one. */
  readonly sealWith?: Uint8Array;
  /** What a policy says is left out of copies. */
  readonly leftOut?: readonly LeftOut[];
  /** Whether a root file system is that of this machine; by default if it is `/`. */
  readonly isLive?: (rootfs: string) => boolean;
  /** Returns the time in milliseconds since the epoch. */
  readonly now?: () => number;
  /** Receives in words what is searched or read, and how far that is. */
  readonly onProgress?: (message: string) => void;
}
