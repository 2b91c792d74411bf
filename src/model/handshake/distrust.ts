/** Where a handshake fails because a certificate was signed by a CA that the other end does not trust. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { Presented, Trusted } from './ends.ts';
import { decidingStep, type SimulatedConnection } from './index.ts';
import { unknownAuthority } from './steps.ts';

/** A certificate that one end presents, and what the other end verifies it with. */
export interface Distrusted {
  /** The end that presents the certificate. */
  readonly presents: 'client' | 'server';
  readonly presented: Presented;
  readonly leaf: Certificate;
  readonly trusted: Trusted;
  readonly anchors: readonly Certificate[];
}

/** Returns both ends of a handshake that fails with UnknownAuthorityError (crypto/x509); undefined for any other. */
export function distrustIn(connection: SimulatedConnection): Distrusted | undefined {
  const step = decidingStep(connection);
  if (step?.verdict !== 'fail' || !step.reason?.includes(unknownAuthority)) return undefined;
  const { presented, verifier, served, trusted } = connection.ends;
  if (step.kind === 'server-trust') return ofEnds('server', served, trusted);
  return step.kind === 'client-trust' ? ofEnds('client', presented, verifier) : undefined;
}

function ofEnds(
  presents: Distrusted['presents'],
  presented: Presented | undefined,
  trusted: Trusted | undefined,
): Distrusted | undefined {
  if (presented?.material.state !== 'known' || trusted?.material.state !== 'known') return undefined;
  const { leaf } = presented.material.value;
  return { presents, presented, leaf, trusted, anchors: trusted.material.value };
}
