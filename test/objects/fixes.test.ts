/** What the first fixes of rules about dialled servers do. */
import { expect, it } from 'vitest';
import { dialledCases } from './cases/dialled.ts';
import { remedyCases } from './cases/remedies.ts';
import { webhookCases } from './cases/webhook.ts';
import { lintObjects } from './harness.ts';

const cases = [...dialledCases, ...remedyCases, ...webhookCases].filter(({ findings }) => findings.length > 0);
const firstSteps = new Map(
  await Promise.all(
    cases.map(async (one) => {
      const { findings } = await lintObjects(one);
      return [one, findings[0]?.fix[0]?.map(({ text }) => text) ?? []] as const;
    }),
  ),
);
const patched = cases.filter((one) => firstSteps.get(one)?.[0]?.startsWith('kubectl patch '));

it.each(patched)('$name: the patch heals', async (one) => {
  const [line = ''] = firstSteps.get(one) ?? [];
  const [, secret, key = ''] = /get secret (\S+) .*"caBundle":"\{\{index \.data "([^"]+)"\}\}"/.exec(line) ?? [];
  const text = one.objects
    .split('---')
    .find((each) => each.includes('kind: Secret') && each.includes(`name: ${secret}`));
  const [, caBundle] = new RegExp(`^ +${key.replace('.', '\\.')}: (\\S+)$`, 'm').exec(text ?? '') ?? [];
  const objects = one.objects.replace(/caBundle: .*/, `caBundle: ${caBundle}`);
  expect(objects).not.toBe(one.objects);
  expect((await lintObjects({ ...one, objects })).findings.map(({ rule }) => rule)).toEqual([]);
});

it('is a patch, a restart, a new certificate, or a note', () => {
  const words = [...firstSteps.values()].map(([line = '']) => line.split(' ').slice(0, 5).join(' '));
  const counted = (start: string) => words.filter((line) => line.startsWith(start)).length;
  expect(counted('kubectl patch')).toBeGreaterThan(7);
  expect(counted('kubectl -n cert-manager rollout restart')).toBe(1);
  expect(counted('kubectl -n shop delete secret')).toBe(2);
});

it.each([
  [
    'the annotation of cainjector names a Certificate that does not exist',
    'kubectl annotate validatingwebhookconfiguration policy cert-manager.io/inject-ca-from=shop/policy --overwrite',
  ],
  [
    'cainjector has no CA to copy, because the issuer gives none',
    'cainjector cannot heal it, because Secret shop/policy-tls has no ca.crt,',
  ],
  [
    'cainjector may not copy the CA of a Secret without its annotation',
    'kubectl -n shop annotate secret policy-tls cert-manager.io/allow-direct-injection=true --overwrite',
  ],
  [
    'cainjector copies the CA of a different Secret',
    'cainjector cannot heal it, because ca.crt of Secret shop/policy-ca does not verify what is served:',
  ],
  [
    'a certificate that has ended, and that cert-manager fails to issue again',
    'kubectl -n shop describe certificate policy',
  ],
  [
    'a large bundle next to the CA alone',
    'kubectl patch validatingwebhookconfiguration policy --type=strategic -p "$(kubectl -n shop get secret policy-ca ',
  ],
  ['Operator Lifecycle Manager: its certificate and its CA have ended', 'kubectl -n shop delete secret policy-tls'],
  ['an expired certificate that an ExternalSecret copies', 'renew the pair at the source of its ExternalSecret:'],
  [
    'an expired certificate in a Secret that cannot be changed',
    'kubectl -n shop create secret tls shop-tls --cert=tls.crt --key=tls.key --dry-run=client -o yaml | kubectl replace --force -f -',
  ],
  ['a CA that lacks keyCertSign', 'the CA CN=webhook-ca lacks keyCertSign,'],
])('%s: %s', (name, first) => {
  const [found] = cases.filter((one) => one.name === name);
  expect(found && firstSteps.get(found)?.[0]).toContain(first);
});

it('never deletes a CustomResourceDefinition', () => {
  for (const steps of firstSteps.values()) expect(steps.join()).not.toContain('delete customresourcedefinition');
});
