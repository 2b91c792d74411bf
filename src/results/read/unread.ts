/** Nodes of which most could not be read: nothing may sound as if they had been checked. */
import type { ReportedNode } from '../reported-node.ts';

/** Why a path was not read that this user may not read. */
export const permissionDenied = 'permission denied';

/** Why something is not read that has a name which is not UTF-8. Root cannot read it either. */
export const notUtf8 = 'its name is not UTF-8';

/** Whether more paths of a node could not be read than files were read. */
export function isMostlyUnread({ unreadable }: Pick<ReportedNode, 'unreadable'>): boolean {
  return unreadable !== undefined && unreadable.paths > unreadable.files;
}

/** Returns the names of the nodes of which most could not be read. */
export function mostlyUnread(nodes: readonly ReportedNode[]): readonly string[] {
  return nodes.filter(isMostlyUnread).map(({ name }) => name);
}
