/** The steps of a TLS handshake, in order, and whether each succeeds. */

import type { Certificate, Verdict } from '../../artifact/certificate.ts';
import { type Place, placeOn, type SetBy } from '../../artifact/place.ts';
import type { Strictness } from '../../artifact/strictness.ts';
import type { StepKind } from '../../tables/catalog.ts';
import type { LeafChain } from '../../x509/load.ts';
import { verifyHostname } from '../../x509/verify/host-name.ts';
import { isSignatureLimit } from '../../x509/verify/signature-limit.ts';
import { verify } from '../../x509/verify/verify.ts';
import type { Pki } from '../roles/pki.ts';
import type { End, Presented, Trusted } from './ends.ts';

export interface Step {
  readonly kind: StepKind;
  readonly verdict: 'ok' | 'fail' | 'unknown';
  /** If it fails, the component's error. */
  readonly reason: string | null;
  /** What may be at fault: results of `idOnNode`. */
  readonly blames: readonly string[];
  /** The file or argument that decides, and its node. */
  readonly at: Place;
  readonly owner: Pki;
  /** Present if the reason is that a component does not run, which no component reports. */
  readonly isStop?: true;
  /** The other end, which may be at fault too: a fault that breaks many connections is reported once. */
  readonly otherEnd?: Pick<Step, 'owner' | 'at'> | undefined;
}

/** The parameters with which a node verifies chains. */
export interface Verifying {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly strictness: Strictness;
  /** A cache of verdicts, by chain, pool and usages. */
  readonly verdicts: Map<string, Verdict>;
}

export type Answer = Pick<Step, 'verdict' | 'reason' | 'isStop'>;

/** The message of UnknownAuthorityError in Go's crypto/x509. */
export const unknownAuthority = 'x509: certificate signed by unknown authority';

const ok: Answer = { verdict: 'ok', reason: null };
export const fails = (reason: string): Answer => ({ verdict: 'fail', reason });
export const undetermined = (reason: string): Answer => ({ verdict: 'unknown', reason });

/** An end without its material. */
export interface Where extends Omit<End<unknown>, 'material' | 'at'> {
  readonly at: SetBy;
  readonly otherEnd?: Pick<Where, 'owner' | 'at'> | undefined;
}

/** Returns a step with its answer; undefined stands for success. */
export function step(kind: StepKind, { blames, at, owner, otherEnd }: Where, answer: Answer | undefined): Step {
  const placed = (one: Pick<Where, 'owner' | 'at'>) => ({ owner: one.owner, at: placeOn(one.owner.node, one.at) });
  return { kind, blames, ...placed({ owner, at }), otherEnd: otherEnd && placed(otherEnd), ...(answer ?? ok) };
}

/** Whether an end can load its certificate and key. */
export function loads(kind: 'client' | 'server', end: Presented): Step {
  return step(kind, end, end.material.state === 'broken' ? fails(end.material.reason) : undefined);
}

/** Whether a client accepts a server's certificate and the name in it. Without `trusted` it verifies nothing. */
export function serverSteps(
  server: Presented,
  trusted: Trusted | undefined,
  host: string | undefined,
  verifying: Verifying,
): readonly Step[] {
  const loaded = loads('server', server);
  if (loaded.verdict !== 'ok' || trusted === undefined) return [loaded];
  const both: Where = { ...trusted, blames: [...trusted.blames, ...server.blames], otherEnd: server };
  const { material } = server;
  const trust = (answer: Answer | undefined) => [loaded, step('server-trust', both, answer)];
  // A server without a configured certificate generates one, which no client trusts.
  if (material.state === 'none') return trust(fails(`${unknownAuthority} (${material.reason})`));
  if (material.state !== 'known') return trust(undetermined(material.reason));
  const { leaf } = material.value;
  const chain = trustAnswer(material.value, trusted.material, ['serverAuth'], verifying);
  if (host === undefined) return trust(chain);
  const mismatch = verifyHostname(leaf, host);
  // If both the name and the signer are wrong, Go reports only the name, but the signer is the more serious fault.
  const nameFirst = chain?.verdict === 'fail' && mismatch !== undefined && trusted.material.state !== 'broken';
  const answer = nameFirst && isSound(leaf, verifying) ? fails(`${mismatch}; then ${chain.reason}`) : chain;
  // The client may have a wrong address.
  const named: Where = { ...server, blames: [...server.blames, ...trusted.blames] };
  return [...trust(answer), step('server-name', named, mismatch ? fails(mismatch) : undefined)];
}

/** Whether a client that trusts the right CA accepts a server's certificate: it is not expired, say. */
export function anyClientStep(server: Presented, verifying: Verifying): Step {
  const { material } = server;
  if (material.state !== 'known') return loads('server', server);
  const trusted: Trusted['material'] = { state: 'known', value: [material.value.leaf] };
  return step('server-trust', server, trustAnswer(material.value, trusted, ['serverAuth'], verifying));
}

/** Whether a certificate passes the checks that Go makes before it checks the name (crypto/x509/verify.go, Verify). */
function isSound(leaf: Certificate, { at, strictness }: Verifying): boolean {
  return verify(leaf, { roots: [leaf], usages: ['any'], at, strictness }).ok;
}

/** How a server verifies its clients. */
export interface Verifier {
  readonly trusted: Trusted;
  /**
   * Whether the handshake fails without a certificate (etcd). Otherwise the request fails with 401 (kube-apiserver,
   * kubelet).
   */
  readonly required: boolean;
  /** Its name in the log. */
  readonly server: string;
}

/** Whether a server trusts the certificate of a client. */
export function clientStep(client: Presented, verifier: Verifier, verifying: Verifying): Step {
  const { trusted } = verifier;
  const both = { ...trusted, blames: [...trusted.blames, ...client.blames] };
  return step('client-trust', both, clientAnswer(client.material, verifier, verifying));
}

function clientAnswer(
  client: Presented['material'],
  { trusted: { material: pool }, required, server }: Verifier,
  verifying: Verifying,
): Answer | undefined {
  if (client.state === 'unknown') return undetermined(client.reason);
  if (client.state !== 'known') {
    if (pool.state === 'unknown') return undetermined(pool.reason);
    return fails(required ? "tls: client didn't provide a certificate" : 'Unauthorized: no credential');
  }
  if (pool.state === 'broken') return fails(`${server}: ${pool.reason}`);
  if (pool.state === 'none' && !required) return fails(`Unauthorized: ${pool.reason}`);
  const answer = trustAnswer(client.value, pool, ['clientAuth'], verifying);
  if (answer?.verdict !== 'fail') return answer;
  return fails(required ? `${server} refuses the client: ${answer.reason}` : `Unauthorized: ${answer.reason}`);
}

/** Verifies a chain against a pool. If the pool is unknown, it checks only the leaf's dates and usages. */
function trustAnswer(
  { leaf, intermediates }: LeafChain,
  pool: Trusted['material'],
  usages: readonly string[],
  verifying: Verifying,
): Answer | undefined {
  if (pool.state === 'broken') return fails(pool.reason);
  if (pool.state === 'none') return fails(`${unknownAuthority} (${pool.reason})`);
  const roots = pool.state === 'known' ? pool.value : [leaf];
  // A certificate that expired only in a variant of its node has the same fingerprint.
  const ids = [[leaf], intermediates, roots].map((all) => all.map((one) => one.fingerprint256 + one.notAfter).join());
  const key = [...ids, ...usages].join(' ');
  let verdict = verifying.verdicts.get(key);
  try {
    verdict ??= verify(leaf, { roots, intermediates, usages, ...verifying });
  } catch (error) {
    if (!isSignatureLimit(error)) throw error;
    return undetermined(error.message);
  }
  verifying.verdicts.set(key, verdict);
  if (!verdict.ok) return fails(verdict.error);
  return pool.state === 'unknown' ? undetermined(pool.reason) : undefined;
}
