/**
 * What the kubelet demands of two fields of a pod together (k8s.io/kubernetes pkg/apis/core/validation/validation.go).
 */
import { quantityValue } from '../../core/quantity.ts';
import { getItems, getNode, isTrue, type YamlNode } from '../parse/yaml-node.ts';
import { similar } from './decode.ts';
import type { PodFault } from './fault.ts';

/** Returns the errors about the fields of one object. */
export function* relationFaults(type: string, node: YamlNode, path: string, pod: YamlNode): Generator<PodFault> {
  if (type === 'v1.ResourceRequirements') yield* resourceFaults(node, path);
  if (type === 'v1.ContainerPort') yield* hostPortFaults(node, path, pod);
  if (type === 'v1.SecurityContext') yield* privilegeFaults(node, path);
  if (type === 'v1.Probe') yield* probeFaults(node, path);
}

/** `ValidateContainerResourceRequirements`. */
function* resourceFaults(node: YamlNode, path: string): Generator<PodFault> {
  for (const list of ['limits', 'requests']) {
    for (const [name, value] of entriesOf(node, list)) {
      const at = `${path}.${list}[${name.slice(0, 100)}]`;
      if (!name.includes('/') && !standard.test(name))
        yield invalid(at, JSON.stringify(name.slice(0, 100)), 'must be a standard resource for containers', value);
      const amount = quantityOf(value);
      if (amount !== undefined && amount < 0)
        yield invalid(at, JSON.stringify(textOf(value)), 'must be greater than or equal to 0', value);
    }
  }
  const limits = new Map(entriesOf(node, 'limits'));
  for (const [name, value] of entriesOf(node, 'requests')) {
    const limit = limits.get(name);
    const [most, amount] = [quantityOf(limit), quantityOf(value)];
    if (limit === undefined || most === undefined || amount === undefined || amount <= most) continue;
    const detail = `must be less than or equal to ${name} limit of ${textOf(limit)}`;
    yield invalid(`${path}.requests`, JSON.stringify(textOf(value)), detail, value);
  }
}

/** `IsStandardContainerResourceName`. */
const standard = /^(?:cpu|memory|ephemeral-storage|hugepages-.*)$/;

/** `validateHostNetwork`. Without a hostPort, the defaults set it to the containerPort. */
function* hostPortFaults(node: YamlNode, path: string, pod: YamlNode): Generator<PodFault> {
  if (!isTrue(getNode(pod, 'spec', 'hostNetwork'))) return;
  const [own, host] = [getNode(node, 'containerPort'), getNode(node, 'hostPort')];
  if (own === undefined || host === undefined || /^0+$/.test(textOf(host)) || textOf(own) === textOf(host)) return;
  const detail = 'must match `containerPort` when `hostNetwork` is true';
  yield { ...invalid(`${path}.hostPort`, textOf(host), detail, host), right: textOf(own) };
}

/** `ValidateSecurityContext`. */
function* privilegeFaults(node: YamlNode, path: string): Generator<PodFault> {
  const escalation = getNode(node, 'allowPrivilegeEscalation');
  if (escalation === undefined || isTrue(escalation)) return;
  const fails = (detail: string) => invalid(path, '{…}', detail, escalation);
  if (isTrue(getNode(node, 'privileged')))
    yield fails('cannot set `allowPrivilegeEscalation` to false and `privileged` to true');
  if (getItems(node, 'capabilities', 'add').some((item) => textOf(item) === 'CAP_SYS_ADMIN'))
    yield fails('cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN');
}

function invalid(path: string, value: string, detail: string, node: YamlNode): PodFault {
  return { error: `${path}: Invalid value: ${value}: ${detail}`, node };
}

/** A container has far fewer resources. */
const maxResources = 50;

function entriesOf(node: YamlNode, list: string): readonly (readonly [string, YamlNode])[] {
  const map = getNode(node, list);
  return map?.kind === 'mapping' ? [...map.entries].slice(0, maxResources) : [];
}

const textOf = (node: YamlNode | undefined): string => (node?.kind === 'scalar' ? node.text.slice(0, 100) : '');

function quantityOf(node: YamlNode | undefined): number | undefined {
  return node?.kind === 'scalar' ? quantityValue(node.text) : undefined;
}

/** In the order in which the kubelet looks at them. */
const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'];

/** Returns the errors about the fields of a probe. */
function* probeFaults(node: YamlNode, path: string): Generator<PodFault> {
  const given = handlers.filter((name) => getNode(node, name) !== undefined);
  for (const name of given.slice(1)) {
    const error = `${path}.${name}: Forbidden: may not specify more than 1 handler type`;
    yield { error, node: getNode(node, name) ?? node };
  }
  if (given.length === 0) yield handlerFault(node, path);
  yield* thresholdFaults(node, path);
}

/** `validateHandler`. A misspelled handler counts as none. */
function handlerFault(node: YamlNode, path: string): PodFault {
  const error = `${path}: Required value: must specify a handler type`;
  for (const [key, value] of node.kind === 'mapping' ? node.entries : []) {
    const handler = similar(key, handlers);
    if (handler !== undefined) return { error, node: value, key: { written: key, right: handler } };
  }
  return { error, node };
}

/** `validateLivenessProbe`, `validateReadinessProbe`, `validateStartupProbe`. */
function* thresholdFaults(node: YamlNode, path: string): Generator<PodFault> {
  const invalid = (field: string, detail: string, isWrong: (value: number) => boolean, right?: string) => {
    const value = getNode(node, field);
    if (value?.kind !== 'scalar' || !/^-?\d{1,9}$/.test(value.text) || !isWrong(Number(value.text))) return [];
    const error = `${path}.${field}: Invalid value: ${value.text}: ${detail}`;
    return [{ error, node: value, ...(right !== undefined && { right }) }];
  };
  const isReadiness = path.endsWith('readinessProbe');
  if (!isReadiness) yield* invalid('successThreshold', 'must be 1', (value) => value > 1, '1');
  yield* isReadiness
    ? invalid('terminationGracePeriodSeconds', 'must not be set for readinessProbes', () => true)
    : invalid('terminationGracePeriodSeconds', 'must be greater than 0', (value) => value <= 0);
}
