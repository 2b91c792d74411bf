/** What is at a path of a node. */

/** The state of a path on the node. `outside` and `unreadable` say nothing about the node, only about the input. */
export type FileState =
  | 'file'
  | 'absent'
  /** Not in the input. */
  | 'outside'
  /** Present, but there is no permission to read it or its folder. */
  | 'unreadable'
  | 'broken-link'
  | 'link-loop'
  | 'directory'
  | 'fifo'
  | 'socket'
  | 'device'
  /** Over the size limit of 4 MiB. */
  | 'too-large';
