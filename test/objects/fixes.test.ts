/** What the first fixes of rules about dialled servers do. */
import { expect, it } from 'vitest';
import { dialledCases } from './cases/dialled.ts';
import { webhookCases } from './cases/webhook.ts';
import { lintObjects } from './harness.ts';

const cases = [...dialledCases, ...webhookCases].filter(({ findings }) => findings.length > 0);
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
  expect(counted('kubectl -n shop delete secret')).toBe(1);
});

it('never deletes a CustomResourceDefinition', () => {
  for (const steps of firstSteps.values()) expect(steps.join()).not.toContain('delete customresourcedefinition');
});
