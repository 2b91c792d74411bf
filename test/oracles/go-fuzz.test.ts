/** What the fuzz makes (`test/fuzz/`), judged by Go and by pki-lint. */

import { describe, expect, test } from 'vitest';
import { parseCertificate, parseCertificateRequest } from '../../src/x509/certificate.ts';
import { hex } from '../../src/x509/der.ts';
import { parsePrivateKey } from '../../src/x509/private-key.ts';
import { parsePkixPublicKey } from '../../src/x509/public-key.ts';
import { loadReaders } from '../fuzz/support/fuzz.ts';
import { firstSeed, sampled } from '../support/extent.ts';
import { dice } from '../support/random.ts';
import { type Answer, askGo, type Question } from '../x509/support/ask-go.ts';
import { go124 } from '../x509/support/path-validation.ts';
import { tryParse } from '../x509/support/try-parse.ts';

const count = sampled(3000, 30_000);

const kinds: readonly (readonly [reader: string, kind: Question, read: (der: Uint8Array) => unknown])[] = [
  ['certificate', 'C', (der) => parseCertificate(der, go124)],
  ['request', 'R', parseCertificateRequest],
  ['private-key', 'K', (der) => parsePrivateKey(der, go124)],
  ['public-key', 'P', parsePkixPublicKey],
];

/** Go accepts some keys that it can neither write nor use: those of a secret of zero, and of unknown curves. */
const isUseless = ({ error, key }: Answer): boolean => error === undefined && key === '';

/** Go ignores a name in a request whose value is not a string (docs/decisions.md). */
const isNoString = (reader: string, error: string): boolean =>
  reader === 'request' && error.includes('unsupported string type');

describe('damaged input', () => {
  test.each(kinds)('%s: the verdict is that of Go', async (reader, kind, read) => {
    const { readers } = await loadReaders();
    const inputs = await Promise.all(
      Array.from(
        { length: count },
        async (_, i) => readers[reader]?.make(dice(firstSeed * 1_000_003 + i)) ?? Buffer.alloc(0),
      ),
    );
    const answers = askGo(inputs.map((der) => [kind, der]));
    const different = inputs.flatMap((der, i) => {
      const answer = answers[i] as Answer;
      const ours = tryParse(() => read(der));
      const same =
        'error' in ours === (answer.error !== undefined) ||
        ('error' in ours && (isUseless(answer) || isNoString(reader, ours.error)));
      const verdict = 'error' in ours ? `refused: ${ours.error}` : 'accepted';
      return same ? [] : [`${i}: Go says ${answer.error ?? 'yes'}, we ${verdict}: ${hex(der).slice(0, 3000)}`];
    });
    expect(different).toEqual([]);
    expect(answers.filter(({ error }) => error === undefined).length).toBeGreaterThan(count / 50);
  });
});
