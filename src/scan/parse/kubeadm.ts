/** Reads the settings of a kubeadm configuration that other files lack (kubeadm.k8s.io/v1beta2 to v1beta4). */

import type { InstallerConfig } from '../../artifact/installer-config.ts';
import type { Placed } from '../../artifact/place.ts';
import { placeAt, placedString } from './document.ts';
import { isYamlError, parseYaml, parseYamlText } from './yaml.ts';
import type { YamlError } from './yaml-node.ts';
import { getItems, getNode, getString, type YamlNode } from './yaml-node.ts';

/** What such a file is called. */
export const configName = 'a kubeadm configuration';

type Reader = (path: string, document: YamlNode) => { [K in keyof InstallerConfig]?: InstallerConfig[K] | undefined };

const readers: Readonly<Record<string, Reader>> = {
  InitConfiguration: (path, document) => ({
    nodeName: placedString(path, document, 'nodeRegistration', 'name'),
    advertiseAddress: placedString(path, document, 'localAPIEndpoint', 'advertiseAddress'),
    bindPort: placedScalar(path, document, 'localAPIEndpoint', 'bindPort'),
  }),
  JoinConfiguration: (path, document) => ({
    nodeName: placedString(path, document, 'nodeRegistration', 'name'),
    advertiseAddress: placedString(path, document, 'controlPlane', 'localAPIEndpoint', 'advertiseAddress'),
    bindPort: placedScalar(path, document, 'controlPlane', 'localAPIEndpoint', 'bindPort'),
    joins: true,
  }),
  ClusterConfiguration: (path, document) => ({
    kubernetesVersion: placedString(path, document, 'kubernetesVersion'),
    controlPlaneEndpoint: placedString(path, document, 'controlPlaneEndpoint'),
    dnsDomain: placedString(path, document, 'networking', 'dnsDomain'),
    serviceSubnet: placedString(path, document, 'networking', 'serviceSubnet'),
    certSans: placedStrings(path, document, 'apiServer', 'certSANs'),
    etcdServerSans: placedStrings(path, document, 'etcd', 'local', 'serverCertSANs'),
    etcdPeerSans: placedStrings(path, document, 'etcd', 'local', 'peerCertSANs'),
    externalEtcd: getNode(document, 'etcd', 'external') !== undefined,
    etcdImageTag: placedScalar(path, document, 'etcd', 'local', 'imageTag'),
    clusterName: placedString(path, document, 'clusterName'),
    certificatesDir: placedString(path, document, 'certificatesDir'),
    encryptionAlgorithm: placedScalar(path, document, 'encryptionAlgorithm'),
    certificateValidityPeriod: placedScalar(path, document, 'certificateValidityPeriod'),
    caCertificateValidityPeriod: placedScalar(path, document, 'caCertificateValidityPeriod'),
  }),
};

function placedScalar(path: string, document: YamlNode, ...keys: readonly string[]): Placed<string> | undefined {
  const scalar = getNode(document, ...keys);
  if (scalar?.kind !== 'scalar' || scalar.text === '') return undefined;
  return { value: scalar.text, at: placeAt(path, scalar) };
}

function placedStrings(path: string, document: YamlNode, ...keys: readonly string[]): readonly Placed<string>[] {
  return getItems(document, ...keys).flatMap((item) =>
    item.kind === 'scalar' ? [{ value: item.text, at: placeAt(path, item) }] : [],
  );
}

/**
 * Reads a kubeadm configuration, or the ConfigMap `kubeadm-config` in which kubeadm stores it.
 *
 * @returns an error if it is not YAML or contains none of kubeadm's kinds
 */
export function readInstallerConfig(path: string, bytes: Uint8Array): InstallerConfig | YamlError {
  const parsed = parseYaml(bytes);
  if (isYamlError(parsed)) return parsed;
  const documents = parsed.flatMap((document) => [document, ...inConfigMap(document)]);
  const known = documents.flatMap((document) => {
    const kind = getString(document, 'kind')?.text ?? '';
    const reader = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
    return reader === undefined ? [] : [reader(path, document)];
  });
  if (known.length === 0)
    return { error: 'it contains no InitConfiguration, ClusterConfiguration or JoinConfiguration' };
  const nothing = { certSans: [], etcdServerSans: [], etcdPeerSans: [], externalEtcd: false, joins: false };
  const values = known.flatMap((one) => Object.entries(one)).filter(([, value]) => value !== undefined);
  const config: InstallerConfig = { at: { path }, title: 'kubeadm config', ...nothing, ...Object.fromEntries(values) };
  const isInit = documents.some((document) => getString(document, 'kind')?.text === 'InitConfiguration');
  return isInit ? { ...config, joins: false } : config;
}

/** Parses the configuration in a ConfigMap. Lines and columns refer to the embedded text, not to the file. */
function inConfigMap(document: YamlNode): readonly YamlNode[] {
  const text = getString(document, 'data', 'ClusterConfiguration')?.text;
  const inner = text === undefined ? [] : parseYamlText(text);
  return isYamlError(inner) ? [] : inner;
}
