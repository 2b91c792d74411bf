/** The result of scanning: one node, as plain data. */

import type { Component, ProgramFile } from './component.ts';
import type { NodeFile } from './file.ts';
import type { InstallerConfig } from './installer-config.ts';
import type { LaidOutKind, NodeLayout } from './layout.ts';
import type { LeftOut } from './left-out.ts';
import { isAtOrBelow } from './paths.ts';
import type { Place } from './place.ts';
import type { Running } from './process.ts';
import type { Supervisor } from './supervisor.ts';

/** Who made a copy without keys (`pki-lint collect`), when, and what it leaves out. */
export interface Collection {
  /** The release of pki-lint. */
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What the system called the machine. */
  readonly host?: string | undefined;
  /** What may be secret, in words, and how often it was left out. */
  readonly withheld: readonly { readonly what: string; readonly count: number }[];
}

/** Everything that was read from one node. */
export interface ScannedNode<L extends NodeLayout = NodeLayout> {
  /** The root or archive from the command line: stands for the node until its name is known. */
  readonly label: string;
  /** The root: `/`, a folder, `archive.tar.gz!/wrapper`. */
  readonly rootfs: string;
  /** Arguments by which a command finds the node again: none for this machine; undefined for an archive. */
  readonly named?: readonly string[] | undefined;
  readonly layout: L;
  /** The kind of node of which there are signs; undefined if its files must show it. */
  readonly kind?: LaidOutKind | undefined;
  /** The signs of its layout, in words; undefined if it has none. */
  readonly shownBy?: string | undefined;
  /** The name of the machine, and the file that has it. */
  readonly machine?: { readonly name: string; readonly path: string };
  /** What the system calls this machine, if the node is this machine and no file has its name. */
  readonly host?: string;
  /** The release in the file of its layout that has it. */
  readonly shownRelease?: { readonly release: string; readonly path: string };
  /** The PKI root, as a path on the node: `/etc/kubernetes/pki`. */
  readonly pki: string;
  /** Whether the input includes files outside the PKI root (false for a bare folder of certificates). */
  readonly beyondPki: boolean;
  /** The examined files, by path. */
  readonly files: ReadonlyMap<string, NodeFile>;
  /** What the copy of the node that was read is made without. */
  readonly leftOut?: readonly LeftOut[];
  /** Present if it was read from a copy without keys. */
  readonly collected?: Collection;
  /** What may be secret and is hidden, in words, and how often. */
  readonly withheld?: Collection['withheld'];
  /** The secrets in a copy that should be made without them, because a policy says so. */
  readonly secrets?: readonly { readonly path: string; readonly kind: LeftOut }[];
  /** Paths in its folders of certificates, in order. */
  readonly pkiFiles: readonly string[];
  /** Paths in the static pod folder that the kubelet reads as manifests, in order. */
  readonly manifestFiles: readonly string[];
  /** The static pod folder. */
  readonly manifestFolder?: string | undefined;
  /** Those of `manifestFiles` that the kubelet does not read: its configuration names a different folder, or none. */
  readonly idleManifests: readonly string[];
  readonly components: readonly Component[];
  /** Files that programs name, components of Kubernetes and others. */
  readonly programFiles: readonly ProgramFile[];
  /** Certificates, keys and kubeconfigs next to files that a program names, outside the folders of certificates. */
  readonly neighbours: readonly string[];
  /** Programs of systemd units of which only their access to files is judged. */
  readonly services?: readonly Component[];
  /** Where an etcd keeps data, if one has ever run here. */
  readonly etcdData?: string | undefined;
  readonly installerConfig?: InstallerConfig;
  /** Names that a program puts into the certificate of kube-apiserver, because its configuration says so. */
  readonly sans?: NamesIn;
  /** What runs on it; undefined if nothing in the input is of a component. */
  readonly running?: Running | undefined;
  /** The program that runs its components or writes their manifests; only of a layout that has one. */
  readonly supervisor?: Supervisor | undefined;
}

/** Whether a path is one of a node's folders of certificates, or in one. */
export function isInPkiFolder({ layout, pki }: Pick<ScannedNode, 'layout' | 'pki'>, path: string): boolean {
  const { otherPki = [] } = layout;
  return [pki, ...otherPki].some((folder) => isAtOrBelow(path, folder));
}

/** Names in a configuration, and the place of the first. */
export interface NamesIn {
  readonly names: readonly string[];
  readonly at: Place;
}
