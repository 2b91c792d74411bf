/** All cases of rules about objects. */
import { publishedCases } from './cases/published.ts';
import { webhookCases } from './cases/webhook.ts';
import type { ObjectCase } from './harness.ts';

export const objectCases: readonly ObjectCase[] = [...webhookCases, ...publishedCases];
