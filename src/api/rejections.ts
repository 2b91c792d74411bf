/** Why a node is not reported, although it was judged. */
import { pathsToArchive } from '../artifact/archived-paths.ts';
import { defaultLayout } from '../artifact/layout.ts';
import type { Judgement } from '../lint/findings/judgement.ts';
import { isMostlyUnread } from '../results/read/unread.ts';
import type { ScanFailure } from '../scan/scan-failure.ts';
import { layouts } from '../tables/layouts/index.ts';

/** Returns the reasons why a node counts as a failure, although it was judged; none for a node that is reported. */
export function rejectionsOf(judgement: Judgement): readonly ScanFailure[] {
  const { node } = judgement.pki;
  return [
    ...(isUnread(judgement) ? [{ path: node.label, ...unread, message: unreadMessage(judgement) }] : []),
    ...(isForeign(judgement) ? [{ path: node.label, ...foreign }] : []),
  ];
}

const unread = {
  hint: `run pki-lint as root, or on a copy made as root: sudo tar c --format=posix ${pathsToArchive(defaultLayout(layouts))} | pki-lint -`,
  exitCode: 2,
} as const;

/** The name is that of the machine if the path is only `/`. */
function unreadMessage({ inventory, pki }: Judgement): string {
  const read = inventory.length === 0 ? 'no certificate' : 'only CA certificates';
  const place = pki.name === pki.node.label ? '' : ` on ${pki.name}`;
  return `permission denied${place}: ${read} could be read`;
}

/**
 * Whether missing permissions hid everything that decides: every certificate, or every one but those of CAs and most
 * of the rest. A report without findings must not mean that nothing was read; one with errors says enough.
 */
function isUnread({ node, inventory, findings }: Judgement): boolean {
  if (node.unreadable === undefined || findings.some(({ severity }) => severity === 'error')) return false;
  const hasLeaf = inventory.some(({ kind }) => kind === 'certificate');
  return inventory.length === 0 || (!hasLeaf && isMostlyUnread(node));
}

const foreign = {
  message: 'found nothing of the documented PKI',
  hint: `give the PKI directory of a node, ${defaultLayout(layouts).home}, a root file system, or an archive of one of these`,
  exitCode: 3,
} as const;

/** Whether a folder contains none of the documented roles, and no other certificate that counts as read. */
function isForeign({ node, checklist, findings, pki }: Judgement): boolean {
  const idle = checklist.every((row) => row.state === 'not-applicable') && pki.others.length === 0;
  return node.role === 'unknown' && checklist.length > 0 && idle && findings.length === 0;
}
