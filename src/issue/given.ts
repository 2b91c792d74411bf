/** Files of this machine that the command line leads to. */
import { lstatSync } from 'node:fs';

/** Whether anything stands there, were it a link that leads nowhere; what may not be looked at is told when it is read. */
export function isGiven(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}
