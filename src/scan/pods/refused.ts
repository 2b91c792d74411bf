/** Why the kubelet refuses a pod (k8s.io/kubernetes pkg/kubelet/config/common.go, `tryDecodeSinglePod`). */
import type { RefusedPod } from '../../artifact/pod-document.ts';
import type { PodTable } from '../../artifact/pod-table.ts';
import type { YamlError } from '../parse/yaml-node.ts';
import { getItems, getString, type YamlNode } from '../parse/yaml-node.ts';
import { decodeFault } from './decode.ts';
import { correctionsOf, type PodFault } from './fault.ts';
import { validationFaults } from './validate.ts';

/** The error of the kubelet, and what corrects it. */
export type PodRefusal = YamlError & { readonly refused?: Omit<RefusedPod, 'components'> };

/** The kubelet prints all errors of a pod. A person corrects some, and sees the others then. */
const maxFaults = 3;

/** Returns why the kubelet cannot decode a pod; undefined if it can. */
export function undecodedPod(document: YamlNode, table: PodTable): PodRefusal | undefined {
  const fault = decodeFault(document, table);
  return fault && refusal(fault.error, [fault], document);
}

/** Returns why the kubelet rejects a pod as a whole; undefined if it does not. */
export function refusedPod(document: YamlNode, table: PodTable): PodRefusal | undefined {
  const version = getString(document, 'apiVersion');
  if (version === undefined || version.text === '') return { error: "Object 'apiVersion' is missing" };
  const { text, line } = version;
  if (text !== 'v1') return { error: `no kind "Pod" is registered for version ${JSON.stringify(text)}`, line };
  const undecoded = undecodedPod(document, table);
  if (undecoded !== undefined) return undecoded;
  if (!getString(document, 'metadata', 'name')?.text) return { error: 'invalid pod: name is needed for the pod' };
  if (getItems(document, 'spec', 'containers').length === 0)
    return { error: 'invalid pod: spec.containers: Required value' };
  const faults = firstFaults(document, table);
  if (faults.length === 0) return undefined;
  const words = faults.slice(0, maxFaults).map(({ error }) => error);
  return refusal(`invalid pod: [${words.join(' ')}${faults.length > maxFaults ? ' …' : ''}]`, faults, document);
}

/** At most one fault more than are shown. */
function firstFaults(document: YamlNode, table: PodTable): readonly PodFault[] {
  const faults: PodFault[] = [];
  for (const fault of validationFaults(document, table)) {
    faults.push(fault);
    if (faults.length > maxFaults) break;
  }
  return faults;
}

function refusal(error: string, faults: readonly PodFault[], document: YamlNode): PodRefusal {
  const text = getString(document, 'kind')?.lines.text ?? '';
  const corrections = faults.length > maxFaults ? [] : correctionsOf(faults, text);
  return { error, line: faults[0]?.node.line, refused: { corrections } };
}
