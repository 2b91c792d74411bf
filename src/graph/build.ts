/** Builds the trust graph from the PKIs of nodes and their connections. */

import type { Certificate } from '../artifact/certificate.ts';
import { groupBy } from '../core/collections.ts';
import { timeOf } from '../core/time.ts';
import type { Presented, Trusted } from '../model/handshake/ends.ts';
import { decidingStep, type SimulatedConnection } from '../model/handshake/index.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Role } from '../model/roles/role.ts';
import type { Connection } from '../results/connection.ts';
import type { GraphEdge, GraphNode, TrustGraph } from '../results/graph.ts';
import { issues } from '../x509/verify/chain.ts';
import { isSignatureLimit, limitSignatures, signaturesOfNode } from '../x509/verify/signature-limit.ts';

// The trust store of an operating system contains hundreds of CAs that sign nothing here.
const maxTrustedPerFile = 10;

// A cluster may have many webhooks; those that fail come first.
const mostDialled = 50;

/**
 * Returns the graph of the nodes of one or several clusters.
 *
 * @param dialled connections to what is on no node: webhooks and extension API servers
 * @param at milliseconds since the epoch
 */
export function buildGraph(
  pkis: readonly Pki[],
  connections: readonly SimulatedConnection[],
  dialled: readonly Connection[],
  at: number,
): TrustGraph {
  const drawing: Drawing = { graph: new GraphCollector(), at, certificates: new Map() };
  for (const pki of pkis) for (const authority of pki.authorities) drawAuthority(drawing, pki, authority);
  for (const pki of pkis) for (const role of pki.roles) if (role.applies.answer === 'yes') drawRole(drawing, pki, role);
  for (const pki of pkis) drawKeys(drawing, pki);
  for (const connection of connections) drawConnection(drawing, connection);
  const worstFirst = dialled.toSorted((one, other) => rank(other) - rank(one));
  for (const connection of worstFirst.slice(0, mostDialled)) drawDialled(drawing, pkis, connection);
  try {
    limitSignatures(signaturesOfNode * pkis.length, () => drawSignatures(drawing));
  } catch (error) {
    if (!isSignatureLimit(error)) throw error;
    const value = { kind: 'certificate', name: 'other signatures', path: null, expires: null } as const;
    drawing.graph.node('other signatures', undefined, { ...value, fault: error.message });
  }
  return drawing.graph.graph(timeOf(at));
}

/** The graph while it is built. */
interface Drawing {
  readonly graph: GraphCollector;
  readonly at: number;
  /** The certificates that are in the graph, by the ids of their nodes. */
  readonly certificates: Map<string, Certificate>;
}

function drawAuthority(
  drawing: Drawing,
  pki: Pki,
  { id, applies, source, loaded, certificates }: Pki['authorities'][number],
) {
  if (applies.answer !== 'yes') return;
  const [own] = loaded?.ok ? loaded.value : [];
  if (own === undefined) {
    const fault = loaded?.ok === false ? loaded.error : (source.reason ?? null);
    const value = { kind: 'authority', name: id, path: source.path, expires: null, fault } as const;
    drawing.graph.node(`authority:${id} ${pki.name}`, pki.name, value);
  }
  for (const one of certificates) drawCertificate(drawing, pki, one, one === own ? id : one.subject.text, source.path);
}

/** Adds a certificate. However many files contain it, it is one node of the graph. */
function drawCertificate(drawing: Drawing, pki: Pki, certificate: Certificate, name: string, path: string): string {
  const { fingerprint256, notBefore, notAfter, basicConstraints } = certificate;
  const id = drawing.graph.node(fingerprint256, pki.name, {
    kind: basicConstraints?.ca ? 'authority' : 'certificate',
    name,
    path,
    expires: new Date(notAfter).toISOString(),
    fault: drawing.at > notAfter ? 'has expired' : drawing.at < notBefore ? 'is not yet valid' : null,
  });
  drawing.certificates.set(id, certificate);
  return id;
}

function drawRole(drawing: Drawing, pki: Pki, role: Role): string {
  if (role.leaf) return drawCertificate(drawing, pki, role.leaf, role.id, role.path);
  const fault = role.seen === 'absent' ? 'no such file' : role.chain?.ok === false ? role.chain.error : null;
  const value = { kind: 'certificate', name: role.id, path: role.path, expires: null, fault } as const;
  return drawing.graph.node(`role ${role.id} ${pki.name}`, pki.name, value);
}

/** Adds the keys that sign and verify service account tokens, and the components that use them. */
function drawKeys(drawing: Drawing, pki: Pki): void {
  const { row, signers, verifiers } = pki.serviceAccount;
  const draw = (id: string, path: string) => {
    const value = { kind: 'key', name: row.role, path, expires: null, fault: null } as const;
    return drawing.graph.node(`key ${id}`, pki.name, value);
  };
  for (const { loaded, source, slot } of signers) {
    if (!loaded?.ok) continue;
    const key = draw(loaded.value.publicKey.id, source.path);
    if (slot) join(drawing, key, component(drawing, pki, slot.component.name), 'shown-by');
  }
  for (const { loaded, source, slot } of verifiers) {
    for (const { id } of loaded?.ok ? loaded.value : []) {
      const key = draw(id, source.path);
      if (slot) join(drawing, key, component(drawing, pki, slot.component.name), 'trusted-by');
    }
  }
}

function component(drawing: Drawing, pki: Pki | undefined, name: string): string {
  const key = `component ${name} ${pki?.name ?? ''}`;
  return drawing.graph.node(key, pki?.name, { kind: 'component', name, path: null, expires: null, fault: null });
}

function join({ graph }: Drawing, from: string, to: string, kind: 'signs' | 'shown-by' | 'trusted-by'): void {
  graph.edge({ from, to, kind, label: null, verdict: null, reason: null });
}

function drawConnection(drawing: Drawing, connection: SimulatedConnection): void {
  const { row, client, server, address, host, ends } = connection;
  const from = component(drawing, client, row.client);
  const serverPki = row.dials === 'nothing' ? undefined : server;
  const unseenServer = host === undefined ? row.server : `${row.server} at ${host}`;
  const to = component(drawing, serverPki, serverPki ? (row.verifies.split(' ')[0] ?? row.server) : unseenServer);
  drawShown(drawing, client, row.presents, ends.presented, from);
  drawTrusted(drawing, client, ends.trusted, from);
  if (server) {
    drawShown(drawing, server, row.serves, ends.served, to);
    drawTrusted(drawing, server, ends.verifier, to);
  }
  const signers = row.dials === 'signer' ? signersOf(drawing, client) : [];
  for (const signer of signers) join(drawing, signer, from, 'signs');
  const step = decidingStep(connection);
  const verdict = step?.verdict ?? 'ok';
  drawing.graph.edge({ from, to, kind: 'dials', label: address, verdict, reason: step?.reason ?? null });
}

function drawDialled(drawing: Drawing, pkis: readonly Pki[], { node, client, server, ...made }: Connection): void {
  const pki = pkis.find(({ name }) => name === node);
  const [from, to] = [component(drawing, pki, client), component(drawing, undefined, server)];
  drawing.graph.edge({ from, to, kind: 'dials', label: made.address, verdict: made.verdict, reason: made.reason });
}

function drawShown(drawing: Drawing, pki: Pki, id: string | null, shown: Presented | undefined, to: string): void {
  if (shown === undefined || shown.material.state === 'none') return;
  const role = pki.roles.find((one) => one.id === id);
  const leaf = shown.material.state === 'known' ? shown.material.value.leaf : undefined;
  const name = leaf === role?.leaf && role ? role.id : shown.at.path;
  if (leaf) join(drawing, drawCertificate(drawing, pki, leaf, name, shown.at.path), to, 'shown-by');
  else if (role) join(drawing, drawRole(drawing, pki, role), to, 'shown-by');
}

function drawTrusted(drawing: Drawing, pki: Pki, trusted: Trusted | undefined, to: string): void {
  const pool = trusted?.material.state === 'known' ? trusted.material.value.slice(0, maxTrustedPerFile) : [];
  for (const one of pool) {
    join(drawing, drawCertificate(drawing, pki, one, one.subject.text, trusted?.at.path ?? ''), to, 'trusted-by');
  }
}

/** The CA certificates with which kube-controller-manager signs. */
function signersOf(drawing: Drawing, pki: Pki): readonly string[] {
  return pki.authorities
    .flatMap(({ trust }) => trust)
    .filter(({ slot }) => slot.row.holds === 'signer')
    .flatMap(({ slot, loaded }) =>
      (loaded?.ok ? loaded.value : []).map((one) =>
        drawCertificate(drawing, pki, one, one.subject.text, slot.path ?? ''),
      ),
    );
}

function drawSignatures(drawing: Drawing): void {
  const all = [...drawing.certificates];
  const authorities = groupBy(
    all.filter(([, certificate]) => certificate.basicConstraints?.ca),
    ([, { subject }]) => subject.der,
  );
  for (const [to, child] of all) {
    if (child.subject.der === child.issuer.der) continue;
    for (const [from, parent] of authorities.get(child.issuer.der) ?? []) {
      if (issues(parent, child)) join(drawing, from, to, 'signs');
    }
  }
}

type NodeValue = Omit<GraphNode, 'id' | 'nodes'>;

/** Collects nodes and edges, and merges nodes that have the same key. */
class GraphCollector {
  private readonly nodes = new Map<string, GraphNode>();
  private readonly edges = new Map<string, GraphEdge>();

  /**
   * Adds a node, and returns its id. `machine` is the cluster node that has it; undefined if that is not in the input.
   */
  node(key: string, machine: string | undefined, value: NodeValue): string {
    const known = this.nodes.get(key);
    const id = known?.id ?? `${value.kind}-${this.nodes.size + 1}`;
    const nodes = [...new Set([...(known?.nodes ?? []), ...(machine === undefined ? [] : [machine])])];
    this.nodes.set(key, { id, ...value, ...known, nodes });
    return id;
  }

  /**
   * Adds an edge. Of several edges between two nodes with the same kind and label, the one with the worst verdict
   * stays.
   */
  edge(edge: GraphEdge): void {
    const key = [edge.from, edge.to, edge.kind, edge.label].join('\0');
    const known = this.edges.get(key);
    if (known === undefined || rank(edge) > rank(known)) this.edges.set(key, edge);
  }

  graph(at: string): TrustGraph {
    return { at, nodes: [...this.nodes.values()], edges: [...this.edges.values()] };
  }
}

const rank = ({ verdict }: Pick<GraphEdge, 'verdict'>): number => ['ok', 'unknown', 'fail'].indexOf(verdict ?? 'ok');
