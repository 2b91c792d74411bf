/** Values with which a component starts, and something does not work. */

import type { Argument } from '../../artifact/argument.ts';
import { componentNamed, lastArgument, listedValues } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { Place } from '../../artifact/place.ts';
import { readBool, readDuration } from '../../core/go-values.ts';
import { isLoopback } from '../../model/facts/host.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { onlyEdit, replaceArgument } from '../base/argument-edit.ts';
import { check, problem } from '../base/check.ts';
import { authorizersOf } from '../configuration/authorizers.ts';
import { isFlag } from '../values/refusal.ts';
import { servingKey, suitesFlag, suitesOf } from '../values/refused-suites.ts';
import { areForOtherKey, lacksHttp2Suite, meantSuites, unknownSuite } from '../values/tls-values.ts';

/** A value that is taken, and what does not work with it. */
interface Weakness {
  readonly argument: Argument;
  readonly effect: string;
  readonly wanted: string;
  /** The value that heals it, if there is one. */
  readonly value?: string;
  /** The file that the flag names, if it is what lacks something. */
  readonly file?: Place;
  /** The authorizer that it lacks. */
  readonly add?: string;
}

/** What each mode of authorization is needed for, unless another one may decide the same. */
const needs = [
  {
    mode: 'Node',
    effect:
      'kubelets get Forbidden, unless a ClusterRoleBinding gives them system:node: by default only the mode Node lets them read their pods and secrets',
  },
  {
    mode: 'RBAC',
    effect: 'no Role has an effect: kube-controller-manager, kube-scheduler and service accounts get Forbidden',
  },
] as const;

/** Only these two modes are known here; any other may allow what they do not. */
function* weakModes(component: Component, pki: Pki): Generator<Weakness> {
  const { argument, modes = [], file } = authorizersOf(component, pki) ?? {};
  const missing = needs.find(({ mode }) => !modes.includes(mode));
  if (!argument || modes.length !== 1 || missing === undefined || !needs.some(({ mode }) => modes.includes(mode)))
    return;
  if (file === undefined) yield { argument, effect: missing.effect, wanted: 'Node,RBAC', value: 'Node,RBAC' };
  else {
    const effect = `it has no authorizer of the type ${missing.mode}: ${missing.effect}`;
    yield { argument, effect, wanted: 'a file with the authorizers Node and RBAC', file, add: missing.mode };
  }
}

function* weakAddress(component: Component): Generator<Weakness> {
  const argument = lastArgument(component, 'advertise-address');
  if (
    !argument?.value ||
    !isLoopback(argument.value) ||
    isLoopback(lastArgument(component, 'bind-address')?.value ?? '')
  )
    return;
  if (lastArgument(component, 'endpoint-reconciler-type')?.value === 'none') return;
  const effect =
    'Endpoints cannot hold a loopback address: the service kubernetes has no endpoint of this API server, and pods do not reach it';
  yield { argument, effect, wanted: 'the address at which other machines reach this API server' };
}

/** Suites that only a key of the other type can serve. All clients in Go speak TLS 1.3, which does not use them. */
function* weakSuites(component: Component, pki: Pki): Generator<Weakness> {
  const argument = lastArgument(component, suitesFlag(component));
  const names = suitesOf(component);
  const key = servingKey(component, pki);
  const min = lastArgument(component, 'tls-min-version')?.value;
  if (!argument || key === undefined || min === 'VersionTLS13' || min === 'TLS1.3') return;
  if (unknownSuite(names) !== undefined || lacksHttp2Suite(names) || !areForOtherKey(names, key)) return;
  const own = `TLS_ECDHE_${key}_WITH_AES_128_GCM_SHA256`;
  const value = meantSuites([own, ...names], key)?.join(',');
  const effect = `the key of its certificate is ${key}, which none of these suites can use: clients that do not speak TLS 1.3 fail with a handshake failure`;
  yield { argument, effect, wanted: `a list with ${own}`, ...(value !== undefined && { value }) };
}

function* weakDuration(component: Component): Generator<Weakness> {
  const argument = lastArgument(component, 'cluster-signing-duration');
  const read = readDuration(argument?.value ?? '');
  if (!argument || typeof read === 'string' || read > 0n) return;
  const effect = 'kube-controller-manager starts, and every certificate that it signs has expired when it is signed';
  yield { argument, effect, wanted: '8760h, the default', value: '8760h0m0s' };
}

/** Without them, its own credential must have the rights of all controllers. */
function* weakCredentials(component: Component, { node, roles }: Pki): Generator<Weakness> {
  const argument = lastArgument(component, 'use-service-account-credentials');
  const server = componentNamed(node, 'kube-apiserver');
  const isOff = readBool(argument?.value ?? '') === false;
  const leaf = roles.find(({ id }) => id === roleIds.controllerManager)?.leaf;
  if (!argument || !isOff || !server || leaf === undefined) return;
  const isMaster = leaf.subject.organizations.includes('system:masters');
  if (isMaster || !listedValues(server, 'authorization-mode').includes('RBAC')) return;
  const effect =
    'all controllers use the credential of kube-controller-manager itself, and most get Forbidden, unless a ClusterRoleBinding gives it their rights';
  yield { argument, effect, wanted: 'true', value: 'true' };
}

/** It is meant for one start after a disaster (etcd, Documentation/op-guide/recovery.md). */
function* weakNewCluster(component: Component): Generator<Weakness> {
  const argument = lastArgument(component, 'force-new-cluster');
  if (!argument || readBool(argument.value ?? '') !== true) return;
  const effect = 'each time that etcd starts, it removes all other members and is the only member of its cluster';
  yield { argument, effect, wanted: 'false, once the cluster is restored', value: 'false' };
}

function* weaknesses(component: Component, pki: Pki): Generator<Weakness> {
  if (component.name === 'kube-apiserver') {
    yield* weakModes(component, pki);
    yield* weakAddress(component);
  }
  if (component.name === 'kube-controller-manager') {
    yield* weakDuration(component);
    yield* weakCredentials(component, pki);
  }
  if (component.name === 'etcd') yield* weakNewCluster(component);
  if (component.name === 'kube-apiserver' || component.name === 'etcd') yield* weakSuites(component, pki);
}

export const argumentWeakValuesChecks = {
  /** Flags with a value that is taken, and with which something does not work. */
  'argument/weak': check('component', function* (component, pki) {
    for (const { argument, effect, wanted, value, file, add = '' } of weaknesses(component, pki)) {
      if (!isFlag(argument)) continue;
      const { name, spelled, at } = argument;
      const own = { component: component.name, flag: spelled, value: argument.value ?? '', effect, wanted };
      if (file !== undefined) {
        yield problem(
          file,
          { ...own, path: file.path, add, name: add.toLowerCase() },
          { key: name, fix: 'authorizer' },
        );
        continue;
      }
      const edit = value === undefined ? undefined : replaceArgument(component, argument, `${spelled}=${value}`);
      const fix =
        value === undefined
          ? `give ${spelled} of ${component.name} ${wanted}`
          : `set ${spelled} of ${component.name} to ${value}`;
      yield problem(at, { ...own, fix }, { key: name, edits: onlyEdit(edit) });
    }
  }),
};
