/** All cases of rules about objects. */
import { webhookCases } from './cases/webhook.ts';
import type { ObjectCase } from './harness.ts';

export const objectCases: readonly ObjectCase[] = [...webhookCases];
