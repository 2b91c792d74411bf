/** Nodes of which most could not be read: nothing may sound as if they had been checked. */
import type { ReportedNode } from '../reported-node.ts';

/** Whether more paths of a node could not be read than files were read. */
export function isMostlyUnread({ unreadable }: Pick<ReportedNode, 'unreadable'>): boolean {
  return unreadable !== undefined && unreadable.paths > unreadable.files;
}

/** Returns the names of the nodes of which most could not be read. */
export function mostlyUnread(nodes: readonly ReportedNode[]): readonly string[] {
  return nodes.filter(isMostlyUnread).map(({ name }) => name);
}
