/** PKIs and their connections → the trust graph. */
import type { Certificate } from '../core/certificate.ts';
import type { GraphEdge, GraphNode, TrustGraph } from '../core/graph.ts';
import { timeOf } from '../core/time.ts';
import type { Presented, Trusted } from '../model/handshake/ends.ts';
import { decidingStep, type SimulatedConnection } from '../model/handshake/index.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Role } from '../model/roles/role.ts';
import { issues } from '../x509/chain.ts';

// Of a trust file: one of a whole system holds hundreds that sign nothing here.
const mostTrusted = 10;

/** The graph of the nodes of one or several clusters, as of `at` (milliseconds since the epoch). */
export function buildGraph(pkis: readonly Pki[], connections: readonly SimulatedConnection[], at: number): TrustGraph {
  const drawn: Drawn = { graph: new GraphCollector(), at, certificates: new Map() };
  for (const pki of pkis) for (const authority of pki.authorities) drawAuthority(drawn, pki, authority);
  for (const pki of pkis) for (const role of pki.roles) if (role.applies.answer === 'yes') drawRole(drawn, pki, role);
  for (const pki of pkis) drawKeys(drawn, pki);
  for (const connection of connections) drawConnection(drawn, connection);
  drawSignatures(drawn);
  return drawn.graph.graph(timeOf(at));
}

interface Drawn {
  readonly graph: GraphCollector;
  readonly at: number;
  /** What was drawn, by its id. */
  readonly certificates: Map<string, Certificate>;
}

function drawAuthority(
  drawn: Drawn,
  pki: Pki,
  { id, applies, source, loaded, certificates }: Pki['authorities'][number],
) {
  if (applies.answer !== 'yes') return;
  const [own] = loaded?.ok ? loaded.value : [];
  if (own === undefined) {
    const fault = loaded?.ok === false ? loaded.error : (source.reason ?? null);
    const thing = { kind: 'authority', name: id, path: source.path, expires: null, fault } as const;
    drawn.graph.node(`authority ${id} ${pki.name}`, pki.name, thing);
  }
  for (const one of certificates) drawCertificate(drawn, pki, one, one === own ? id : one.subject.text, source.path);
}

/** One certificate is one node of the graph, wherever it lies. */
function drawCertificate(drawn: Drawn, pki: Pki, certificate: Certificate, name: string, path: string): string {
  const { fingerprint256, notBefore, notAfter, basicConstraints } = certificate;
  const id = drawn.graph.node(fingerprint256, pki.name, {
    kind: basicConstraints?.ca ? 'authority' : 'certificate',
    name,
    path,
    expires: new Date(notAfter).toISOString(),
    fault: drawn.at > notAfter ? 'has expired' : drawn.at < notBefore ? 'is not yet valid' : null,
  });
  drawn.certificates.set(id, certificate);
  return id;
}

function drawRole(drawn: Drawn, pki: Pki, role: Role): string {
  if (role.leaf) return drawCertificate(drawn, pki, role.leaf, role.id, role.path);
  const fault = role.seen === 'absent' ? 'no such file' : role.chain?.ok === false ? role.chain.error : null;
  const thing = { kind: 'certificate', name: role.id, path: role.path, expires: null, fault } as const;
  return drawn.graph.node(`role ${role.id} ${pki.name}`, pki.name, thing);
}

/** Keys that sign and verify tokens, and who does so with them. */
function drawKeys(drawn: Drawn, pki: Pki): void {
  const { row, signers, verifiers } = pki.serviceAccount;
  const draw = (id: string, path: string) => {
    const thing = { kind: 'key', name: row.role, path, expires: null, fault: null } as const;
    return drawn.graph.node(`key ${id}`, pki.name, thing);
  };
  for (const { loaded, source, slot } of signers) {
    if (!loaded?.ok) continue;
    const key = draw(loaded.value.publicKey.id, source.path);
    if (slot) join(drawn, key, component(drawn, pki, slot.component.name), 'shown-by');
  }
  for (const { loaded, source, slot } of verifiers) {
    for (const { id } of loaded?.ok ? loaded.value : []) {
      const key = draw(id, source.path);
      if (slot) join(drawn, key, component(drawn, pki, slot.component.name), 'trusted-by');
    }
  }
}

function component(drawn: Drawn, pki: Pki | undefined, name: string): string {
  const key = `component ${name} ${pki?.name ?? ''}`;
  return drawn.graph.node(key, pki?.name, { kind: 'component', name, path: null, expires: null, fault: null });
}

function join({ graph }: Drawn, from: string, to: string, kind: 'signs' | 'shown-by' | 'trusted-by'): void {
  graph.edge({ from, to, kind, label: null, verdict: null, reason: null });
}

function drawConnection(drawn: Drawn, connection: SimulatedConnection): void {
  const { row, client, server, address, host, ends } = connection;
  const from = component(drawn, client, row.client);
  const given = row.dials === 'nothing' ? undefined : server;
  const elsewhere = host === undefined ? row.server : `${row.server} at ${host}`;
  const to = component(drawn, given, given ? (row.verifies.split(' ')[0] ?? row.server) : elsewhere);
  drawShown(drawn, client, row.presents, ends.presented, from);
  drawTrusted(drawn, client, ends.trusted, from);
  if (server) {
    drawShown(drawn, server, row.serves, ends.served, to);
    drawTrusted(drawn, server, ends.verifier, to);
  }
  const signer = row.dials === 'signer' ? signersOf(drawn, client) : [];
  for (const one of signer) join(drawn, one, from, 'signs');
  const step = decidingStep(connection);
  const verdict = step?.verdict ?? 'ok';
  drawn.graph.edge({ from, to, kind: 'dials', label: address, verdict, reason: step?.reason ?? null });
}

function drawShown(drawn: Drawn, pki: Pki, id: string | null, shown: Presented | undefined, to: string): void {
  if (shown === undefined || shown.material.state === 'none') return;
  const role = pki.roles.find((one) => one.id === id);
  const leaf = shown.material.state === 'known' ? shown.material.value.leaf : undefined;
  const name = leaf === role?.leaf && role ? role.id : shown.at.path;
  if (leaf) join(drawn, drawCertificate(drawn, pki, leaf, name, shown.at.path), to, 'shown-by');
  else if (role) join(drawn, drawRole(drawn, pki, role), to, 'shown-by');
}

function drawTrusted(drawn: Drawn, pki: Pki, trusted: Trusted | undefined, to: string): void {
  const pool = trusted?.material.state === 'known' ? trusted.material.value.slice(0, mostTrusted) : [];
  for (const one of pool) {
    join(drawn, drawCertificate(drawn, pki, one, one.subject.text, trusted?.at.path ?? ''), to, 'trusted-by');
  }
}

/** What kube-controller-manager signs with. */
function signersOf(drawn: Drawn, pki: Pki): readonly string[] {
  return pki.authorities
    .flatMap(({ trust }) => trust)
    .filter(({ slot }) => slot.row.holds === 'signer')
    .flatMap(({ slot, loaded }) =>
      (loaded?.ok ? loaded.value : []).map((one) =>
        drawCertificate(drawn, pki, one, one.subject.text, slot.path ?? ''),
      ),
    );
}

function drawSignatures(drawn: Drawn): void {
  const all = [...drawn.certificates];
  const authorities = all.filter(([, certificate]) => certificate.basicConstraints?.ca);
  for (const [to, child] of all) {
    if (child.subject.der === child.issuer.der) continue;
    for (const [from, parent] of authorities) if (issues(parent, child)) join(drawn, from, to, 'signs');
  }
}

type Thing = Omit<GraphNode, 'id' | 'nodes'>;

/** Collects a graph; what has the same key is one node of it, and ids count the nodes of a kind. */
export class GraphCollector {
  private readonly nodes = new Map<string, GraphNode>();
  private readonly edges = new Map<string, GraphEdge>();

  /** The id of a thing; `on` is the node that holds it, undefined where it was not given. */
  node(key: string, on: string | undefined, thing: Thing): string {
    const known = this.nodes.get(key);
    const id = known?.id ?? `${thing.kind}-${this.nodes.size + 1}`;
    const nodes = [...new Set([...(known?.nodes ?? []), ...(on === undefined ? [] : [on])])];
    this.nodes.set(key, { id, ...thing, ...known, nodes });
    return id;
  }

  /** Joins two things, once for each label; of connections the worst verdict stays. */
  edge(edge: GraphEdge): void {
    const key = [edge.from, edge.to, edge.kind, edge.label].join('\0');
    const known = this.edges.get(key);
    if (known === undefined || rank(edge) > rank(known)) this.edges.set(key, edge);
  }

  graph(at: string): TrustGraph {
    return { at, nodes: [...this.nodes.values()], edges: [...this.edges.values()] };
  }
}

const rank = ({ verdict }: GraphEdge): number => ['ok', 'unknown', 'fail'].indexOf(verdict ?? 'ok');
