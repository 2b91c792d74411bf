/** What a report says of connections, against what it says of the ends of these connections. */
import type { Finding, LintOptions, Report } from '../../src/index.ts';
import { findRule } from '../../src/tables/catalog.ts';
import { connectionRows } from '../../src/tables/connections.ts';

type Reported = Report['connections'][number];

const components = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd', 'kubelet'];
const stop = new RegExp(`(?:the )?(${components.join('|')}) (?:does not start|exits)`, 'g');

/** The components that a finding says do not start: in its own words, or because its rule says it of its subject. */
function stoppedBy({ rule, subject, message, related }: Finding): ReadonlySet<string> {
  const words = [message, ...related.map((one) => one.message)].join('\n');
  const said = [...words.matchAll(stop)].flatMap(([, name]) => name ?? []);
  const [first = ''] = subject.split(' ');
  return new Set([...said, ...(findRule(rule)?.stops && components.includes(first) ? [first] : [])]);
}

/** The node of a connection's server, and the components at its ends; those of a person or a pod are none. */
function endsOf({ id, node, server }: Reported) {
  const row = connectionRows.find((one) => one.id === id);
  if (row === undefined) throw new Error(`no connection ${id}`);
  const [client = ''] = row.dials === 'signer' ? [row.on ?? ''] : row.client.split(/[ ']/);
  const [listener = ''] = row.dials === 'nothing' ? [''] : row.verifies.split(' ');
  const [, other = node] = / on (\S+)$/.exec(server) ?? [];
  return [
    { node, component: client, role: row.presents },
    { node: other, component: listener, role: row.serves ?? '' },
  ];
}

/** Errors of today. What fails only after an upgrade breaks nothing yet; excess privilege never does. */
const isBreaking = ({ severity, impact, suppressed }: Finding): boolean =>
  severity === 'error' && suppressed === null && (impact === 'outage' || impact === 'expiry');

/** Rules whose findings leave some connections of their role intact, and which. */
const intact: Readonly<Record<string, (finding: Finding, connection: Reported) => boolean>> = {
  // Those to addresses that the certificate does name, and that of a client that verifies nothing.
  'san/coverage': ({ message }, { id, address }) =>
    id === 'etcd-gateway' || !message.split(': ')[0]?.includes(new URL(address ?? 'none:').hostname),
  // Those of clients that trust the other CA.
  'cert/issuer': () => true,
  // Those whose user a binding allows what it dials for.
  'cert/organization': (_, { id }) => id === 'super-admin-kube-apiserver',
  // Those of a node to itself, or to the nodes that are right.
  'cluster/authority': () => true,
  'cluster/service-account': () => true,
  'service-account/present': (_, { server }) => server.includes(' on '),
  // The kubelet runs one of the two pods, and the connections are those of the first.
  'manifest/conflict': () => true,
  // Those at the right address, if the component starts.
  'argument/address': () => true,
  // Those of certificates that the limits allow.
  'authority/limit': () => true,
  // Those of clients whose certificates are signed from now on.
  'authority/issued': (_, { id }) => id === 'signed-kube-apiserver',
};

const isBroken = (finding: Finding, connection: Reported): boolean => !intact[finding.rule]?.(finding, connection);

/**
 * Returns the connections that work although a finding says that one of their ends does not, and those that fail
 * without a finding that explains it.
 */
export function contradictions(
  { connections, findings }: Pick<Report, 'connections' | 'findings'>,
  { only = [], rules = {} }: Pick<LintOptions, 'only' | 'rules'> = {},
): readonly string[] {
  const known = new Set(findings.map(({ fingerprint }) => fingerprint));
  // A selection can leave out the finding that explains a connection.
  const isWhole = only.length === 0 && !Object.values(rules).includes('off');
  const unexplained = connections.filter(
    ({ verdict, cause }) => isWhole && verdict === 'fail' && !known.has(cause ?? ''),
  );
  const impossible = findings.filter(isBreaking).flatMap((finding) => {
    const stopped = stoppedBy(finding);
    const isEnd = (one: Reported) =>
      endsOf(one).some(
        ({ node, component, role }) =>
          node === finding.node && (stopped.has(component) || (role === finding.subject && isBroken(finding, one))),
      );
    const working = connections.filter((one) => one.verdict === 'ok' && isEnd(one));
    return working.map(
      (one) => `${one.node} ${one.id} ${one.address} works, despite ${finding.rule}@${finding.subject}`,
    );
  });
  return [...unexplained.map((one) => `${one.node} ${one.id} fails without a finding: ${one.reason}`), ...impossible];
}
