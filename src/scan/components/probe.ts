/** Reads the probes of a container, as the kubelet does (k8s.io/kubernetes pkg/probe/util.go and pkg/kubelet/prober). */
import { unsupportedValue } from '../../core/field-errors.ts';
import { type Probe, type ProbeForm, type ProbeKind, probeFields, probeKinds } from '../../core/probe.ts';
import { withoutSecret } from '../../core/secrets.ts';
import { argumentAt, placeAt } from '../parse/document.ts';
import { getItems, getNode, getString, type YamlError, type YamlNode } from '../parse/yaml.ts';

const actions = ['httpGet', 'tcpSocket', 'grpc'] as const;
const handlers = [...actions, 'exec'] as const;

/** Returns the probes of a container that dial. */
export function readProbes(path: string, container: YamlNode): readonly Probe[] {
  return probeKinds.flatMap((kind) => {
    const probe = getNode(container, `${kind}Probe`);
    return actions.flatMap((action) => {
      const fields = getNode(probe, action);
      return fields === undefined ? [] : [readProbe(path, container, { kind, action }, fields)];
    });
  });
}

function readProbe(
  path: string,
  container: YamlNode,
  { kind, action }: Pick<Probe, 'kind' | 'action'>,
  fields: YamlNode,
): Probe {
  const portText = textOf(getNode(fields, 'port'));
  const [location = ''] = (getString(fields, 'path')?.text || '/').split(/[?#]/);
  const headers = getItems(fields, 'httpHeaders').flatMap((header) => getString(header, 'name')?.text ?? []);
  return {
    kind,
    action,
    scheme: getString(fields, 'scheme')?.text === 'HTTPS' ? 'HTTPS' : 'HTTP',
    host: getString(fields, 'host')?.text || undefined,
    port: portOf(container, portText),
    portText: withoutSecret(portText),
    // The kubelet reads it as a URL, of which it keeps the path.
    path: withoutSecret(location.startsWith('/') ? location : `/${location}`),
    isAuthorized: headers.some((name) => name.toLowerCase() === 'authorization'),
    at: placeAt(path, fields),
    form: formOf(path, fields),
  };
}

const textOf = (node: YamlNode | undefined): string => (node?.kind === 'scalar' ? node.text : '');

/** The port that a probe means: a number, or that of the container's port with the name (ResolveContainerPort). */
function portOf(container: YamlNode, text: string): number | undefined {
  const named = getItems(container, 'ports').find((port) => getString(port, 'name')?.text === text);
  const number = named === undefined ? text : textOf(getNode(named, 'containerPort'));
  const port = /^\d{1,5}$/.test(number) ? Number(number) : 0;
  return port > 0 && port < 65_536 ? port : undefined;
}

function formOf(path: string, fields: YamlNode): ProbeForm {
  const entries = fields.kind === 'mapping' ? [...fields.entries.values()] : [];
  const lineOf = (name: string) => {
    const node = getNode(fields, name);
    return node === undefined ? undefined : argumentAt(path, node).source?.trim();
  };
  const own = probeFields.flatMap((name) => {
    const line = lineOf(name);
    return line === undefined ? [] : [[name, line] as const];
  });
  const lines = new Set(entries.map(({ line }) => line));
  return { lines: Object.fromEntries(own), isBlock: lines.size === entries.length, indent: fields.column - 1 };
}

/** Returns why the kubelet rejects a pod for its probes (pkg/apis/core/validation, validateProbe); undefined if it does not. */
export function refusedProbe(containers: readonly YamlNode[]): YamlError | undefined {
  for (const [index, container] of containers.entries()) {
    for (const kind of probeKinds) {
      const error = faultOf(kind, getNode(container, `${kind}Probe`));
      if (error === undefined) continue;
      const line = getNode(container, `${kind}Probe`)?.line;
      return { error: `invalid pod: spec.containers[${index}].${kind}Probe${error}`, line };
    }
  }
  return undefined;
}

function faultOf(kind: ProbeKind, probe: YamlNode | undefined): string | undefined {
  if (probe?.kind !== 'mapping') return undefined;
  const given = handlers.filter((handler) => getNode(probe, handler) !== undefined);
  if (given.length === 0) return ': Required value: must specify a handler type';
  const scheme = getString(probe, 'httpGet', 'scheme')?.text;
  if (scheme !== undefined && scheme !== '' && scheme !== 'HTTP' && scheme !== 'HTTPS') {
    return unsupportedValue('.httpGet.scheme', withoutSecret(scheme), ['HTTP', 'HTTPS']);
  }
  const threshold = textOf(getNode(probe, 'successThreshold'));
  const isWrong = kind !== 'readiness' && /^\d+$/.test(threshold) && Number(threshold) > 1;
  return isWrong ? `.successThreshold: Invalid value: ${threshold}: must be 1` : undefined;
}
