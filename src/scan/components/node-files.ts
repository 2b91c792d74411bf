/** The files of a node, as sources of arguments read them. */
import type { NodeFile } from '../../core/artifact.ts';
import type { YamlError, YamlNode } from '../parse/yaml.ts';

/** The kind of file that a reference expects; `any` for a file that nothing refers to. */
export type ReadAs = 'any' | 'pem' | 'kubeconfig' | 'manifest' | 'settings' | 'text';

export interface Files {
  /** Looks at a path, and reads it if it is a file. A later call with a more specific `as` reads unknown content again. */
  look(path: string, as?: ReadAs): NodeFile;
  /** Looks at a path only if the node has it: for paths that programs search. */
  seek(path: string, as: ReadAs): NodeFile | undefined;
  /** Looks at a path, and returns its text if it is a file. */
  text(path: string): string | undefined;
  /** Looks at a path, and returns its YAML documents if it is a file. */
  documents(path: string): readonly YamlNode[] | YamlError | undefined;
  /** Names in a folder, sorted; none if it cannot be listed, which the state of the folder then shows. */
  list(folder: string): readonly string[];
  /** Records that a folder was not read completely. */
  giveUp(folder: string, detail: string): void;
  readonly all: ReadonlyMap<string, NodeFile>;
}
