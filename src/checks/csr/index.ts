/** Rules `csr/*`: what became of requests for certificates. */
import { flagValue } from '../../artifact/arguments.ts';
import type { SigningRequest } from '../../artifact/objects/cluster-objects.ts';
import { handful, printable } from '../../core/text.ts';
import { timeOf } from '../../core/time.ts';
import { isBound, showsBindings } from '../../model/objects/access.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { approvalBinding } from '../../model/objects/needed-bindings.ts';
import {
  kubeletClient,
  kubeletServing,
  namesAskedFor,
  namesOfOthers,
  ownSigners,
  type RequestState,
  requestedFor,
  requestState,
  sameRequests,
  settled,
} from '../../model/objects/requests.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { type CheckResult, check, list, notApplicable, problem, skip } from '../base/check.ts';

/** Judges requests in a state, unless a later one took their place. Those that are young may still change. */
function requestCheck(
  state: RequestState,
  judge: (request: SigningRequest, dump: JudgedDump) => Iterable<CheckResult>,
) {
  return check('csr', function* (request, dump) {
    const found = requestState(request);
    if (found !== state) return yield notApplicable(`it is ${found}`);
    if (!request.signer.startsWith(ownSigners)) return yield notApplicable('its signer belongs to another program');
    const all = sameRequests(dump.objects, request);
    if (all.at(-1) !== request) return yield notApplicable('a later request took its place');
    const { newest } = dump.objects;
    const since = sinceWhen(request, state, all);
    if (since === undefined || newest === undefined) return yield skip('nothing shows how old it is');
    const isFinal = state === 'denied' || state === 'failed';
    if (isFinal || newest - since >= settled) yield* judge(request, dump);
  });
}

/** Since when it has been in its state: of pending ones, the oldest counts. */
function sinceWhen(request: SigningRequest, state: RequestState, all: readonly SigningRequest[]): number | undefined {
  if (state === 'pending') return all.find((one) => requestState(one) === 'pending')?.meta.created;
  return request.conditions.find(({ type }) => type.toLowerCase() === state)?.since ?? request.meta.created;
}

const usual = (request: SigningRequest) => ({ csr: request.meta.name, identity: requestedFor(request) });

/** What a node asks for that is not its own: the certificate of another node, or names of other machines. */
function strangeIn(request: SigningRequest, { objects }: JudgedDump): readonly string[] {
  const { username, signer } = request;
  if (!username.startsWith('system:node:')) return [];
  const identity = requestedFor(request);
  if (username !== identity) return [identity];
  return signer === kubeletServing ? namesOfOthers(objects, request) : [];
}

const offCause = 'controller csrapproving does not run';

export const csrChecks = {
  'csr/serving-pending': requestCheck('pending', function* (request, dump) {
    if (request.signer !== kubeletServing) return yield notApplicable('it has a different signer');
    if (strangeIn(request, dump).length > 0) return yield notApplicable('reported by csr/requester');
    const names = list(namesAskedFor(request));
    yield problem(request.meta.at, { ...usual(request), names });
  }),

  'csr/client-pending': requestCheck('pending', function* (request, dump) {
    const { objects } = dump;
    if (request.signer !== kubeletClient) return yield notApplicable('it has a different signer');
    if (strangeIn(request, dump).length > 0) return yield notApplicable('reported by csr/requester');
    const { username: user, groups } = request;
    const data = { ...usual(request), user: printable(user, 100) };
    const { binding, clusterrole, group } = approvalOf(request);
    const isAllowed = showsBindings(objects) ? isBound(objects, { user, groups }, clusterrole) : undefined;
    if (isAllowed !== true && group === undefined) {
      const cause = `${data.user} is neither a node nor a bootstrap token`;
      return yield problem(request.meta.at, { ...data, cause }, { fix: 'stranger' });
    }
    const [off, unbound] = [offCause, `no ClusterRoleBinding gives ${group} the ClusterRole ${clusterrole}`];
    if (isAllowed === true) return yield problem(request.meta.at, { ...data, cause: off });
    if (isAllowed === undefined) return yield problem(request.meta.at, { ...data, cause: `${off}, or ${unbound}` });
    const lists = { subjectFlags: [`--group=${group}`] };
    yield problem(request.meta.at, { ...data, cause: unbound, binding, clusterrole }, { fix: 'binding', lists });
  }),

  'csr/requester': requestCheck('pending', function* (request, dump) {
    if (![kubeletServing, kubeletClient].includes(request.signer))
      return yield notApplicable('it has a different signer');
    const strange = strangeIn(request, dump);
    const data = { csr: request.meta.name, identity: handful(strange, 5), user: request.username };
    if (strange.length > 0) yield problem(request.meta.at, data);
  }),

  'csr/denied': requestCheck('denied', function* (request) {
    const effect = withoutCertificate[request.signer] ?? '';
    yield problem(request.meta.at, { ...usual(request), error: errorOf(request, 'Denied'), effect });
  }),

  'csr/failed': requestCheck('failed', function* (request) {
    yield problem(request.meta.at, { ...usual(request), error: errorOf(request, 'Failed') });
  }),

  'csr/unissued': requestCheck('approved', function* (request, { nodes }) {
    const since = request.conditions.find(({ type }) => type === 'Approved')?.since ?? request.meta.created ?? 0;
    const causes = nodes.flatMap((pki) => missingSigner(request.signer, pki) ?? []);
    const cause = causes.length === 0 ? '' : `: ${list(causes)}`;
    yield problem(request.meta.at, { ...usual(request), signer: request.signer, time: timeOf(since), cause });
  }),
} as const;

/** What a kubelet cannot do whose request no one approves. */
const withoutCertificate: Readonly<Record<string, string>> = {
  [kubeletServing]: 'kubectl logs and exec cannot connect to a kubelet without a serving certificate. ',
  [kubeletClient]: 'A node cannot join without its client certificate, and is lost when that expires. ',
};

/** The reason and the message of a condition, in the words of what set it. */
function errorOf({ conditions }: SigningRequest, wanted: string): string {
  const { reason = '', message = '' } = conditions.find(({ type }) => type === wanted) ?? {};
  return printable([reason, message].filter((one) => one !== '').join(': '), 300) || 'it has no message';
}

/**
 * What controller csrapproving asks before it approves a kubelet's request (pkg/controller/certificates/approver,
 * recognizers), with the group that asks and the binding that allows it.
 */
function approvalOf({ username, groups }: SigningRequest) {
  const isNode = username.startsWith('system:node:');
  const row = approvalBinding(isNode ? 'selfnodeclient' : 'nodeclient');
  const all = 'system:bootstrappers';
  const token = groups.find((one) => one.startsWith(`${all}:`)) ?? groups.find((one) => one === all);
  return { binding: row?.name ?? '', clusterrole: row?.clusterRole ?? '', group: isNode ? 'system:nodes' : token };
}

/** Why the controller manager of a control plane does not sign; undefined if nothing shows that. */
function missingSigner(signer: string, { node, name }: Pki): string | undefined {
  const manager = node.components.find((one) => one.name === 'kube-controller-manager');
  if (manager === undefined || manager.unknown !== undefined) return undefined;
  for (const part of ['cert', 'key']) {
    const flags = [`cluster-signing-${shortNames[signer] ?? ''}-${part}-file`, `cluster-signing-${part}-file`];
    const path = flags.map((flag) => flagValue(node, manager.name, flag)).find((value) => value !== undefined);
    if (path === undefined) return `kube-controller-manager of ${name} has no --cluster-signing-${part}-file`;
    if (node.files.get(path)?.state === 'absent') {
      return `kube-controller-manager of ${name} needs ${path}, which does not exist`;
    }
  }
  return undefined;
}

/** How the flags of kube-controller-manager name its signers (cmd/kube-controller-manager/app/options). */
const shortNames: Readonly<Record<string, string>> = {
  [kubeletServing]: 'kubelet-serving',
  [kubeletClient]: 'kubelet-client',
  'kubernetes.io/kube-apiserver-client': 'kube-apiserver-client',
  'kubernetes.io/legacy-unknown': 'legacy-unknown',
};
