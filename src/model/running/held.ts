/** What processes still hold: files that they read once, and that were changed since. */
import type { Argument } from '../../artifact/argument.ts';
import { allArguments, componentNamed, isOn } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { NodeFile } from '../../artifact/file.ts';
import { hostPath } from '../../artifact/paths.ts';
import type { ComponentProcess } from '../../artifact/process.ts';
import { remember } from '../../core/collections.ts';
import { type ReadOnceRow, readOnceRows } from '../../tables/read-once.ts';
import { isFrom } from '../facts/release.ts';
import type { Pki } from '../roles/pki.ts';
import { changeSince, type FileChange, isYounger, type ReadTime, readTime } from './changes.ts';
import { certificatesOf, referencesIn } from './contents.ts';
import { processOf } from './processes.ts';

/** A file that a process read once. */
interface ReadFile {
  readonly row: ReadOnceRow;
  readonly component: Component;
  readonly process: ComponentProcess;
  readonly file: NodeFile;
  /** When the process read it. */
  readonly read: ReadTime;
}

/** One that is not, or may not be, what it was then. */
export interface HeldFile extends ReadFile {
  readonly change: FileChange & { readonly state: 'changed' | 'unclear' };
}

/**
 * Returns the files that the processes of a node read once. A kubeconfig for several purposes counts once for each
 * component.
 */
export const filesReadOnce = remember((pki: Pki): readonly ReadFile[] => {
  const known = new Set<string>();
  return readOnceRows.flatMap((row) =>
    filesOf(row, pki).filter(({ component, file }) => {
      const key = [component.name, file.path, row.embeds ? '' : row.flag].join();
      return !known.has(key) && known.add(key);
    }),
  );
});

/** Returns those that may have changed since. */
export function heldFiles(pki: Pki): readonly HeldFile[] {
  return filesReadOnce(pki).flatMap((one) => {
    const { state, ...when } = changeSince(pki, one.file.path, one.read);
    return state === 'same' ? [] : [{ ...one, change: { state, ...when } }];
  });
}

function filesOf(row: ReadOnceRow, pki: Pki): readonly ReadFile[] {
  const component = componentNamed(pki.node, row.component);
  const process = processOf(pki, row.component);
  const read = process && readTime(process, row.leader);
  if (component === undefined || process === undefined || read === undefined || !isReadOnce(row, component, pki))
    return [];
  return pathsOf(row, { component, process }, pki).flatMap((path) => {
    const file = pki.node.files.get(path);
    if (file === undefined || (row.embeds && !embedsCredential(file, component))) return [];
    if (row.trusts && !holdsAuthority(file, component, read)) return [];
    return [{ row, component, process, file, read }];
  });
}

/** Whether a component of this release, with these flags, reads the file only once. An unknown release may be any. */
function isReadOnce({ before, unless }: ReadOnceRow, component: Component, { facts }: Pki): boolean {
  const release = facts.kubernetesVersion?.value;
  const isOld = before === undefined || (release !== undefined && !isFrom(release, before));
  return isOld && (unless === undefined || !isOn(component, unless));
}

/**
 * The paths on the node that the arguments of a flag name, or of the CA that a kubeconfig names. A file that only the
 * manifest names, and not the process, was not read.
 */
function pathsOf(
  { flag, authority }: ReadOnceRow,
  { component, process: running }: Pick<ReadFile, 'component' | 'process'>,
  { node }: Pki,
): readonly string[] {
  const isOfProcess = ({ spelled, value }: Argument) =>
    !spelled.startsWith('-') || running.arguments.some((one) => one.name === flag && one.value === value);
  const onNode = (written: string | undefined) => {
    const path = written ? hostPath(component, written) : 'not-mounted';
    return path.startsWith('/') ? [path] : [];
  };
  const named = allArguments(component, flag)
    .filter(isOfProcess)
    .flatMap(({ value }) => onNode(value));
  return authority === undefined ? named : named.flatMap((path) => onNode(authorityOf(node.files.get(path))));
}

/** The path of the CA in a kubeconfig. */
const authorityOf = (file: NodeFile | undefined): string | undefined =>
  file?.content?.type === 'kubeconfig' ? file.content.kubeconfig.cluster?.certificateAuthority?.path : undefined;

/** Whether a kubeconfig embeds what its component goes on with. */
function embedsCredential({ content }: NodeFile, { name }: Component): boolean {
  if (content?.type !== 'kubeconfig') return false;
  const { user } = content.kubeconfig;
  const isEmbedded = user?.certificate?.embedded !== undefined;
  return (
    isEmbedded || (name !== 'kubelet' && referencesIn(content.kubeconfig).some((one) => one.embedded !== undefined))
  );
}

/** How long after its start a kubelet may write its kubeconfig. */
const untilWritten = 5 * 60_000;

/**
 * Whether a kubelet goes on with the CA in a kubeconfig that names its certificate by path. One that asks for its first
 * certificate writes such a kubeconfig itself after it has started: soon, if it also renews it
 * (pkg/kubelet/certificate/bootstrap, LoadClientConfig).
 */
function holdsAuthority({ content, times }: NodeFile, component: Component, read: ReadTime): boolean {
  if (content?.type !== 'kubeconfig' || content.kubeconfig.user?.certificate?.embedded !== undefined) return false;
  if (certificatesOf(content.kubeconfig.cluster?.certificateAuthority).some((one) => isYounger(one, read))) return true;
  return isOn(component, 'rotate-certificates') && times !== undefined && times.mtime > read.until + untilWritten;
}
