import { expect, test } from 'vitest';
import { pathValidationCases } from './support/der-samples.ts';
import { go124, verifyCase } from './support/path-validation.ts';

test.each(pathValidationCases.map((one) => [one.id, one] as const))('as Go answers: %s', (_, one) => {
  const verdict = verifyCase(one);
  expect(verdict.ok ? '' : verdict.error).toBe(one.goError);
  expect(verdict.ok ? 'SUCCESS' : 'FAILURE').toBe(one.go);
});

test('a negative serial is refused where no module asks for an older Go', () => {
  const one = pathValidationCases.find(({ id }) => id === 'rfc5280::serial::negative');
  expect(one && verifyCase(one, go124)).toEqual({ ok: false, error: 'x509: negative serial number' });
});
