/** The cases of fixtures/path-validation.json as requests to the verifier. */
import type { Certificate, Verdict } from '../../../src/artifact/certificate.ts';
import type { Strictness } from '../../../src/artifact/strictness.ts';
import { strictnessOfGo } from '../../../src/tables/go-releases.ts';
import { parseCertificate } from '../../../src/x509/certificate.ts';
import { verify } from '../../../src/x509/verify/verify.ts';
import type { PathValidationCase } from './der-samples.ts';
import { tryParse } from './try-parse.ts';

export const go124 = strictnessOfGo('1.24.4') as Strictness;

/**
 * The verdicts of the cases come from Go 1.24 in a module whose go.mod requires a Go before 1.23, so GODEBUG has
 * x509negativeserial=1 and rsa1024min=0.
 */
export const go124OldModule: Strictness = { takes: [...go124.takes, 'negative-serials', 'short-rsa-keys'] };

/** The current time for cases that give none: a time at which none of their certificates has expired. */
const anyTime = Date.parse('2026-12-01T00:00:00Z');

export const timeOf = ({ at }: PathValidationCase): number => (at === null ? anyTime : Date.parse(at));

export const derOf = (pem: string): Buffer => Buffer.from(pem.replace(/-----.*-----/g, ''), 'base64');

/** The host name that the client dials, in the form that Go expects. */
export const hostOf = ({ name }: PathValidationCase): string =>
  name === null ? '' : name.kind === 'IP' ? `[${name.value}]` : name.value;

/** Only certificates that can be parsed: the others never get into a pool. */
export function readable(ders: readonly Uint8Array[], strictness: Strictness): Certificate[] {
  return ders.flatMap((der) => {
    const read = tryParse(() => parseCertificate(der, strictness));
    return 'error' in read ? [] : [read.value];
  });
}

export function verifyCase(one: PathValidationCase, strictness = go124OldModule): Verdict {
  const leaf = tryParse(() => parseCertificate(derOf(one.leaf), strictness));
  if ('error' in leaf) return { ok: false, error: leaf.error };
  return verify(leaf.value, {
    roots: readable(one.trusted.map(derOf), strictness),
    intermediates: readable(one.intermediates.map(derOf), strictness),
    host: hostOf(one),
    usages: one.usages,
    at: timeOf(one),
    strictness,
  });
}
