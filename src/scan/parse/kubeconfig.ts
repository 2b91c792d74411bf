/** Reads kubeconfigs like client-go's `clientcmd`. */
import { posix } from 'node:path';
import type { Kubeconfig, Reference } from '../../artifact/kubeconfig.ts';
import { inFolder } from '../../artifact/paths.ts';
import type { Pem } from '../../artifact/pem-blocks.ts';
import type { Place, Placed } from '../../artifact/place.ts';
import type { Strictness } from '../../artifact/strictness.ts';
import { readPem } from '../../x509/pem.ts';
import { tooManyBlocks } from '../fs/limits.ts';
import { decodeBase64 } from './base64-values.ts';
import { placeAt, placedString } from './document.ts';
import { readPlugin, refusedValue } from './kubeconfig-values.ts';
import { getItems, getNode, getString, isTrue, type YamlNode } from './yaml-node.ts';

/** How embedded PEM is read. */
export interface PemReading {
  /** Returns how strictly the node's components check certificates. Called only if there is PEM. */
  readonly strictness: () => Strictness;
  /** CAs that were read before, by their data. Most kubeconfigs of a node embed the same one. */
  readonly authorities: Map<string, Pem>;
}

/** Whether a document is a kubeconfig, by its kind, or by the lists that only a kubeconfig has. */
export function isKubeconfig(document: YamlNode): boolean {
  const kind = getString(document, 'kind')?.text;
  if (kind !== undefined) return kind === 'Config';
  return ['clusters', 'contexts', 'users'].some((list) => getNode(document, list)?.kind === 'sequence');
}

/** Whether a document says that it is a kubeconfig. */
export function isNamedKubeconfig(document: YamlNode): boolean {
  return getString(document, 'kind')?.text === 'Config' && isKubeconfig(document);
}

/**
 * Follows the current context to its cluster and user.
 *
 * @param path the path on the node: relative file names start at its folder (client-go `ResolveLocalPaths`)
 */
export function readKubeconfig(path: string, document: YamlNode, reading: PemReading): Kubeconfig {
  const file: Place = { path };
  const currentContext = placedString(path, document, 'current-context');
  const unresolved = (value: string, at: Place): Kubeconfig => {
    return { currentContext, unresolved: { value, at }, goodContexts: goodContexts(path, document) };
  };
  const duplicate = ['clusters', 'contexts', 'users'].map((list) => findDuplicate(path, document, list)).find(Boolean);
  if (currentContext === undefined && duplicate === undefined) return unresolved('current-context is not set', file);
  if (currentContext === undefined || duplicate !== undefined) return { currentContext, unresolved: duplicate };

  const context = getNode(findNamed(document, 'contexts', currentContext.value), 'context');
  if (context === undefined) return unresolved(`context "${currentContext.value}" does not exist`, currentContext.at);

  const cluster = namedBy(path, document, context, 'cluster');
  const user = namedBy(path, document, context, 'user');
  const problem = cluster.problem ?? user.problem;
  return {
    currentContext,
    unresolved: problem,
    ...(problem && { goodContexts: goodContexts(path, document) }),
    refused: problem === undefined ? refusal(path, cluster, user) : undefined,
    ...(problem === undefined && { invalid: refusedValue(path, cluster.node, user) }),
    cluster: cluster.node && {
      ...readCluster(path, cluster.name, cluster.node, reading),
      ...(getItems(document, 'clusters').length === 1 && { isOnly: true }),
    },
    user: user.node && readUser(path, user.name, user.node, reading),
  };
}

/**
 * Finds a name that occurs twice in a list. client-go then rejects the whole file
 * (`Convert_Slice_v1_NamedCluster_To_Map_string_To_Pointer_api_Cluster`).
 */
function findDuplicate(path: string, document: YamlNode, list: string): Placed<string> | undefined {
  const seen = new Set<string>();
  for (const item of getItems(document, list)) {
    const name = getString(item, 'name');
    if (name === undefined) continue;
    if (seen.has(name.text)) return { value: `duplicate name "${name.text}" in ${list}`, at: placeAt(path, name) };
    seen.add(name.text);
  }
  return undefined;
}

function findNamed(document: YamlNode, list: string, name: string): YamlNode | undefined {
  return getItems(document, list).find((item) => getString(item, 'name')?.text === name);
}

/** A hostile file can have any number of contexts, and each is looked for in lists. */
const mostContexts = 10;

/** The names of contexts that lead to a cluster and a user. */
function goodContexts(path: string, document: YamlNode): readonly string[] {
  return getItems(document, 'contexts')
    .slice(0, mostContexts)
    .flatMap((item) => {
      const [name, context] = [getString(item, 'name')?.text, getNode(item, 'context')];
      const isGood = (what: 'cluster' | 'user') =>
        context !== undefined && namedBy(path, document, context, what).problem === undefined;
      return name !== undefined && isGood('cluster') && isGood('user') ? [name] : [];
    });
}

/** The cluster or user that a context names, or why there is none. */
interface Named {
  readonly name: string;
  readonly node?: YamlNode;
  readonly problem?: Placed<string>;
}

function namedBy(path: string, document: YamlNode, context: YamlNode, what: 'cluster' | 'user'): Named {
  const { value: name, at } = placedString(path, context, what) ?? { value: '', at: placeAt(path, context) };
  if (name === '') return { name, problem: { value: `the current context does not name a ${what}`, at } };
  const item = findNamed(document, `${what}s`, name);
  if (item === undefined) return { name, problem: { value: `${what} "${name}" does not exist`, at } };
  return { name, node: getNode(item, what) ?? item };
}

/** Pairs of fields that exclude each other, with client-go's message (tools/clientcmd/validation.go, transport). */
const exclusive: readonly { of: 'cluster' | 'user'; fields: readonly string[]; message: (name: string) => string }[] = [
  {
    of: 'cluster',
    fields: ['certificate-authority', 'certificate-authority-data'],
    message: (name) =>
      `certificate-authority-data and certificate-authority are both specified for ${name}. certificate-authority-data will override.`,
  },
  {
    of: 'user',
    fields: ['client-certificate', 'client-certificate-data'],
    message: (name) =>
      `client-cert-data and client-cert are both specified for ${name}. client-cert-data will override.`,
  },
  {
    of: 'user',
    fields: ['client-key', 'client-key-data'],
    message: (name) => `client-key-data and client-key are both specified for ${name}; client-key-data will override`,
  },
  ...['username', 'password'].map((field) => ({
    of: 'user' as const,
    fields: [field, 'token'],
    message: (name: string) =>
      `more than one authentication method found for ${name}; found [token basicAuth], only one is allowed`,
  })),
  ...['certificate-authority-data', 'certificate-authority'].map((field) => ({
    of: 'cluster' as const,
    fields: ['insecure-skip-tls-verify', field],
    message: () => 'specifying a root certificates file with the insecure flag is not allowed',
  })),
];

function refusal(path: string, cluster: Named, user: Named): Placed<string> | undefined {
  for (const { of, fields, message } of exclusive) {
    const { name, node } = of === 'cluster' ? cluster : user;
    const [one, other] = fields.map((field) => getNode(node, field)).filter(isSet);
    if (one && other) return { value: message(name), at: placeAt(path, one) };
  }
  return undefined;
}

/** Whether a field is set: neither empty nor false. */
function isSet(node: YamlNode | undefined): node is YamlNode {
  return node?.kind === 'scalar' && (node.type === 'bool' ? isTrue(node) : node.text !== '');
}

function readCluster(
  path: string,
  name: string,
  node: YamlNode,
  reading: PemReading,
): NonNullable<Kubeconfig['cluster']> {
  const insecure = getNode(node, 'insecure-skip-tls-verify');
  return {
    name,
    at: placeAt(path, node),
    server: placedString(path, node, 'server'),
    tlsServerName: placedString(path, node, 'tls-server-name'),
    ...given('proxyUrl', placedString(path, node, 'proxy-url')),
    insecureSkipTlsVerify: insecure && { value: isTrue(insecure), at: placeAt(path, insecure) },
    certificateAuthority: readReference(path, node, `clusters[${name}].certificate-authority`, reading),
  };
}

const otherCredentials = ['token', 'tokenFile', 'exec', 'auth-provider', 'username'] as const;

/** A field that most kubeconfigs do not have. */
const given = <const Name extends string, T>(name: Name, value: T | undefined) =>
  (value === undefined ? {} : { [name]: value }) as Partial<Record<Name, T>>;

function readUser(path: string, name: string, node: YamlNode, reading: PemReading): Kubeconfig['user'] {
  const tokenFile = isSet(getNode(node, 'token')) ? undefined : placedString(path, node, 'tokenFile');
  return {
    name,
    at: placeAt(path, node),
    certificate: readReference(path, node, `users[${name}].client-certificate`, reading),
    key: readReference(path, node, `users[${name}].client-key`, reading),
    otherCredentials: otherCredentials.filter((key) => {
      const value = getNode(node, key);
      return value !== undefined && !(value.kind === 'scalar' && value.text === '');
    }),
    ...given('tokenFile', tokenFile && { ...tokenFile, ...named(path, tokenFile.value, 'value') }),
    ...given('plugin', readPlugin(path, node)),
  };
}

/** Embedded data takes precedence over a file name (client-go `rest.LoadTLSFiles`, `dataFromSliceOrFile`). */
function readReference(path: string, node: YamlNode, entry: string, reading: PemReading): Reference | undefined {
  const key = entry.slice(entry.lastIndexOf('.') + 1);
  const data = getString(node, `${key}-data`);
  if (data !== undefined && data.text !== '') {
    // Without its end: no range of a report covers a private key.
    const place = { entry: `${entry}-data`, at: { path, line: data.line, column: data.column } };
    const known = reading.authorities.get(data.text);
    if (known) return { ...place, embedded: known };
    const bytes = decodeBase64(data.text);
    if (typeof bytes === 'string') return { ...place, error: bytes, ...(isPemText(data.text) && { isPem: true }) };
    const tooMany = tooManyBlocks(bytes);
    if (tooMany !== undefined) return { ...place, error: `it contains ${tooMany}` };
    const embedded = readPem(bytes, reading.strictness());
    if (key === 'certificate-authority') reading.authorities.set(data.text, embedded);
    return { ...place, embedded };
  }
  const file = placedString(path, node, key);
  if (file === undefined) return undefined;
  return { entry, at: file.at, ...named(path, file.value, 'path') };
}

/** A file that is named in a kubeconfig: where it is on the node, and how it is written if that is relative. */
const named = <const Name extends string>(kubeconfig: string, file: string, name: Name) => ({
  ...({ [name]: inFolder(posix.dirname(kubeconfig), file) } as Record<Name, string>),
  ...(!file.startsWith('/') && { relative: file }),
});

const isPemText = (text: string): boolean => text.startsWith('-----BEGIN ');
