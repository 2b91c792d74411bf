/** What must hold for a handshake to succeed, step by step, in the order in which TLS asks. */

import type { Place } from '../../core/artifact.ts';
import type { Certificate } from '../../core/certificate.ts';
import type { Strictness } from '../../core/strictness.ts';
import type { Verdict } from '../../core/verification.ts';
import type { StepKind } from '../../tables/catalog.ts';
import { verifyHostname } from '../../x509/host-name.ts';
import { type VerifyOptions, verify } from '../../x509/verify.ts';
import type { Pki } from '../roles/pki.ts';
import type { End, Has, Shown, Trusted } from './ends.ts';

export interface Step {
  readonly kind: StepKind;
  readonly verdict: 'ok' | 'fail' | 'unknown';
  /** In the component's words where it fails. */
  readonly reason: string | null;
  /** Where the fault may lie: nodes and ids. */
  readonly blames: readonly string[];
  /** The file or argument that decides, and the node that it is on. */
  readonly at: Place;
  readonly owner: Pki;
  /** The other end, which may be at fault as well: what both say of many connections is said of it once. */
  readonly beside?: Pick<Where, 'owner' | 'at'> | undefined;
}

export interface Verifying {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly strictness: Strictness;
  /** Of chains that were verified before. */
  readonly verdicts: Map<string, Verdict>;
}

export type Answer = Pick<Step, 'verdict' | 'reason'>;

/** crypto/x509, UnknownAuthorityError. */
export const unknownAuthority = 'x509: certificate signed by unknown authority';

const ok: Answer = { verdict: 'ok', reason: null };
export const fails = (reason: string): Answer => ({ verdict: 'fail', reason });
export const undetermined = (reason: string): Answer => ({ verdict: 'unknown', reason });

/** An end, whatever it has. */
export type Where = Omit<End<unknown>, 'has'> & Pick<Step, 'beside'>;

/** A step with its answer; undefined answers ok. */
export function step(kind: StepKind, { blames, at, owner, beside }: Where, answer: Answer | undefined): Step {
  return { kind, blames, at, owner, beside, ...(answer ?? ok) };
}

/** Whether an end can load what it has at all. */
export function loads(kind: 'client' | 'server', end: Shown): Step {
  return step(kind, end, end.has.state === 'broken' ? fails(end.has.reason) : undefined);
}

/** Whether a client trusts, by name too, what a server shows. Without `trusted` it verifies nothing. */
export function serverSteps(
  server: Shown,
  trusted: Trusted | undefined,
  host: string | undefined,
  verifying: Verifying,
): readonly Step[] {
  const first = loads('server', server);
  if (first.verdict !== 'ok' || trusted === undefined) return [first];
  const both: Where = { ...trusted, blames: [...trusted.blames, ...server.blames], beside: server };
  const shown = server.has;
  // What a server makes for itself, for want of a certificate, nobody trusts.
  if (shown.state === 'none')
    return [first, step('server-trust', both, fails(`${unknownAuthority} (${shown.reason})`))];
  if (shown.state !== 'known') return [first, step('server-trust', both, undetermined(shown.reason))];
  const chain = trustAnswer(shown.value, trusted.has, ['serverAuth'], verifying);
  const mismatch = host === undefined ? undefined : verifyHostname(shown.value.leaf, host);
  const name = host === undefined ? [] : [step('server-name', server, mismatch ? fails(mismatch) : undefined)];
  // Of two faults the log shows the name first, and who signed it is the worse one.
  const nameFirst = chain?.verdict === 'fail' && mismatch !== undefined && trusted.has.state !== 'broken';
  const told = nameFirst && isSound(shown.value.leaf, verifying) ? fails(`${mismatch}; then ${chain.reason}`) : chain;
  return [first, step('server-trust', both, told), ...name];
}

/** Whether Go goes on from a certificate itself to its name, and from that to who signed it (crypto/x509/verify.go, Verify). */
function isSound(leaf: Certificate, { at, strictness }: Verifying): boolean {
  return verify(leaf, { roots: [leaf], usages: ['any'], at, strictness }).ok;
}

/** How a server verifies its clients. */
export interface Verifier {
  readonly trusted: Trusted;
  /** Whether the handshake needs a certificate (etcd), or its lack shows later as 401 (kube-apiserver, kubelet). */
  readonly required: boolean;
  /** Whom the log names. */
  readonly server: string;
}

/** Whether a server trusts what a client shows. */
export function clientSteps(client: Shown, verifier: Verifier, verifying: Verifying): readonly Step[] {
  const { trusted, required, server } = verifier;
  const both = { ...trusted, blames: [...trusted.blames, ...client.blames] };
  if (client.has.state === 'unknown') return [step('client-trust', both, undetermined(client.has.reason))];
  if (client.has.state !== 'known') {
    if (trusted.has.state === 'unknown') return [step('client-trust', both, undetermined(trusted.has.reason))];
    const reason = required ? "tls: client didn't provide a certificate" : 'Unauthorized: no credential';
    return [step('client-trust', both, fails(reason))];
  }
  if (trusted.has.state === 'broken') return [step('client-trust', both, fails(`${server}: ${trusted.has.reason}`))];
  if (trusted.has.state === 'none' && !required) {
    return [step('client-trust', both, fails(`Unauthorized: ${trusted.has.reason}`))];
  }
  const answer = trustAnswer(client.has.value, trusted.has, ['clientAuth'], verifying);
  const words = (error: string) => (required ? `${server} refuses the client: ${error}` : `Unauthorized: ${error}`);
  const told = answer?.verdict === 'fail' ? fails(words(answer.reason ?? '')) : answer;
  return [step('client-trust', both, told)];
}

/** The answer of a chain against a pool; where the pool is not known, of the leaf's own dates and usages. */
function trustAnswer(
  { leaf, intermediates }: { readonly leaf: Certificate; readonly intermediates: readonly Certificate[] },
  pool: Has<readonly Certificate[]>,
  usages: readonly string[],
  verifying: Verifying,
): Answer | undefined {
  if (pool.state === 'broken') return fails(pool.reason);
  if (pool.state === 'none') return fails(`${unknownAuthority} (${pool.reason})`);
  const roots = pool.state === 'known' ? pool.value : [leaf];
  const verdict = verifyOnce(leaf, { roots, intermediates, usages, ...verifying }, verifying.verdicts);
  if (!verdict.ok) return fails(verdict.error);
  return pool.state === 'unknown' ? undetermined(pool.reason) : undefined;
}

/** The same chain against the same pool has the same verdict. */
function verifyOnce(
  leaf: Certificate,
  options: VerifyOptions & { readonly intermediates: readonly Certificate[]; readonly usages: readonly string[] },
  verdicts: Verifying['verdicts'],
): Verdict {
  const { roots, intermediates, usages } = options;
  const ids = [[leaf], intermediates, roots].map((all) => all.map((one) => one.fingerprint256).join());
  const key = [...ids, ...usages].join(' ');
  const verdict = verdicts.get(key) ?? verify(leaf, options);
  verdicts.set(key, verdict);
  return verdict;
}
