/** A webhook that is sent the Leases of kube-system stops the controllers if it cannot be called. */
import { expect, it } from 'vitest';
import { lintObjects } from './harness.ts';
import { bundleOf, webhookCa, webhookConfiguration } from './objects.ts';

const everything = webhookConfiguration(bundleOf(webhookCa({ notAfter: '2026-11-01' })))
  .replace('apiGroups: [""]', 'apiGroups: ["*"]')
  .replace('operations: [CREATE]', 'operations: ["*"]')
  .replace('resources: [pods]', 'resources: ["*/*"]');

const byName = (operator: string, ...values: readonly string[]): string =>
  `  namespaceSelector:
    matchExpressions: [{ key: kubernetes.io/metadata.name, operator: ${operator}, values: [${values.join()}] }]\n`;

it.each([
  ['', true],
  [byName('NotIn', 'shop'), true],
  [byName('NotIn', 'shop', 'kube-system'), false],
  [byName('In', 'kube-system'), true],
  [byName('In', 'shop'), false],
  [byName('NotIn', 'shop').replace('kubernetes.io/metadata.name', 'team'), false],
  ['  namespaceSelector:\n    matchLabels: { team: shop }\n', false],
  [`${byName('NotIn', 'shop')}  objectSelector: { matchLabels: { app: shop } }\n`, false],
])('with %j: %s', async (selectors, expected) => {
  const { findings } = await lintObjects({ name: '', objects: everything + selectors, findings: [] });
  expect(findings.map(({ rule }) => rule)).toEqual(['webhook/bundle']);
  expect(findings[0]?.why.includes('also updates of Leases')).toBe(expected);
});
