/** The files of a node, as the sources of arguments ask for them. */
import type { NodeFile } from '../../core/artifact.ts';
import type { YamlError, YamlNode } from '../parse/yaml.ts';

/** What the one who names a file takes it for; `any`: nobody named it. */
export type ReadAs = 'any' | 'pem' | 'kubeconfig' | 'manifest' | 'settings' | 'text';

export interface Files {
  /** Looks at a path, and reads it if it is a file. A later, more definite `as` reads again what was not known before. */
  look(path: string, as?: ReadAs): NodeFile;
  /** Looks at a path only if the node has it: for places where programs search. */
  seek(path: string, as: ReadAs): NodeFile | undefined;
  /** Looks at a path, and gives its bytes if it is a file. */
  bytes(path: string, as: 'text'): Uint8Array | undefined;
  /** Looks at a path, and gives its documents if it is a file. */
  documents(path: string): readonly YamlNode[] | YamlError | undefined;
  /** Names in a folder, sorted; none where it cannot be listed, which the folder's own entry then says. */
  list(folder: string): readonly string[];
  /** Records that a folder was not read to its end. */
  giveUp(folder: string, detail: string): void;
  readonly all: ReadonlyMap<string, NodeFile>;
}
