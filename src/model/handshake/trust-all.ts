/** Whether the components of a node trust each other's certificates, even if a CA differs from the documented one. */
import type { ConnectionRow } from '../../tables/connections.ts';
import type { Pki } from '../roles/pki.ts';
import { findConnections, type SimulatedConnection } from './index.ts';

/** Whether a role's certificate is presented in handshakes of the node, and trusted in all of them. */
export function isTrustedAnyway(pki: Pki, role: string): boolean {
  return allTrust(pki, role, 'presents', 'serves');
}

/** Whether an argument (`etcd peer-trusted-ca-file`) verifies handshakes of the node, and trusts what is presented. */
export function trustsAllPresented(pki: Pki, argument: string): boolean {
  return allTrust(pki, argument, 'verifies', 'trust');
}

/** Compares `wanted` with the columns `ofClient` and `ofServer`, for the client's and the server's certificate. */
function allTrust(pki: Pki, wanted: string, ofClient: keyof ConnectionRow, ofServer: keyof ConnectionRow): boolean {
  const verdicts = findConnections(pki, [pki]).flatMap(({ row, steps }) => [
    ...(row[ofClient] === wanted ? [isOk(steps, 'client-trust')] : []),
    ...(row[ofServer] === wanted && row.trust !== 'nothing' ? [isOk(steps, 'server-trust')] : []),
  ]);
  return verdicts.length > 0 && verdicts.every(Boolean);
}

/** Whether the handshake reaches a step, and the step succeeds. */
function isOk(steps: SimulatedConnection['steps'], wanted: 'client-trust' | 'server-trust'): boolean {
  const found = steps.filter(({ kind }) => kind === wanted);
  return found.length > 0 && found.every(({ verdict }) => verdict === 'ok');
}
