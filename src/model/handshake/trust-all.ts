/** Whether the components of a node trust each other's certificates, whichever CA the page has them come from. */
import type { StepKind } from '../../tables/catalog.ts';
import type { ConnectionRow } from '../../tables/tables.ts';
import type { Pki } from '../roles/pki.ts';
import { findConnections } from './index.ts';

/** Whether every handshake of the node in which a role's certificate is shown trusts it, and there is one. */
export function isTrustedAnyway(pki: Pki, role: string): boolean {
  return allTrust(
    pki,
    ({ presents }) => presents === role,
    ({ serves }) => serves === role,
  );
}

/** Whether an argument (`etcd peer-trusted-ca-file`) trusts all that the node's handshakes ask it to, and there is some. */
export function trustsAllShown(pki: Pki, argument: string): boolean {
  return allTrust(
    pki,
    ({ verifies }) => verifies === argument,
    ({ trust }) => trust === argument,
  );
}

type Concerns = (row: ConnectionRow) => boolean;

function allTrust(pki: Pki, byServer: Concerns, byClient: Concerns): boolean {
  const steps = findConnections(pki, [pki]).flatMap((connection) => {
    const kinds: readonly (StepKind | false)[] = [
      byServer(connection.row) && 'client-trust',
      byClient(connection.row) && connection.row.trust !== 'nothing' && 'server-trust',
    ];
    const asked = kinds.flatMap((kind) => kind || []);
    return asked.map((kind) => connection.steps.filter((step) => step.kind === kind));
  });
  return steps.length > 0 && steps.every((some) => some.length > 0 && some.every(({ verdict }) => verdict === 'ok'));
}
