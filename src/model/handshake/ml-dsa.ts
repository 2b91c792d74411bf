/** Handshakes with a certificate whose key is of ML-DSA: both ends must know it, and speak TLS 1.3. */
import { componentNamed, lastArgument } from '../../artifact/arguments.ts';
import type { ConnectionRow } from '../../tables/connections.ts';
import { unreadableKey } from '../../x509/private-key.ts';
import { hasMlDsaKey, knowsMlDsa } from '../facts/ml-dsa.ts';
import type { Pki } from '../roles/pki.ts';
import type { BothEnds } from './both-ends.ts';
import type { Presented } from './ends.ts';
import { type Answer, fails, type Step, step } from './steps.ts';

/** An end of a connection: the node, and the component on it. */
interface Side {
  readonly pki: Pki;
  readonly component: string;
}

const lacks = ({ pki, component }: Side): boolean => knowsMlDsa(component, pki).answer === 'no';

/** Returns the step for a certificate that one of the ends cannot use; undefined if both can, or it is not known. */
export function mlDsaStep(row: ConnectionRow, client: Pki, server: Pki | undefined, ends: BothEnds): Step | undefined {
  const [verifier = ''] = row.verifies.split(' ');
  const dialling = { pki: client, component: row.on ?? '' };
  const serving = server && { pki: server, component: verifier };
  const { served, presented } = ends;
  return (
    (served && serving && stepOf('server', served, serving, dialling)) ??
    (presented && stepOf('client', presented, dialling, serving))
  );
}

function stepOf(kind: 'client' | 'server', end: Presented, own: Side, other: Side | undefined): Step | undefined {
  if (end.material.state !== 'known' || !hasMlDsaKey(end.material.value.leaf)) return undefined;
  const answer = answerTo(kind, own, other);
  return answer && step(kind, end, answer);
}

/** The errors of crypto/tls: tls.go, X509KeyPair; handshake_server_tls13.go, pickCertificate; handshake_server.go. */
function answerTo(kind: 'client' | 'server', own: Side, other: Side | undefined): Answer | undefined {
  if (lacks(own)) return fails(unreadableKey);
  if (other && lacks(other)) {
    return fails(
      kind === 'server'
        ? "tls: peer doesn't support any of the certificate's signature algorithms"
        : "tls: client didn't provide a certificate",
    );
  }
  return [own, other].some((side) => side && isCapped(side))
    ? fails('tls: ML-DSA certificates require TLS 1.3')
    : undefined;
}

/** Whether etcd speaks no TLS 1.3. The components of Kubernetes have no such limit. */
export function isCapped({ pki, component }: Side): boolean {
  const etcd = component === 'etcd' ? componentNamed(pki.node, component) : undefined;
  return etcd !== undefined && lastArgument(etcd, 'tls-max-version')?.value === 'TLS1.2';
}
