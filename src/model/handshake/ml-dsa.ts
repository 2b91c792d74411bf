/** Handshakes with a certificate whose key is of ML-DSA: both ends must know it, and speak TLS 1.3. */
import { componentNamed, lastArgument } from '../../artifact/arguments.ts';
import type { ConnectionRow } from '../../tables/connections.ts';
import { unreadableKey } from '../../x509/private-key.ts';
import { hasMlDsaKey, type KnowsMlDsa, knowsMlDsa, kubernetesKnows } from '../facts/ml-dsa.ts';
import { releaseOfComponent } from '../facts/own-release.ts';
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

/** Why not all of the components of a node can use a key of ML-DSA. */
interface MlDsaProblem {
  readonly reason: string;
  /** Whether it is certain that one of them cannot. */
  readonly isCertain: boolean;
}

/** Returns why components of a node cannot use a key of ML-DSA, or are not known to; undefined if all can. */
export function mlDsaProblem(components: readonly string[], pki: Pki): MlDsaProblem | undefined {
  const known = components.map((component) => knowsByItself(component, pki));
  const without = known.find((one) => one.answer === 'no');
  if (without?.answer === 'no') return { reason: `${without.built} does not know ML-DSA`, isCertain: true };
  if (components.some((component) => isCapped({ pki, component }))) {
    const reason = 'tls: ML-DSA certificates require TLS 1.3, and etcd has --tls-max-version=TLS1.2';
    return { reason, isCertain: true };
  }
  const unknown = known.find((one) => one.answer === 'unknown');
  return unknown?.answer === 'unknown' ? { reason: unknown.reason, isCertain: false } : undefined;
}

/** Some components may have a release that is not that of the API server. */
function knowsByItself(name: string, pki: Pki): KnowsMlDsa {
  const component = name === 'etcd' ? undefined : componentNamed(pki.node, name);
  return component ? kubernetesKnows(name, releaseOfComponent(component, pki)) : knowsMlDsa(name, pki);
}

/** Whether etcd speaks no TLS 1.3. The components of Kubernetes have no such limit. */
function isCapped({ pki, component }: Side): boolean {
  const etcd = component === 'etcd' ? componentNamed(pki.node, component) : undefined;
  return etcd !== undefined && lastArgument(etcd, 'tls-max-version')?.value === 'TLS1.2';
}
