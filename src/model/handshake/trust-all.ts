/** Whether the components of a node trust each other's certificates, whichever CA the documentation wants them from. */
import type { Pki } from '../roles/pki.ts';
import { findConnections, type SimulatedConnection } from './index.ts';

/** Whether there are handshakes of the node in which a role's certificate is presented, and all of them trust it. */
export function isTrustedAnyway(pki: Pki, role: string): boolean {
  return allTrust(
    pki,
    ({ row }) => row.presents === role,
    ({ row }) => row.serves === role,
  );
}

/** Whether an argument (`etcd peer-trusted-ca-file`) verifies handshakes of the node, and trusts what each presents. */
export function trustsAllPresented(pki: Pki, argument: string): boolean {
  return allTrust(
    pki,
    ({ row }) => row.verifies === argument,
    ({ row }) => row.trust === argument,
  );
}

type Concerns = (connection: SimulatedConnection) => boolean;

function allTrust(pki: Pki, byServer: Concerns, byClient: Concerns): boolean {
  const connections = findConnections(pki, [pki]);
  const verdicts = [
    ...connections.filter(byServer).map(({ steps }) => isOk(steps, 'client-trust')),
    ...connections
      .filter((one) => byClient(one) && one.row.trust !== 'nothing')
      .map(({ steps }) => isOk(steps, 'server-trust')),
  ];
  return verdicts.length > 0 && verdicts.every(Boolean);
}

/** Whether the handshake comes to a step, which succeeds. */
function isOk(steps: SimulatedConnection['steps'], wanted: 'client-trust' | 'server-trust'): boolean {
  const found = steps.filter(({ kind }) => kind === wanted);
  return found.length > 0 && found.every(({ verdict }) => verdict === 'ok');
}
