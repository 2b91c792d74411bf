/** The interface through which sources of arguments read the files of a node. */
import type { NodeFile } from '../../artifact/file.ts';
import type { YamlError, YamlNode } from '../parse/yaml-node.ts';

/**
 * The kind of file that its reader expects; `any` for a file that nothing refers to. `sealed-settings` contain keys,
 * which are not kept.
 */
export type ReadAs =
  | 'any'
  | 'pem'
  | 'kubeconfig'
  | 'manifest'
  | 'settings'
  | 'sealed-settings'
  | 'tokens'
  | 'revocation-list'
  | 'text';

export interface Files {
  /** Looks at a path, and reads it if it is a file. Content of no known kind is read again if `as` is more specific. */
  look(path: string, as?: ReadAs): NodeFile;
  /** Looks at a path only if the node has it: for search paths, where absence is normal. */
  seek(path: string, as: ReadAs): NodeFile | undefined;
  /** Looks at a path, and returns its text if it is a file. One of more than `most` bytes is not looked at. */
  text(path: string, most?: number): string | undefined;
  /** Looks at a path, and returns its YAML documents if it is a file. */
  documents(path: string): readonly YamlNode[] | YamlError | undefined;
  /** Returns the sorted names in a folder; none if it cannot be listed. The state of the folder then says why. */
  list(folder: string): readonly string[];
  /** Returns what the last symbolic link on the way to a path leads to; undefined if there is none. */
  linkTarget(path: string): string | undefined;
  /** Records that a folder was not read completely. */
  giveUp(folder: string, detail: string): void;
  readonly all: ReadonlyMap<string, NodeFile>;
}
