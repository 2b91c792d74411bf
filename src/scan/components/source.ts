/** Sources of arguments: files of a node that show which components it starts, and with which arguments. */

import type { Component } from '../../artifact/component.ts';
import type { NodeLayout } from '../../artifact/layout.ts';
import type { NamesIn } from '../../artifact/node.ts';
import type { Supervisor } from '../../artifact/supervisor.ts';
import type { Files } from './node-files.ts';

/** The input of a source. */
export interface Search {
  readonly files: Files;
  readonly layout: NodeLayout;
  /** Whether files outside of the PKI root are in the input. */
  readonly beyondPki: boolean;
  /** The static pod folder, if an option names it instead of the kubelet. */
  readonly manifests: string | undefined;
  /** Whether a path is in a folder of certificates or kubeconfigs. Such a file is read as one of these first. */
  readonly isPki: (path: string) => boolean;
  /** The supervisor of its layout, as its configuration says. */
  readonly supervisor?: Supervisor | undefined;
  /** The release of the node, if an option or a file says it. */
  readonly release?: string | undefined;
}

/** The output of a source. */
export interface SourceResult {
  readonly components: readonly Component[];
  /** Files that the kubelet reads as manifests of static pods, in order. */
  readonly manifests?: readonly string[];
  /** The folder that the kubelet reads them from. */
  readonly manifestFolder?: string;
  /** Those of `manifests` that are in the usual folder, while the kubelet reads a different one, or none. */
  readonly idle?: readonly string[];
  /** Returns the components in files among the certificates. Call it after the certificates were read. */
  readonly later?: () => readonly Component[];
  /** Names that a program puts into the certificate of kube-apiserver, because its configuration says so. */
  readonly sans?: NamesIn | undefined;
  /** The names of the units that start its components. */
  readonly units?: readonly string[];
  /**
   * Returns programs of which only the access to files is judged.
   *
   * @param components the components of all sources
   */
  readonly services?: (components: readonly Component[]) => readonly Component[];
}

/**
 * One way to start components: static pods, systemd units. Each argument has its file and line. Nothing else depends
 * on the source that found it.
 */
export interface ArgumentSource {
  /** @param known the components that earlier sources found */
  find(search: Search, known: readonly Component[]): SourceResult;
}

/** Sources by the names that layouts use. */
export type ArgumentSources = Readonly<Record<string, ArgumentSource>>;
