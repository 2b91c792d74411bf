/** What the kubelet demands of a probe as a whole (k8s.io/kubernetes pkg/apis/core/validation/validation.go). */
import { getNode, type YamlNode } from '../parse/yaml-node.ts';
import { similar } from './decode.ts';
import type { PodFault } from './fault.ts';

/** In the order in which the kubelet looks at them. */
const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'];

/** Returns the errors about the fields of a probe. */
export function* probeFaults(node: YamlNode, path: string): Generator<PodFault> {
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
