/** Reads the ConfigMaps in which a cluster publishes what all of it uses. One of any other name is not read. */
import type {
  ClusterInfo,
  ExtensionAuthentication,
  KubeletConfig,
  PublishedCa,
  PublishedCluster,
  RootCa,
  StoredConfig,
} from '../../artifact/objects/published.ts';
import { readPem } from '../../x509/pem.ts';
import { isYamlError, parseYamlText } from '../parse/yaml.ts';
import { getItems, getNode, getString, isTrue, type YamlNode, type YamlScalar } from '../parse/yaml-node.ts';
import { listAt, pemAt, type ReadObject, scalarAt, textsAt, urlAt } from './object.ts';

/** What the ConfigMaps of a dump show. */
export interface ConfigMapLists {
  readonly clusterInfos: ClusterInfo[];
  readonly rootCas: RootCa[];
  readonly extensionAuthentications: ExtensionAuthentication[];
  readonly storedConfigs: StoredConfig[];
  readonly kubeletConfigs: KubeletConfig[];
  readonly kubeProxies: PublishedCluster[];
}

type Reader = (object: ReadObject, into: ConfigMapLists) => void;

/**
 * By `NAMESPACE/NAME`. The release was in the name of kubelet-config until 1.23 (kubeadm, UnversionedKubeletConfigMap).
 */
const readers: Readonly<Record<string, Reader>> = {
  'kube-public/cluster-info': (object, into) => into.clusterInfos.push(...readClusterInfo(object)),
  'kube-system/extension-apiserver-authentication': (object, into) =>
    into.extensionAuthentications.push(readExtensionAuthentication(object)),
  'kube-system/kubeadm-config': (object, into) => into.storedConfigs.push(...readStoredConfig(object)),
  'kube-system/kubelet-config': (object, into) => into.kubeletConfigs.push(...readKubeletConfig(object)),
  'kube-system/kube-proxy': (object, into) => into.kubeProxies.push(...readPublished(object, 'kubeconfig.conf')),
};

/** Returns what reads a ConfigMap; undefined if it is none of those. */
export function configMapReader({ name, namespace = '' }: ReadObject['meta']): Reader | undefined {
  if (name === 'kube-root-ca.crt') return readRootCa;
  const path = `${namespace}/${name.replace(/^kubelet-config-1\.\d+$/, 'kubelet-config')}`;
  return Object.hasOwn(readers, path) ? readers[path] : undefined;
}

const readRootCa: Reader = (object, into) => {
  const ca = caIn(object, 'ca.crt');
  if (ca !== undefined) into.rootCas.push({ ...ca, namespace: object.meta.namespace ?? '' });
};

/** The path of what a ConfigMap has under a key. */
const fieldOf = (key: string): string => (/^[\w-]+$/.test(key) ? `data.${key}` : `data["${key}"]`);

function readClusterInfo(object: ReadObject): readonly ClusterInfo[] {
  const prefix = 'jws-kubeconfig-';
  const keys = [...textsAt(object.node, 'data').keys()];
  const signedFor = keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  return readPublished(object, 'kubeconfig').map((cluster) => ({ ...cluster, signedFor }));
}

/**
 * Reads the cluster of a kubeconfig: the one without a name, else that of the current context (kubeadm
 * util/kubeconfig/kubeconfig.go, GetClusterFromKubeConfig). One that cannot be parsed has nothing.
 */
function readPublished({ node, placeOf }: ReadObject, key: string): readonly PublishedCluster[] {
  const text = getString(node, 'data', key);
  if (text === undefined) return [];
  const document = parsed(text);
  const cluster = getNode(clusterIn(document), 'cluster');
  const at = placeOf(text, fieldOf(key));
  const pem = pemAt(cluster, 'certificate-authority-data');
  return [
    {
      at,
      server: urlAt(cluster, 'server'),
      tlsServerName: scalarAt(cluster, 'tls-server-name') || undefined,
      ca: pem && { at, pem },
    },
  ];
}

function clusterIn(document: YamlNode | undefined): YamlNode | undefined {
  const named = (list: string, name: string | undefined) =>
    getItems(document, list).find((item) => (scalarAt(item, 'name') ?? '') === name);
  const context = named('contexts', scalarAt(document, 'current-context'));
  return named('clusters', '') ?? named('clusters', scalarAt(context, 'context', 'cluster'));
}

/** Returns the first document of a text in an object. */
function parsed({ text }: YamlScalar): YamlNode | undefined {
  const documents = parseYamlText(text);
  return isYamlError(documents) ? undefined : documents[0];
}

function caIn({ node, placeOf }: ReadObject, key: string): PublishedCa | undefined {
  const text = getString(node, 'data', key);
  return text === undefined || text.text === ''
    ? undefined
    : { at: placeOf(text, fieldOf(key)), pem: readPem(Buffer.from(text.text)) };
}

function readExtensionAuthentication(object: ReadObject): ExtensionAuthentication {
  const key = 'requestheader-allowed-names';
  const names = getString(object.node, 'data', key);
  const list = names && parsed(names);
  return {
    at: object.meta.at,
    clientCa: caIn(object, 'client-ca-file'),
    requestHeaderCa: caIn(object, 'requestheader-client-ca-file'),
    allowedNames:
      names && list?.kind === 'sequence' ? { value: listAt(list), at: object.placeOf(names, fieldOf(key)) } : undefined,
  };
}

function readStoredConfig({ meta, node, placeOf }: ReadObject): readonly StoredConfig[] {
  const text = getString(node, 'data', 'ClusterConfiguration');
  const document = text && parsed(text);
  if (text === undefined || document === undefined) return [];
  const components = {
    'kube-apiserver': ['apiServer'],
    'kube-controller-manager': ['controllerManager'],
    'kube-scheduler': ['scheduler'],
    etcd: ['etcd', 'local'],
  };
  const extraArgs = Object.entries(components).map(
    ([name, path]) => [name, argumentsAt(getNode(document, ...path, 'extraArgs'))] as const,
  );
  return [
    {
      at: placeOf(text, 'data.ClusterConfiguration'),
      object: `ConfigMap ${meta.namespace}/${meta.name}`,
      folder: scalarAt(document, 'certificatesDir') || undefined,
      certSans: listAt(document, 'apiServer', 'certSANs'),
      etcdServerSans: listAt(document, 'etcd', 'local', 'serverCertSANs'),
      etcdPeerSans: listAt(document, 'etcd', 'local', 'peerCertSANs'),
      controlPlaneEndpoint: urlAt(document, 'controlPlaneEndpoint') || undefined,
      extraArgs: new Map(extraArgs),
    },
  ];
}

/** A list of names and values since v1beta4, a mapping before. */
function argumentsAt(node: YamlNode | undefined): ReadonlyMap<string, string> {
  if (node?.kind !== 'sequence') return textsAt(node);
  return new Map(node.items.map((item) => [scalarAt(item, 'name') ?? '', scalarAt(item, 'value') ?? '']));
}

function readKubeletConfig({ node, placeOf }: ReadObject): readonly KubeletConfig[] {
  const text = getString(node, 'data', 'kubelet');
  const document = text && parsed(text);
  if (text === undefined || document === undefined) return [];
  return [{ at: placeOf(text, 'data.kubelet'), requestsServing: isTrue(getNode(document, 'serverTLSBootstrap')) }];
}
