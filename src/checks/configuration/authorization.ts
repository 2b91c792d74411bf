/**
 * AuthorizationConfiguration, as kube-apiserver validates it (k8s.io/apiserver
 * pkg/apis/apiserver/validation/validation.go).
 */

import { type Setting, settingAt, settingItems, textAt } from '../../artifact/setting.ts';
import { duplicateValue, invalidValue, requiredValue, unsupportedValue } from '../../core/field-errors.ts';
import { inAnyCase } from '../../core/text.ts';
import type { ValueContext, ValueFault, ValueJudge } from '../values/field-rows.ts';
import { cannotOpen, howToOpen } from './named-path.ts';

/** pkg/kubeapiserver/authorizer/modes/modes.go, AuthorizationModeChoices. */
const types = ['ABAC', 'AlwaysAllow', 'AlwaysDeny', 'Node', 'RBAC', 'Webhook'];

/** The fields of a webhook that have no default, and what may be written. */
const needed: readonly (readonly [field: string, known: readonly string[]])[] = [
  ['timeout', []],
  ['subjectAccessReviewVersion', ['v1', 'v1beta1']],
  ['failurePolicy', ['NoOpinion', 'Deny']],
];

const connections = ['InClusterConfig', 'KubeConfigFile'];

/** What kube-apiserver refuses in an AuthorizationConfiguration. */
export const authorizationFaults: ValueJudge = function* (document, context) {
  const authorizers = settingItems(document, 'authorizers');
  if (authorizers.length === 0) {
    const error = requiredValue('authorizers', 'at least one authorization mode must be defined');
    yield { path: 'authorizers', at: document.at, error, fix: 'list the authorizers Node and RBAC' };
  }
  let isRefused = authorizers.length === 0;
  for (const fault of authorizerFaults(authorizers, context)) {
    isRefused = true;
    yield fault;
  }
  if (!isRefused) yield* inClusterFaults(authorizers);
};

/**
 * What passes the validation, and is then not handled: a webhook has no file with its address
 * (pkg/kubeapiserver/authorizer/reload.go, newForConfig).
 */
function* inClusterFaults(authorizers: readonly Setting[]): Generator<ValueFault> {
  for (const [index, one] of authorizers.entries()) {
    const type = settingAt(one, 'webhook', 'connectionInfo', 'type');
    if (textAt(one, 'type') !== 'Webhook' || textAt(one, 'webhook', 'connectionInfo', 'type') !== 'InClusterConfig')
      continue;
    const error = 'panic: runtime error: invalid memory address or nil pointer dereference';
    const fix = 'write KubeConfigFile, and name the kubeconfig of the webhook in kubeConfigFile';
    yield { path: `authorizers[${index}].webhook.connectionInfo.type`, at: (type ?? one).at, error, fix };
    return;
  }
}

function* authorizerFaults(authorizers: readonly Setting[], context: ValueContext): Generator<ValueFault> {
  const seen = new Set<string>();
  const names = new Set<string>();
  for (const [index, one] of authorizers.entries()) {
    const path = `authorizers[${index}]`;
    const type = textAt(one, 'type');
    const name = textAt(one, 'name');
    const wrong = typeFault(type, `${path}.type`, seen);
    seen.add(type);
    if (wrong !== undefined) {
      yield { path: `${path}.type`, at: (settingAt(one, 'type') ?? one).at, ...wrong };
      continue;
    }
    const at = (settingAt(one, 'name') ?? one).at;
    const where = { path: `${path}.name`, at };
    if (name === '')
      yield { ...where, error: requiredValue(where.path), fix: `write a name, such as ${type.toLowerCase()}` };
    else if (names.has(name))
      yield { ...where, error: duplicateValue(where.path, name), fix: 'write a different name' };
    names.add(name);
    if (type === 'Webhook') yield* webhookFaults(one, path, context);
  }
}

function typeFault(type: string, path: string, seen: ReadonlySet<string>) {
  if (type === '') return { error: requiredValue(path), fix: `write one of ${types.join(', ')}` };
  if (!types.includes(type)) {
    const meant = inAnyCase(type, types);
    return { error: unsupportedValue(path, type, types), fix: `write ${meant ?? `one of ${types.join(', ')}`}` };
  }
  const isAgain = type !== 'Webhook' && seen.has(type);
  return isAgain ? { error: duplicateValue(path, type), fix: `keep one authorizer of type ${type}` } : undefined;
}

function* webhookFaults(authorizer: Setting, path: string, context: ValueContext): Generator<ValueFault> {
  const webhook = settingAt(authorizer, 'webhook');
  if (webhook === undefined) {
    const error = requiredValue(`${path}.webhook`, 'required when type=Webhook');
    yield { path: `${path}.webhook`, at: authorizer.at, error, fix: 'describe the webhook' };
    return;
  }
  for (const [field, known] of needed) {
    const value = textAt(webhook, field);
    const where = { path: `${path}.${field}`, at: (settingAt(webhook, field) ?? webhook).at };
    const fix = known.length === 0 ? 'write how long to wait, at most 30s' : `write ${known.join(' or ')}`;
    if (value === '') yield { ...where, error: requiredValue(where.path), fix };
    else if (known.length > 0 && !known.includes(value))
      yield { ...where, error: unsupportedValue(where.path, value, known), fix };
  }
  const connection = settingAt(webhook, 'connectionInfo');
  const type = textAt(connection, 'type');
  const where = {
    path: `${path}.connectionInfo.type`,
    at: (settingAt(connection, 'type') ?? connection ?? webhook).at,
  };
  if (type === '') yield { ...where, error: requiredValue(where.path), fix: 'write KubeConfigFile' };
  else if (!connections.includes(type))
    yield { ...where, error: unsupportedValue(where.path, type, connections), fix: 'write KubeConfigFile' };
  else if (type === 'KubeConfigFile') yield* kubeconfigFaults(connection ?? webhook, path, context);
  else {
    const file = settingAt(connection, 'kubeConfigFile');
    if (file?.kind !== 'scalar') return;
    const inside = `${path}.connectionInfo.kubeConfigFile`;
    const error = invalidValue(inside, file.text, 'can only be set when type=KubeConfigFile');
    yield { path: inside, at: file.at, error, fix: 'write KubeConfigFile as the type' };
  }
}

function* kubeconfigFaults(connection: Setting, path: string, { component, pki }: ValueContext): Generator<ValueFault> {
  const file = textAt(connection, 'kubeConfigFile');
  const at = (settingAt(connection, 'kubeConfigFile') ?? connection).at;
  const where = { path: `${path}.connectionInfo.kubeConfigFile`, at };
  if (file === '') yield { ...where, error: requiredValue(where.path), fix: 'name the kubeconfig of the webhook' };
  else if (!file.startsWith('/'))
    yield { ...where, error: invalidValue(where.path, file, 'must be an absolute path'), fix: 'write the whole path' };
  else {
    const why = cannotOpen(file, component, pki);
    if (why === undefined) return;
    const error = invalidValue(where.path, file, `error loading file: stat ${file}: no such file or directory`);
    yield { ...where, error, fix: howToOpen(file, why, component.name) };
  }
}
