/** Every check of objects by the id of its rule. Only runs with a dump load them. */
import type { AnyCheck } from './base/check.ts';
import { bindingChecks } from './binding/index.ts';
import { csrChecks } from './csr/index.ts';
import { objectChecks } from './object/index.ts';
import { secretChecks } from './secret/index.ts';
import { apiServiceChecks, webhookChecks } from './webhook/index.ts';

export const checksOfObjects = {
  ...apiServiceChecks,
  ...bindingChecks,
  ...csrChecks,
  ...objectChecks,
  ...secretChecks,
  ...webhookChecks,
};

/** Returns the check of a rule about objects. */
export function objectCheckOf(id: string): AnyCheck {
  // Safe because every rule has a check (test/rules).
  return checksOfObjects[id as keyof typeof checksOfObjects];
}
