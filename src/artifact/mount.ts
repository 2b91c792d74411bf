/** What a container mounts. */
import type { Place } from './place.ts';

/** A volume mount. `hostPath` is undefined for a volume that is not on the node's disk (emptyDir, secret, …). */
export interface Mount {
  readonly mountPath: string;
  readonly hostPath: string | undefined;
  /** Of the hostPath. */
  readonly at?: Place | undefined;
  /** The path whose type the kubelet checks before it mounts it. */
  readonly checked?: CheckedPath;
}

/** The path of a volume, and what must be there. */
export interface CheckedPath {
  readonly path: string;
  /** `File`, `DirectoryOrCreate`, … */
  readonly type: string;
  readonly at: Place;
}
