/** Whether the components of a node trust each other's certificates, even if a CA differs from the documented one. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { ConnectionRow } from '../../tables/connections.ts';
import { chainOf } from '../roles/authorities.ts';
import type { Pki } from '../roles/pki.ts';
import type { Trusted } from './ends.ts';
import { findConnections, type SimulatedConnection } from './index.ts';

/** Whether a role's certificate is presented in handshakes of the node, and trusted in all of them. */
export function isTrustedAnyway(pki: Pki, role: string): boolean {
  return allTrust(pki, role, 'presents', 'serves');
}

/** Whether an argument (`etcd peer-trusted-ca-file`) verifies handshakes of the node, and trusts what is presented. */
export function trustsAllPresented(pki: Pki, argument: string): boolean {
  return allTrust(pki, argument, 'verifies', 'trust');
}

/**
 * Compares `wanted` with the columns `ofClient` and `ofServer`, for the client's and the server's certificate. A
 * signature is enough: a certificate that has expired, or a key of a different one, is reported as that.
 */
function allTrust(pki: Pki, wanted: string, ofClient: keyof ConnectionRow, ofServer: keyof ConnectionRow): boolean {
  const isSigned = (role: string | null, end: Trusted | undefined) =>
    end?.material.state === 'known' && isSignedBy(pki, role, end.material.value);
  const verdicts = findConnections(pki, [pki]).flatMap(({ row, steps, ends: { verifier, trusted } }) => [
    ...(row[ofClient] === wanted ? [isOk(steps, 'client-trust') || isSigned(row.presents, verifier)] : []),
    ...(row[ofServer] === wanted && row.trust !== 'nothing'
      ? [isOk(steps, 'server-trust') || isSigned(row.serves, trusted)]
      : []),
  ]);
  return verdicts.length > 0 && verdicts.every(Boolean);
}

const isSignedBy = ({ roles }: Pki, wanted: string | null, anchors: readonly Certificate[]): boolean =>
  roles.some((role) => role.row.role === wanted && chainOf(role, anchors) !== undefined);

/** Whether the handshake reaches a step, and the step succeeds. */
function isOk(steps: SimulatedConnection['steps'], wanted: 'client-trust' | 'server-trust'): boolean {
  const found = steps.filter(({ kind }) => kind === wanted);
  return found.length > 0 && found.every(({ verdict }) => verdict === 'ok');
}
