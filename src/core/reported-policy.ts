/** What a report says about the policy that was in force. */

/** The policy that was in force. */
export interface ReportedPolicy {
  /** Its file. */
  readonly file: string;
  /** Files that its patterns of ignored paths match, and that were judged nevertheless, because something reads them. */
  readonly notIgnored: readonly NotIgnored[];
}

/** A file that cannot be ignored. */
export interface NotIgnored {
  /** Name of the node. */
  readonly node: string;
  /** Path on the node. */
  readonly path: string;
  /** What reads it: an argument, a component or a role. */
  readonly by: string;
}
