/** All cases of rules about objects. */
import { bindingCases } from './cases/binding.ts';
import { csrCases } from './cases/csr.ts';
import { dialledCases } from './cases/dialled.ts';
import { dialledByUrlCases } from './cases/dialled-by-url.ts';
import { nodeCases } from './cases/nodes.ts';
import { productCases } from './cases/products.ts';
import { publishedCases } from './cases/published.ts';
import { remedyCases } from './cases/remedies.ts';
import { renewedCases } from './cases/renewed.ts';
import { secretHostedCases } from './cases/secret-hosted.ts';
import { secretManagedCases } from './cases/secret-managed.ts';
import { secretPairCases } from './cases/secret-pairs.ts';
import { servedNameCases } from './cases/served-names.ts';
import { storedCases } from './cases/stored.ts';
import { webhookCases } from './cases/webhook.ts';
import type { ObjectCase } from './harness.ts';

export const objectCases: readonly ObjectCase[] = [
  ...bindingCases,
  ...csrCases,
  ...publishedCases,
  ...storedCases,
  ...webhookCases,
  ...dialledCases,
  ...remedyCases,
  ...secretHostedCases,
  ...nodeCases,
  ...productCases,
  ...secretPairCases,
  ...secretManagedCases,
  ...dialledByUrlCases,
  ...renewedCases,
  ...servedNameCases,
];
