/**
 * Reads the probes of a container, as the kubelet does (k8s.io/kubernetes pkg/probe/util.go and pkg/kubelet/prober).
 */
import { type Probe, type ProbeForm, probeFields, probeKinds } from '../../artifact/probe.ts';
import { withoutSecret } from '../../core/secrets.ts';
import { argumentAt, placeAt } from '../parse/document.ts';
import { getItems, getNode, getString, type YamlNode } from '../parse/yaml-node.ts';

const actions = ['httpGet', 'tcpSocket', 'grpc'] as const;

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
