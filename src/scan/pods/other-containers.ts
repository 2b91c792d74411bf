/** Containers of static pods other than components: the kubeconfigs that they name, and what the kubelet checks. */
import type { Component } from '../../artifact/component.ts';
import { imageName } from '../../artifact/image.ts';
import type { CheckedPath } from '../../artifact/mount.ts';
import { placeIn } from '../../artifact/place.ts';
import type { NamedKubeconfig, OtherContainer, PodDocument } from '../../artifact/pod-document.ts';
import { expandReferences, maxLineLength } from '../components/words.ts';
import { placeAt } from '../parse/document.ts';
import { getItems, getString, type YamlNode } from '../parse/yaml-node.ts';
import { readEnvironment, readMounts } from './pod.ts';

/** Pods have far fewer. */
const mostContainers = 20;
const mostKubeconfigs = 10;

/** A flag with a path, also in a script. `--k8sConfigPath` is one of kube-vip (cmd/kube-vip.go). */
const inFlag = /(?:^|\s)--?((?:[a-z]+-)?kubeconfig|k8sConfigPath)[= ]["']?(\/[^\s"';&|)]+)/g;

/** Variables with the path of a kubeconfig; `k8s_config_file` is that of kube-vip (pkg/kubevip/config_envvar.go). */
const variables = ['KUBECONFIG', 'k8s_config_file'];

/** Reads what is judged of a pod in addition to its components. */
export function readOthers(
  path: string,
  pod: YamlNode,
  components: readonly Component[],
): Pick<PodDocument, 'checked' | 'others'> {
  const containers = getItems(pod, 'spec', 'containers').slice(0, mostContainers);
  const initial = getItems(pod, 'spec', 'initContainers').slice(0, mostContainers);
  const own = new Set(components.map(({ at }) => placeIn(at)?.line));
  const others = containers.flatMap((container): readonly OtherContainer[] => {
    if (own.has(container.line)) return [];
    const mounts = readMounts(path, pod, container);
    const kubeconfigs = kubeconfigsOf(path, container, mounts);
    return kubeconfigs.length === 0 ? [] : [{ name: getString(container, 'name')?.text ?? '', mounts, kubeconfigs }];
  });
  const mounts = [...containers, ...initial].flatMap((container) => readMounts(path, pod, container));
  const checked = new Map(
    mounts.flatMap(({ checked: one }): [string, CheckedPath][] => (one ? [[one.path, one]] : [])),
  );
  return {
    ...(checked.size > 0 && { checked: [...checked.values()] }),
    ...(others.length > 0 && { others }),
  };
}

function kubeconfigsOf(
  path: string,
  container: YamlNode,
  mounts: OtherContainer['mounts'],
): readonly NamedKubeconfig[] {
  const environment = readEnvironment(container);
  const words = (['command', 'args'] as const).flatMap((list) => getItems(container, list));
  const texts = words.map((word) => (word.kind === 'scalar' ? expandReferences(word.text, environment).text : ''));
  const line = texts.join(' ').slice(0, maxLineLength);
  const found = [...line.matchAll(inFlag)].slice(0, mostKubeconfigs).map(([, spelled = '', written = '']) => {
    const word = words[texts.findIndex((text) => text.includes(written))] ?? container;
    return { spelled: `--${spelled}`, written, at: placeAt(path, word) };
  });
  for (const item of getItems(container, 'env')) {
    const name = getString(item, 'name')?.text ?? '';
    const written = environment.variables.get(name);
    if (variables.includes(name) && written && /^\/[^:]+$/.test(written))
      found.push({ spelled: name, written, at: placeAt(path, item) });
  }
  const image = imageName(getString(container, 'image')?.text ?? '');
  const isDefault = found.length === 0 && image === 'kube-vip' && !/inCluster/i.test(line);
  // Without a flag it reads admin.conf, where that is mounted (cmd/kube-vip.go).
  const written = mounts.find(({ mountPath, hostPath }) => hostPath && mountPath.endsWith('/admin.conf'))?.mountPath;
  return isDefault && written !== undefined ? [{ spelled: '', written, at: placeAt(path, container) }] : found;
}
