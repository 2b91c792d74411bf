/** Simulates every connection of a node, step by step. */
import { componentNamed } from '../../artifact/arguments.ts';
import { remember } from '../../core/collections.ts';
import type { ConnectionRow, Dials } from '../../tables/connections.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { limitSignatures, signaturesOfNode } from '../../x509/verify/signature-limit.ts';
import { etcdPeersOf } from '../dialling/etcd-members.ts';
import { strictnessOf } from '../facts/ml-dsa.ts';
import type { Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';
import { authorizedNames, isAdministrators, missingGroups, unboundGroups } from '../trust/authorization.ts';
import { type BothEnds, bothEnds } from './both-ends.ts';
import { type Dial, dialsOf } from './dials.ts';
import { doubtAbout, presentedBy } from './ends.ts';
import { allowedSteps, isOpen, sourceSteps } from './etcd.ts';
import { undocumented } from './kubelet-end.ts';
import { listenerStep } from './listening.ts';
import { mlDsaStep } from './ml-dsa.ts';
import { downSteps, isDown } from './running.ts';
import { loadedBefore, servedBy } from './served.ts';
import { signerSteps, tokenStep } from './signers.ts';
import {
  type Answer,
  anyClientStep,
  clientStep,
  fails,
  loads,
  type Step,
  serverSteps,
  step,
  undetermined,
  type Verifying,
} from './steps.ts';
import { transportStep } from './transport.ts';

/**
 * Simulates RBAC, the Node authorizer, or `--requestheader-allowed-names` (k8s.io/apiserver x509.go,
 * allowedCommonNames).
 */
function identityStep(row: ConnectionRow, role: Role, client: Pki, server: Pki): Step {
  return step('identity', presentedBy(client, role), identityAnswer(row, role, client, server));
}

function identityAnswer(row: ConnectionRow, role: Role, client: Pki, server: Pki): Answer | undefined {
  if (!role.leaf) return undefined;
  const { commonName, organizations } = role.leaf.subject;
  const isProxy = role.row.authorizedBy === 'allowed-names';
  if (!isProxy && organizations.some((group) => isAdministrators(group, client))) return undefined;
  const names = authorizedNames(role, isProxy ? server : client);
  if (names === 'unknown') return undetermined('the node name is unknown (--node-name)');
  const isNamed = names?.includes(commonName) ?? true;
  if (!isNamed || missingGroups(role, client)) return fails(refusal(row, role, client));
  const { misspelled, unknown } = unboundGroups(role, client);
  if (misspelled.length + unknown.length === 0) return undefined;
  const refused = refusal(row, role, client);
  return undetermined(`without a ClusterRoleBinding of this user or of ${organizations.join(', ')}: ${refused}`);
}

/** The message of the table; for a kubelet with the name of another node, the message of the NodeRestriction plugin. */
function refusal({ forbidden }: ConnectionRow, role: Role, { facts }: Pki): string {
  const { commonName = '', organizations = [] } = role.leaf?.subject ?? {};
  const node = facts.nodeName?.value ?? '';
  const other = /^system:node:(.+)$/.exec(commonName)?.[1];
  if (role.row.role === roleIds.kubelet && other !== undefined && organizations.includes('system:nodes')) {
    return `nodes "${node}" is forbidden: node "${other}" is not allowed to modify node "${node}"`;
  }
  return (forbidden ?? '').replaceAll('{user}', commonName).replaceAll('{node}', node);
}

/** One simulated handshake. */
export interface SimulatedConnection extends Dial {
  readonly row: ConnectionRow;
  /** The client's node. */
  readonly client: Pki;
  readonly ends: BothEnds;
  /** In the order of the handshake. */
  readonly steps: readonly Step[];
}

/** Returns the step that decides: the first that fails, else the first that is unknown; undefined if all succeed. */
export function decidingStep({ steps }: SimulatedConnection): Step | undefined {
  return steps.find((one) => one.verdict === 'fail') ?? steps.find((one) => one.verdict === 'unknown');
}

/** Returns what does not work without a connection, as far as it is known whether etcd has other members. */
export function effectOf({ row, client }: SimulatedConnection): string {
  return etcdPeersOf(client) === 'unknown' ? (row.ifSeveral ?? row.without) : row.without;
}

/** Returns the connections that a node makes to the nodes of its cluster, the node itself included. */
export function findConnections(client: Pki, cluster: readonly Pki[]): readonly SimulatedConnection[] {
  return limitSignatures(signaturesOfNode, () => connectionsOf(client, cluster));
}

function connectionsOf(client: Pki, cluster: readonly Pki[]): readonly SimulatedConnection[] {
  return client.layout.connections.flatMap((row) => {
    const role = presenting(row, client);
    if (!exists(row, client, role)) return [];
    return dialsOf({ row, pki: client, cluster, role }).map((dial) => connectionOf(row, role, client, dial));
  });
}

/** Simulates a connection again, to a variant of its server at the same address. */
export function toVariant({ row, client, address, host, at }: SimulatedConnection, server: Pki): SimulatedConnection {
  return limitSignatures(signaturesOfNode, () =>
    connectionOf(row, presenting(row, client), client, { address, host, at, server }),
  );
}

/** The client's role that a row names, if there is one. */
function presenting({ presents, on }: ConnectionRow, client: Pki): Role | undefined {
  const own = client.roles.filter(({ row }) => row.role === presents);
  return ofComponent(own, on) ?? undocumented(presents, client);
}

/** Of several files of a role, a component presents the one that its argument names. */
const ofComponent = (roles: readonly Role[], name: string | null): Role | undefined =>
  roles.find(({ slot }) => slot?.component.name === name) ?? roles[0];

function connectionOf(row: ConnectionRow, role: Role | undefined, client: Pki, dial: Dial): SimulatedConnection {
  const ends = bothEnds(row, client, role, dial);
  return { row, client, ...dial, ends, steps: [...stepsOf(row, role, dial, client, ends), ...doubtfulSteps(ends)] };
}

/** Connections that a component makes whether or not it has a certificate to present. */
const always: readonly Dials[] = ['etcd-servers', 'kubelets', 'service', 'signer'];

/** Whether the node has the client: the component, or its certificate if the input is a bare folder of certificates. */
function exists(row: ConnectionRow, pki: Pki, role: Role | undefined): boolean {
  const bare = pki.node.components.length === 0;
  if (row.on !== null && !bare && componentNamed(pki.node, row.on) === undefined && !isDown(row, pki)) return false;
  if (row.on !== null && !bare && always.includes(row.dials)) return role?.applies.answer !== 'unknown';
  if (role?.applies.answer !== 'yes') return false;
  // If an administrator's kubeconfig is missing, nothing dials with it.
  return role.kind !== 'kubeconfig' || role.seen !== 'absent' || role.row.without === 'outage';
}

function stepsOf(row: ConnectionRow, role: Role | undefined, dial: Dial, client: Pki, ends: BothEnds): readonly Step[] {
  const { server } = dial;
  const down = downSteps(row, client, dial);
  if (down.length > 0) return down;
  if (row.dials === 'signer') return server ? signedSteps(client, server) : [];
  const loaded = ends.presented ? [loads('client', ends.presented)] : [];
  if (loaded.some(({ verdict }) => verdict === 'fail')) return loaded;
  const closed = listenerStep(row, client, dial);
  if (closed) return [...loaded, closed];
  const plain = transportStep(row, client, role, dial) ?? mlDsaStep(row, client, server, ends);
  if (plain) return [...loaded, plain];
  const own = role ? clientSide(row, client, role, dial, ends) : [];
  const tokens = row.presents === roleIds.serviceAccount && server ? [tokenStep(client, server)] : [];
  return [...loaded, ...serverSide(row, client, dial, ends), ...own, ...tokens];
}

/** Ends that may not be able to read their files: they decide if nothing else fails. */
function doubtfulSteps({ presented, served }: BothEnds): readonly Step[] {
  const doubts = [
    ['client', presented],
    ['server', served],
  ] as const;
  return doubts.flatMap(([kind, end]) => {
    const doubt = end && doubtAbout(end);
    return end && doubt !== undefined ? [step(kind, end, undetermined(doubt))] : [];
  });
}

/** The server must trust the signer of a client's new certificate, and the client must accept the server. */
function signedSteps(signing: Pki, verifying: Pki): readonly Step[] {
  const served = servedBy(verifying, roleIds.apiServer, undefined);
  return [...signerSteps(signing, verifying), anyClientStep(served, verifyingOn(verifying, roleIds.apiServer))];
}

/** How a component verifies chains. Most connections verify the same ones, so verdicts are cached. */
const verifyingOn = remember(
  (pki: Pki, component: string): Verifying => ({
    at: pki.judging.at,
    strictness: strictnessOf(component, pki),
    verdicts: new Map(),
  }),
);

function serverSide(row: ConnectionRow, client: Pki, dial: Dial, { served, trusted }: BothEnds): readonly Step[] {
  const { server, host, unseen } = dial;
  if (server === undefined) {
    const where = { owner: client, blames: [], at: dial.at ?? { path: client.node.pki } };
    return [step('server-trust', where, undetermined(unseen ?? 'the server is not in the input'))];
  }
  const required = row.serves === null ? [] : loadedBefore(server, row.serves);
  const down = required.map((end) => loads('server', end)).filter(({ verdict }) => verdict === 'fail');
  if (down.length > 0) return down;
  if (!served) return [];
  const allowed = row.dials === 'peer-urls' && client !== server ? allowedSteps(client, served, dial, row) : [];
  return [...serverSteps(served, trusted, trusted && host, verifyingOn(client, row.on ?? '')), ...allowed];
}

function clientSide(row: ConnectionRow, client: Pki, role: Role, dial: Dial, ends: BothEnds): readonly Step[] {
  const { server } = dial;
  const { presented, verifier: trusted } = ends;
  if (!presented || !trusted) return [];
  const [component = ''] = row.verifies.split(' ');
  const etcd = component === 'etcd';
  if (etcd && server && isOpen(server, row)) return [];
  const trust = clientStep(
    presented,
    { trusted, required: etcd, server: component },
    verifyingOn(server ?? client, component),
  );
  if (!server || trust.verdict === 'fail') return [trust];
  if (!etcd) return [trust, identityStep(row, role, client, server)];
  return [trust, ...sourceSteps(client, presented, dial, row), ...allowedSteps(server, presented, dial, row)];
}
