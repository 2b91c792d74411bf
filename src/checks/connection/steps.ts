/** Checks of handshakes that fail although both ends pass on their own, with a check for each step that can decide. */
import { flagValue, kubeletServingPair } from '../../artifact/arguments.ts';
import { apiServerPort, usualPort } from '../../model/dialling/api-servers.ts';
import { wantedServer } from '../../model/dialling/right-end.ts';
import { hostOf, namesMachine, readAddress } from '../../model/facts/host.ts';
import { decidingStep, effectOf, type SimulatedConnection } from '../../model/handshake/index.ts';
import { partsOfUrl } from '../../model/handshake/listening.ts';
import type { Step } from '../../model/handshake/steps.ts';
import { configMapOfKubelets } from '../../model/roles/kubelet-config.ts';
import type { StepKind } from '../../tables/catalog.ts';
import { check, notApplicable, problem, skip } from '../base/check.ts';
import { editsOfListener, editsOfTransport } from './listener-edit.ts';

/** A check of the connections whose deciding step is one of these. */
function failsAt(...kinds: readonly StepKind[]) {
  return check('connection', function* (connection) {
    const { row, address, client, server } = connection;
    const step = decidingStep(connection);
    if (step === undefined) return;
    if (row.dials === 'etcd-gateway') return yield notApplicable("no component uses etcd's HTTP gateway");
    if (!kinds.includes(step.kind)) return yield notApplicable('a different step decides');
    if (server === undefined && step.verdict === 'unknown') return yield notApplicable(step.reason ?? 'unknown');
    if (step.verdict === 'unknown') return yield skip(step.reason ?? 'unknown');
    if (step.kind === 'server-name' && isNamedByMachine(connection)) return yield notApplicable(ofOtherNode);
    const data = dataOf(connection, step);
    const edits = data.cluster ? undefined : editsOf[step.kind]?.(connection);
    const restarted = edits === undefined ? data : { ...data, component: edits.component };
    // The finding is on the node of the file that decides. If that is the server's, the message names both ends.
    const phrases = step.owner === client ? {} : { client: '{of}: {client}', dialled: '{target} on {owner}' };
    yield problem(step.at, restarted, { key: address ?? '', phrases, ...fixOf(connection, step, data), ...edits });
  });
}

/** The change of a flag that heals a step, by its kind. */
const editsOf: Partial<Record<StepKind, typeof editsOfListener>> = {
  listener: editsOfListener,
  transport: editsOfTransport,
};

const ofOtherNode = 'the credential of the kubelet is that of a different node';

/**
 * Whether the certificate of a kubelet is valid for the name of its machine, and only its credential has the name of a
 * node that is dialled: without `--hostname-override` a kubelet registers the machine's (k8s.io/component-helpers
 * node/util GetHostname).
 */
function isNamedByMachine({ row, address, server, ends }: SimulatedConnection): boolean {
  // An address is not the name of a node.
  if (readAddress(hostOf(address ?? '') ?? '') !== undefined) return false;
  const machine = server?.node.machine?.name;
  const leaf = ends.served?.material.state === 'known' ? ends.served.material.value.leaf : undefined;
  if (row.dials !== 'kubelets' || server === undefined || machine === undefined || leaf === undefined) return false;
  return flagValue(server.node, 'kubelet', 'hostname-override') === undefined && namesMachine(leaf, machine);
}

function dataOf(connection: SimulatedConnection, step: Step): Record<string, string> {
  const { row, address, client, server, ends } = connection;
  const { served, presented } = ends;
  const argument = argumentAt(step);
  const isOfServer = step.owner === client && server !== client;
  const judged = (isOfServer ? served : presented)?.material;
  const name = judged?.state === 'known' ? judged.value.leaf.subject.commonName : '';
  const certificate = `${served?.at.path ?? row.server} of ${server?.name ?? ''}`;
  const target = address ?? row.server;
  const isRefused = argument !== undefined && isNameList(argument.flag);
  return {
    client: row.client,
    of: client.name,
    server: row.server,
    target,
    dialled: step.owner === client ? target : `${target} on ${step.owner.name}`,
    error: step.reason ?? '',
    hint: isRefused ? ` (${argument.text} of ${step.owner.name} does not allow "${name}")` : '',
    without: effectOf(connection),
    path: step.at.path,
    presents: row.presents,
    served: served?.at.path ?? row.server,
    trust: argument?.text ?? step.at.path,
    fix: argument?.text ?? '',
    name,
    owner: step.owner.name,
    node: server?.name ?? '',
    configmap: configMapOfKubelets(client),
    ...(step.kind === 'server-trust' && servedWhy(connection, step)),
    expected: isOfServer ? `an address for which ${certificate} is valid` : `a SAN for this address in ${certificate}`,
    ...(isOfServer || isMistyped(connection, step) ? addressOf(connection) : {}),
  };
}

/**
 * Whether what a server presents has only expired, on the node of the finding or on another one: for fixes that depend
 * on it.
 */
function servedWhy({ client, server, ends: { served } }: SimulatedConnection, { owner }: Step): Record<string, string> {
  const material = served?.material;
  const hasExpired = material?.state === 'known' && client.judging.at > material.value.leaf.notAfter;
  if (!hasExpired) return { untrusted: 'yes' };
  return server === owner ? { endedHere: 'yes' } : { endedThere: 'yes' };
}

/** Whether a kubeconfig has a port at which the API server does not listen, while that has its usual one. */
function isMistyped({ row, address, client, server }: SimulatedConnection, { kind }: Step): boolean {
  if (kind !== 'listener' || row.dials !== 'kubeconfig-server' || server !== client) return false;
  const port = apiServerPort(client.node);
  return port === usualPort(client.node) && partsOfUrl(address ?? '')?.port !== port;
}

/** The entry of a client's kubeconfig, and what it should dial. */
function addressOf({ row, client }: SimulatedConnection): Record<string, string> {
  const role = client.roles.find(({ id }) => id === row.presents);
  const wanted = role?.kind === 'kubeconfig' ? (wantedServer(role, client) ?? '') : '';
  const cluster = role?.kubeconfig?.cluster?.name ?? '';
  return { cluster, wanted, unknown: wanted === '' ? 'unknown' : '', [row.client]: row.client };
}

/** The cause, where it has a fix of its own: a list of names of etcd, or a kubelet's certificate. */
function fixOf(
  { row, server, ends }: SimulatedConnection,
  step: Step,
  { cluster }: Record<string, string>,
): { readonly fix?: string } {
  if ((step.kind === 'server-name' || step.kind === 'listener') && cluster) return { fix: 'address' };
  if (step.kind === 'client-name') return { fix: 'name' };
  const argument = argumentAt(step);
  if (step.kind === 'identity' && argument !== undefined && isNameList(argument.flag)) return { fix: 'name-list' };
  if (step.kind !== 'server-trust' || row.dials !== 'kubelets' || server === undefined) return {};
  if (flagValue(server.node, 'kubelet', 'tls-cert-file') !== undefined) return { fix: 'kubelet-given' };
  return ends.served?.at.path === kubeletServingPair(server.node, false)[0] ? { fix: 'kubelet' } : {};
}

/** The flag that decides a step, as `etcd --peer-cert-allowed-cn=member`. */
function argumentAt({ owner, at }: Step): { readonly flag: string; readonly text: string } | undefined {
  for (const { name, arguments: all } of owner.node.components) {
    const argument = all.find((one) => one.at === at);
    if (argument) return { flag: argument.name, text: `${name} ${argument.spelled}=${argument.value ?? ''}` };
  }
  return undefined;
}

/** Whether a flag lists the names that etcd lets in. */
const isNameList = (flag: string): boolean => /-cert-allowed-(?:cn|hostname)$/.test(flag);

export const connectionStepsChecks = {
  'connection/credential': failsAt('client', 'server'),
  'connection/listener': failsAt('listener'),
  'connection/server-trust': failsAt('server-trust'),
  'connection/server-name': failsAt('server-name'),
  'connection/client-trust': failsAt('client-trust', 'client-name'),
  'connection/identity': failsAt('identity'),
  'connection/transport': failsAt('transport'),
};
