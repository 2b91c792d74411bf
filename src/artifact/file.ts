/** A file of a node and what is in it, as plain data. Paths are those of the node. */
import type { Component } from './component.ts';
import type { FileState } from './file-state.ts';
import { type Kubeconfig, referencesOf } from './kubeconfig.ts';
import type { LeftOut } from './left-out.ts';
import type { Pem } from './pem-blocks.ts';
import type { Position } from './place.ts';
import type { PodDocument, RefusedPod } from './pod-document.ts';
import type { FileTimes } from './process.ts';
import type { SettingsContent } from './setting.ts';

export type Content =
  | { readonly type: 'pem'; readonly pem: Pem }
  | { readonly type: 'kubeconfig'; readonly kubeconfig: Kubeconfig }
  | { readonly type: 'manifest'; readonly components: readonly Component[]; readonly pod: PodDocument }
  /** Expected to be YAML of a known kind, but cannot be parsed, or is of another `kind`; line from 1. */
  | {
      readonly type: 'malformed';
      readonly error: string;
      readonly line?: number | undefined;
      readonly kind?: string;
      /** Only of a pod that is well-formed, and that the kubelet refuses. */
      readonly refused?: RefusedPod;
    }
  | SettingsContent
  /** Of no type that pki-lint reads; `packed`: `gzip`, if it is of a form that may contain keys. */
  | { readonly type: 'other'; readonly packed?: string };

/** A comment that may excuse findings: `# pki-lint-disable-next-line …`. */
export interface FileComment extends Omit<Position, 'source'> {
  /** Its first word: `pki-lint-disable-next-line`. */
  readonly directive: string;
  /** What follows that word. */
  readonly text: string;
  /** The line whose findings it excuses. */
  readonly target: number;
}

export interface NodeFile {
  /** Path on the node, normalised, links not followed. */
  readonly path: string;
  /** Path that was read, for messages: relative to the working directory, or `archive.tar.gz!/etc/…`. */
  readonly file: string;
  readonly state: FileState;
  /** Explains the state: a link's target, an error code, a size. */
  readonly detail?: string | undefined;
  /** The path on the node after links are followed; undefined unless the state is `file`. */
  readonly realPath?: string | undefined;
  /** Permission bits of the file itself (after links), 0o0–0o7777. */
  readonly mode?: number | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  readonly size?: number | undefined;
  /** The latest of the file itself and of the links on the way to it; undefined if the input does not keep times. */
  readonly times?: FileTimes | undefined;
  /** Symbolic links followed on the way, each with its target. */
  readonly links: readonly { readonly path: string; readonly target: string }[];
  readonly content?: Content;
  /** Secrets in it that no component finds, as `secretsIn` returns them: a key in a copy, or in UTF-16. */
  readonly stray?: readonly string[] | undefined;
  /** Only of a file that its copy leaves out, which is `outside`. */
  readonly leftOut?: LeftOut;
  /** Those that excuse findings; only if there is a policy. */
  readonly comments?: readonly FileComment[];
}

/** Returns the file of the token in a kubeconfig. */
export function tokenFileOf({ content }: NodeFile): string | undefined {
  return content?.type === 'kubeconfig' ? content.kubeconfig.user?.tokenFile?.value : undefined;
}

/** Returns the paths on the node to which a kubeconfig refers; none for any other file. */
export function namedByKubeconfig({ content }: NodeFile): readonly string[] {
  if (content?.type !== 'kubeconfig') return [];
  return referencesOf(content.kubeconfig).flatMap(({ reference }) => reference.path ?? []);
}

/**
 * The secrets that a file contains in plain text: private keys, by the id of their public halves, and tokens. Those of
 * no type that Kubernetes uses are called `key`.
 */
export function secretsIn({ content, stray = [] }: Pick<NodeFile, 'content' | 'stray'>): readonly string[] {
  const user = content?.type === 'kubeconfig' ? content.kubeconfig.user : undefined;
  const pem = content?.type === 'pem' ? content.pem : user?.key?.embedded;
  const tokens = (user?.otherCredentials ?? []).filter((kind) => kind === 'token' || kind === 'username');
  const keys = (pem?.blocks ?? []).flatMap((block) => (block.type === 'private-key' ? block.key.publicKey.id : []));
  return [...keys, ...tokens, ...stray];
}
