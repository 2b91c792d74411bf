/** Asks Go for the verdict on a chain, and gives ours in the same form. */
import type { Verdict } from '../../../src/artifact/certificate.ts';
import type { Strictness } from '../../../src/artifact/strictness.ts';
import { parseCertificate } from '../../../src/x509/certificate.ts';
import { verify } from '../../../src/x509/verify/verify.ts';
import { type Answer, askGo, sha256 } from '../../x509/support/ask-go.ts';
import { readable } from '../../x509/support/path-validation.ts';
import type { ChainQuestion } from '../../x509/support/random-chains.ts';
import { tryParse } from '../../x509/support/try-parse.ts';

/** Returns the chains that Go finds for each question, or its error. */
export function askVerify(
  questions: readonly ChainQuestion[],
  { godebug, release }: { readonly godebug?: string; readonly release?: string } = {},
): Answer[] {
  const base64 = (der: Uint8Array) => Buffer.from(der).toString('base64');
  const bodies = questions.map(({ leaf, roots, intermediates, ...rest }) =>
    JSON.stringify({
      ...rest,
      leaf: base64(leaf),
      roots: roots.map(base64),
      intermediates: intermediates.map(base64),
      at: Math.trunc(rest.at),
    }),
  );
  return askGo(
    bodies.map((body) => ['V', Buffer.from(body)]),
    godebug,
    release,
  );
}

function answer({ leaf, roots, intermediates, ...rest }: ChainQuestion, strictness: Strictness): Verdict {
  const read = tryParse(() => parseCertificate(leaf, strictness));
  if ('error' in read) return { ok: false, error: read.error };
  const pools = { roots: readable(roots, strictness), intermediates: readable(intermediates, strictness) };
  return verify(read.value, { ...rest, ...pools, at: Math.trunc(rest.at), strictness });
}

/** Our verdict on a question in the form of Go's answer. */
export const verdictOf = (question: ChainQuestion, strictness: Strictness): Answer =>
  described(answer(question, strictness));

/** A verdict in the form of Go's answers: each chain as the SHA-256 hashes of its certificates. */
export function described(verdict: Verdict): Answer {
  if (!verdict.ok) return { error: verdict.error };
  return { chains: verdict.chains.map((chain) => chain.map(({ raw }) => sha256(raw))) };
}
