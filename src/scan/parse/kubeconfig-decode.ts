/** What client-go cannot decode in a kubeconfig (k8s.io/client-go tools/clientcmd/api/v1/types.go). */
import type { YamlError } from './yaml-node.ts';
import { getNode, getString, type YamlNode } from './yaml-node.ts';

/**
 * A type of Go: the name of a primitive, a list, a map, or a struct with its fields. Fields that are not listed are
 * ignored.
 */
type GoType = 'string' | 'bool' | '[]uint8' | 'any' | readonly [GoType] | MapOf | Struct;
interface MapOf {
  readonly mapping: string;
  readonly each: GoType;
}
interface Struct {
  readonly struct: string;
  readonly fields: Readonly<Record<string, GoType>>;
}

const structOf = (struct: string, fields: Struct['fields']): Struct => ({ struct, fields });
const strings = (...names: readonly string[]): Struct['fields'] =>
  Object.fromEntries(names.map((name) => [name, name.endsWith('-data') ? '[]uint8' : 'string']));

const cluster = structOf('Cluster', {
  ...strings('server', 'tls-server-name', 'certificate-authority', 'certificate-authority-data', 'proxy-url'),
  'insecure-skip-tls-verify': 'bool',
  'disable-compression': 'bool',
});

const environment = structOf('ExecEnvVar', strings('name', 'value'));
const exec = structOf('ExecConfig', {
  ...strings('command', 'apiVersion', 'installHint', 'interactiveMode'),
  args: ['string'],
  env: [environment],
  provideClusterInfo: 'bool',
});

const user = structOf('AuthInfo', {
  ...strings('client-certificate', 'client-certificate-data', 'client-key', 'client-key-data', 'token', 'tokenFile'),
  ...strings('as', 'as-uid', 'username', 'password'),
  'as-groups': ['string'],
  'as-user-extra': { mapping: 'map[string][]string', each: ['string'] },
  'auth-provider': structOf('AuthProviderConfig', {
    ...strings('name'),
    config: { mapping: 'map[string]string', each: 'string' },
  }),
  exec,
});

const config = structOf('Config', {
  ...strings('current-context'),
  preferences: structOf('Preferences', { colors: 'bool' }),
  clusters: [structOf('NamedCluster', { name: 'string', cluster })],
  users: [structOf('NamedAuthInfo', { name: 'string', user })],
  contexts: [
    structOf('NamedContext', { name: 'string', context: structOf('Context', strings('cluster', 'user', 'namespace')) }),
  ],
});

/**
 * Returns why client-go cannot decode a kubeconfig; undefined if it can. Its words contain no value but the apiVersion.
 */
export function kubeconfigFault(document: YamlNode): YamlError | undefined {
  for (const field of ['apiVersion', 'kind']) {
    const node = getNode(document, field);
    if (node === undefined || getString(document, field) !== undefined) continue;
    const error = `couldn't get version/kind; json parse error: json: cannot unmarshal ${called(node)} into Go struct field .${field} of type string`;
    return { error, line: node.line };
  }
  const version = getString(document, 'apiVersion');
  const isKnown = version === undefined || ['', 'v1'].includes(version.text);
  if (!isKnown) return { error: `no kind "Config" is registered for version "${version.text}"`, line: version.line };
  return decode(document, config, { struct: config.struct, path: [] });
}

/** The innermost struct, and the names of the fields on the way. */
interface Way {
  readonly struct: string;
  readonly path: readonly string[];
}

function decode(node: YamlNode | undefined, type: GoType, way: Way): YamlError | undefined {
  if (node === undefined || type === 'any' || (node.kind === 'scalar' && node.type === 'null')) return undefined;
  if (typeof type === 'string')
    return node.kind === 'scalar' && node.type === (type === 'bool' ? 'bool' : 'string')
      ? undefined
      : mismatch(node, type, way);
  if ('struct' in type) {
    if (node.kind !== 'mapping') return mismatch(node, `v1.${type.struct}`, way);
    const fields = [...node.entries].filter(([name]) => Object.hasOwn(type.fields, name));
    return firstOf(fields, ([name, value]) =>
      decode(value, type.fields[name] ?? 'any', { struct: type.struct, path: [...way.path, name] }),
    );
  }
  if ('mapping' in type)
    return node.kind === 'mapping'
      ? firstOf([...node.entries.values()], (one) => decode(one, type.each, way))
      : mismatch(node, type.mapping, way);
  const [item] = type;
  if (node.kind !== 'sequence') return mismatch(node, `[]${typeof item === 'string' ? item : nameOf(item)}`, way);
  return firstOf(node.items, (one) => decode(one, item, way));
}

const nameOf = (type: GoType): string => (typeof type === 'object' && 'struct' in type ? `v1.${type.struct}` : '');

function firstOf<T>(items: readonly T[], judge: (item: T) => YamlError | undefined): YamlError | undefined {
  for (const item of items) {
    const fault = judge(item);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function mismatch(node: YamlNode, type: string, { struct, path }: Way): YamlError {
  const into = path.length === 0 ? 'Go value' : `Go struct field ${struct}.${path.join('.')}`;
  return { error: `json: cannot unmarshal ${called(node)} into ${into} of type ${type}`, line: node.line };
}

/** What kind of value encoding/json calls it. */
function called(node: YamlNode): string {
  if (node.kind === 'scalar') return node.type;
  return node.kind === 'sequence' ? 'array' : 'object';
}
