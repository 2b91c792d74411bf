/** Files of this machine that the command line leads to. */
import { lstatSync } from 'node:fs';
import { requestRoles, requestTargets } from './plan/requests.ts';

/** Whether anything stands there, were it a link that leads nowhere; what may not be looked at is told when it is read. */
export function isThere(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/** Roles whose requests lie in a folder of this machine. */
export function requestsIn(folder: string | undefined): ReadonlySet<string> {
  if (folder === undefined) return new Set();
  return new Set(requestRoles.filter((role) => isThere(requestTargets(folder, role).target.path)));
}
