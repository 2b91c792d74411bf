/** Facts from the command line. */

import { isNodeName } from '../../core/command/node-name.ts';
import { UserError } from '../../core/errors.ts';
import { factOptions } from './fact-options.ts';
import type { GivenFacts } from './facts.ts';

/** @throws UserError for a name that no node can have */
export function requireNodeName({ nodeName }: GivenFacts): void {
  if (nodeName === undefined || isNodeName(nodeName)) return;
  const lower = nodeName.toLowerCase();
  throw new UserError(
    `invalid ${factOptions.nodeName.option} ${JSON.stringify(nodeName)}: expected the name of a node such as cp-1`,
    isNodeName(lower) ? `the kubelet uses lower case: ${lower}` : 'it has lower-case letters, digits, "-" and "."',
  );
}
