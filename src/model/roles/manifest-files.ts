/**
 * What the kubelet gets from the files of the static pod folder (k8s.io/kubernetes pkg/kubelet/config/file.go,
 * common.go).
 */

import type { NodeFile } from '../../artifact/file.ts';
import type { ScannedNode } from '../../artifact/node.ts';
import type { IgnoredDocument, RefusedPod } from '../../artifact/pod-document.ts';
import { remember } from '../../core/collections.ts';
import { irregularity, seenOfFile, unseenReason } from './source.ts';

/** Why the kubelet gets no pod from a file. */
export interface ManifestFault {
  /** In its words, but for the name of the file. */
  readonly error: string;
  readonly line?: number | undefined;
}

/** The size from which on the kubelet does not read a manifest (`maxConfigLength`). */
const tooLargeForKubelet = 10 * 1024 * 1024;

/**
 * Returns why the kubelet gets no pod from a file; undefined if it does, if that is not known, and for a folder, which
 * it passes over.
 */
export function manifestFault(file: NodeFile): ManifestFault | undefined {
  const { path, state, content, size = 0 } = file;
  if (content?.type === 'malformed') return { error: content.error, line: content.line };
  const unseen = (error: string) => ({ error: `Could not get metadata: stat ${path}: ${error}` });
  if (state === 'broken-link') return unseen('no such file or directory');
  if (state === 'link-loop') return unseen('too many levels of symbolic links');
  if (state === 'too-large') return size < tooLargeForKubelet ? undefined : { error: 'the read limit is reached' };
  if (state !== 'fifo' && state !== 'socket' && state !== 'device') return undefined;
  return { error: `Manifest path is not a directory or file: it is ${irregularity(file)}` };
}

/** Returns what is known about the pod in a file, if the kubelet refuses it. */
export function refusedIn({ content }: NodeFile): RefusedPod | undefined {
  return content?.type === 'malformed' ? content.refused : undefined;
}

/** Returns why it is not known what the kubelet gets from a file; undefined if that is known. */
export function manifestUnknown(file: NodeFile | undefined): string | undefined {
  if (seenOfFile(file) === 'unseen') return unseenReason(file);
  const isTooLarge = file?.state === 'too-large' && manifestFault(file) === undefined;
  return isTooLarge ? `too large for pki-lint (${file.detail ?? ''})` : undefined;
}

/** A pod that the kubelet does not start, and the path of its file. */
type IgnoredPod = IgnoredDocument & { readonly path: string };

/** Returns the pods that the kubelet does not start, because they are not in the first document of their files. */
export const ignoredPods = remember(({ manifestFiles, files }: ScannedNode): readonly IgnoredPod[] => {
  const contents = manifestFiles.map((path) => ({ path, content: files.get(path)?.content }));
  const started = new Set(contents.flatMap(({ content }) => (content?.type === 'manifest' ? content.pod.name : [])));
  return contents.flatMap(({ path, content }) => {
    if (content?.type !== 'manifest') return [];
    return (content.pod.ignored ?? []).flatMap((one) => (started.has(one.name) ? [] : [{ path, ...one }]));
  });
});
