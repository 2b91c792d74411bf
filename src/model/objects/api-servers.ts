/** What the API servers of a dump's cluster present, and whether clients accept it. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { PublishedCa } from '../../artifact/objects/published.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { type LeafChain, loadGoPool } from '../../x509/load.ts';
import { verifyHostname } from '../../x509/verify/host-name.ts';
import { dateError, verify } from '../../x509/verify/verify.ts';
import { lastOf } from './dial-verdict.ts';
import type { JudgedDump } from './judged-dump.ts';

/** Returns the certificates that the API servers of the input present, without those for other names. */
export function servingChains({ nodes }: Pick<JudgedDump, 'nodes'>): readonly LeafChain[] {
  return nodes.flatMap(({ roles }) =>
    roles.flatMap(({ id, chain, applies }) =>
      id === roleIds.apiServer && chain?.ok && applies.answer !== 'no' ? [chain.value] : [],
    ),
  );
}

/** Returns all certificates that they present, also those of `--tls-sni-cert-key`. */
function presentedChains({ nodes }: JudgedDump): readonly LeafChain[] {
  const byName = nodes.flatMap(({ others }) =>
    others.flatMap(({ slots, chain }) =>
      chain?.ok && slots.some(({ names }) => names !== undefined) ? [chain.value] : [],
    ),
  );
  return [...servingChains({ nodes }), ...byName];
}

/**
 * Returns the error of a client that trusts a bundle; undefined if it accepts one of the API servers. Several API
 * servers whose CAs differ are a fault of the nodes. Dates are judged there too: what counts is the last moment of
 * each certificate.
 */
export function errorOfTrust({ pem }: Pick<PublishedCa, 'pem'>, dump: Omit<JudgedDump, 'objects'>): string | undefined {
  const pool = loadGoPool(pem);
  if (!pool.ok) return pool.error;
  const errors = servingChains(dump).map((chain) => errorOfChain(chain, pool.value, dump));
  return errors.includes(undefined) ? undefined : errors[0];
}

/** Returns why clients that trust a bundle accept no server; undefined if one of its certificates has not ended. */
export function errorOfEnds({ pem }: Pick<PublishedCa, 'pem'>, { at }: Pick<JudgedDump, 'at'>): string | undefined {
  const pool = loadGoPool(pem);
  if (!pool.ok) return pool.error;
  const last = lastOf(pool.value);
  return last !== undefined && last.notAfter < at ? dateError(last, at) : undefined;
}

function errorOfChain(
  { leaf, intermediates }: LeafChain,
  roots: readonly Certificate[],
  { at, strictness }: Pick<JudgedDump, 'at' | 'strictness'>,
): string | undefined {
  // Another rule says that the certificate expires.
  const moment = Math.min(Math.max(at, leaf.notBefore), leaf.notAfter);
  const verdict = verify(leaf, { roots, intermediates, usages: ['any'], at: moment, strictness });
  return verdict.ok ? undefined : verdict.error;
}

/** Returns the error of a client that dials a host; undefined if a certificate of an API server has the name. */
export function errorOfName(host: string, dump: JudgedDump): string | undefined {
  const errors = presentedChains(dump).map(({ leaf }) => verifyHostname(leaf, host));
  return errors.includes(undefined) ? undefined : errors[0];
}
