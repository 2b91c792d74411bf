/** A folder that is searched for nodes. */

/** Files and folders by their paths below the one that is searched, which is ''. */
export interface Folders {
  /** Returns the sorted names in a folder. */
  list(folder: string): readonly string[];
  /** Returns undefined if nothing is there; `unnamed` for a folder whose name is not UTF-8. Links are not followed. */
  typeOf(path: string): 'folder' | 'link' | 'unnamed' | 'other' | undefined;
  /** Returns the target of a link; relative if it is below the folder that is searched. */
  target(link: string): string | undefined;
}

/** A folder and its path on the node: `/`, a layout's home, or its PKI root. */
export interface NestedNode {
  readonly folder: string;
  readonly base: string;
}
