/** Sources of arguments: where a node says which components it starts, and with what. */
import type { Component } from '../../core/artifact.ts';
import type { NodeLayout } from '../../core/layout.ts';
import type { Files } from './node-files.ts';
import type { FlagType } from './words.ts';

/** What a source may look at. */
export interface Search {
  readonly files: Files;
  readonly layout: NodeLayout;
  readonly flagType: FlagType;
  /** Whether the node outside of its PKI root was given at all. */
  readonly beyondPki: boolean;
  /** The static pod folder, where it is not the kubelet's to say. */
  readonly manifests: string | undefined;
  /** Whether a path lies among certificates or kubeconfigs: it is read as such first. */
  readonly isPki: (path: string) => boolean;
}

/** What a source shows. */
export interface SourceResult {
  readonly components: readonly Component[];
  /** Files that the kubelet takes for manifests of static pods, in order. */
  readonly manifests?: readonly string[];
  /** Components in files among the certificates, once those were read. */
  readonly later?: () => readonly Component[];
}

/**
 * One way to start components: static pods, a systemd unit. Each of its arguments says where it stands; nothing that is
 * done with a component depends on the source that showed it.
 */
export interface ArgumentSource {
  /** @param known what the sources before it showed */
  find(search: Search, known: readonly Component[]): SourceResult;
}

/** Sources by the names that layouts call them by. */
export type ArgumentSources = Readonly<Record<string, ArgumentSource>>;
