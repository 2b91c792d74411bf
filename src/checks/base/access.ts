/** Which files a component that does not run as root cannot read. */

import type { Component } from '../../artifact/component.ts';
import type { NodeFile } from '../../artifact/file.ts';
import { handful } from '../../core/text.ts';
import { unknownAccess } from '../../model/roles/access.ts';
import { type Slot, slotName } from '../../model/roles/slots.ts';
import { type CheckResult, problem, skip } from './check.ts';
import { octal } from './permissions.ts';

/** Whether a file contains only certificates and public keys: all components may read it, whatever they run as. */
function isPublic({ content }: NodeFile): boolean {
  const blocks = content?.type === 'pem' ? content.pem.blocks : [];
  return blocks.length > 0 && blocks.every(({ type }) => type === 'certificate' || type === 'public-key');
}

/** The files that the user of a component cannot read, as one problem. */
export function* unreadable({ name, user }: Component, slots: readonly Slot[]): Generator<CheckResult> {
  for (const { obstacle, path } of slots) if (obstacle === 'unknown') yield skip(unknownAccess(path ?? ''));
  const denied = slots.flatMap((slot) =>
    slot.obstacle === undefined || slot.obstacle === 'unknown' ? [] : [{ slot, obstacle: slot.obstacle }],
  );
  const [first] = denied;
  // What names no user runs as root, who reads everything.
  if (user === undefined || first === undefined) return;
  const obstacles = new Set(denied.map(({ obstacle }) => obstacle));
  const pathsOf = (arePublic: boolean) =>
    [...obstacles].filter((one) => isPublic(one) === arePublic).map(({ path: one }) => one);
  const paths = [...new Set(denied.map(({ slot }) => slot.argument?.value ?? ''))];
  const { path, mode = 0, uid } = first.obstacle;
  const data = {
    component: name,
    owner: user.name,
    user: user.name,
    paths: handful(paths, 3),
    error: `open ${paths[0]}: permission denied`,
    found: `mode ${octal(mode)} of user ${uid} at ${path}`,
  };
  const related = denied.map(({ slot, obstacle }) => ({
    path: obstacle.path,
    subject: slotName(slot),
    message: `open ${slot.argument?.value}: permission denied`,
  }));
  yield problem(user.at, data, {
    lists: { files: pathsOf(false), open: pathsOf(true) },
    related: related.length > 1 ? related : [],
    parts: denied.map(({ slot }) => slotName(slot)),
    stops: [name],
  });
}
