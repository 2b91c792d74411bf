/** Reads the manifest of a static pod: the components that its containers start. */

import type { Argument } from '../../artifact/argument.ts';
import type { Component, RunAs } from '../../artifact/component.ts';
import type { Programs } from '../../artifact/layout.ts';
import type { Mount } from '../../artifact/mount.ts';
import { normalizePath } from '../../artifact/paths.ts';
import { withoutSecret } from '../../core/secrets.ts';
import { isPlain } from '../../core/shown.ts';
import { environmentProxy } from '../components/environment-file.ts';
import { componentOfImage, componentOfProgram, findProgram, type Program } from '../components/program.ts';
import { meantWords, shellCommand } from '../components/shell-command.ts';
import {
  asWord,
  type Budget,
  type Environment,
  expandReferences,
  lineBudget,
  maxLineLength,
  parseFlags,
  takeWords,
  type Word,
} from '../components/words.ts';
import { argumentAt, placeAt } from '../parse/document.ts';
import type { YamlError } from '../parse/yaml-node.ts';
import { getItems, getNode, getString, isTrue, type YamlNode } from '../parse/yaml-node.ts';
import { readProbes } from './probe.ts';

/** Whether a document is a Pod, by its kind. */
export function isPod(document: YamlNode): boolean {
  return getString(document, 'kind')?.text === 'Pod';
}

/** The namespace and the name of a pod. */
export function nameOfPod(document: YamlNode): string {
  const field = (name: string) => getString(document, 'metadata', name)?.text || undefined;
  return `${field('namespace') ?? 'default'}/${field('name') ?? ''}`;
}

/** The most volumes that are read. Static pods have far fewer. */
const maxVolumes = 100;

/** Returns the paths of the node that the volumes of a pod mount, whatever its containers are. */
export function hostPathsOf(document: YamlNode): readonly string[] {
  const volumes = getItems(document, 'spec', 'volumes').slice(0, maxVolumes);
  const paths = volumes.flatMap((volume) => getString(volume, 'hostPath', 'path')?.text ?? []);
  return [...new Set(paths.filter((path) => path.startsWith('/')).map(normalizePath))];
}

/** Returns the components among a pod's containers. */
export function readPod(path: string, document: YamlNode, programs: Programs): readonly Component[] | YamlError {
  const containers = getItems(document, 'spec', 'containers');
  if (containers.length > maxContainers) return { error: `more than ${maxContainers} containers` };
  const budget = { words: lineBudget(), scripts: lineBudget() };
  return containers.flatMap((container) => readContainer(path, document, container, programs, budget) ?? []);
}

/** Pods of a control plane have far fewer. */
const maxContainers = 100;

function readContainer(
  path: string,
  pod: YamlNode,
  container: YamlNode,
  programs: Programs,
  budget: { readonly words: Budget; readonly scripts: Budget },
): Component | undefined {
  const environment = readEnvironment(container);
  const read = (list: 'command' | 'args') => takeWords(wordsOf(path, container, list, environment), budget.words);
  const command = read('command');
  const given = [...command, ...read('args')];
  const image = getString(container, 'image')?.text;
  const own = image === undefined ? undefined : componentOfImage(image, programs);
  const meant = command.length === 0 ? undefined : meantWords(given, programs, own);
  const words = meant?.words ?? given;
  const program =
    findProgram(words, environment, programs, budget.scripts) ?? entryPoint(container, own, command, words, programs);
  if (program === undefined) return undefined;
  const parsed = parseFlags(program.component, program.words, programs);
  const { arguments: flags, operands, unknown = program.unknown } = parsed;
  return {
    name: program.component,
    at: placeAt(path, container),
    image,
    arguments: [...(program.component === 'etcd' ? etcdVariables(path, container, environment) : []), ...flags],
    ...(operands && { operands }),
    ...(meant && {
      shellCommand: shellCommand(container, meant, parseFlags(program.component, meant.given, programs).arguments),
    }),
    mounts: readMounts(path, pod, container),
    unknown,
    user: readUser(path, pod, container),
    ...environmentProxy(environment),
    probes: readProbes(path, container),
    pod: {
      hostNetwork: isTrue(getNode(pod, 'spec', 'hostNetwork')),
      ...(getItems(container, 'ports').some((port) => getNode(port, 'hostPort') !== undefined) && {
        hasHostPort: true as const,
      }),
      containers: getItems(pod, 'spec', 'containers').length + getItems(pod, 'spec', 'initContainers').length,
    },
  };
}

/**
 * Reads the user of a container: its own settings win over those of the pod (k8s.io/kubernetes pkg/securitycontext,
 * DetermineEffectiveSecurityContext). Without a setting, it is that of the image: root, in those of the control plane.
 */
function readUser(path: string, pod: YamlNode, container: YamlNode): RunAs | undefined {
  const ofPod = (name: string) => getNode(pod, 'spec', 'securityContext', name);
  const setting = (name: string) => getNode(container, 'securityContext', name) ?? ofPod(name);
  const place = setting('runAsUser');
  const uid = numberOf(place);
  // In a user namespace, the ids of the container are not those of the node.
  const hostUsers = getNode(pod, 'spec', 'hostUsers');
  const isMapped = hostUsers !== undefined && !isTrue(hostUsers);
  if (place === undefined || uid === undefined || uid === 0 || isMapped) return undefined;
  // Without runAsGroup the group is that of the user in the image, or root's.
  const groups = [numberOf(setting('runAsGroup')) ?? 0, numberOf(ofPod('fsGroup'))];
  const more = getItems(pod, 'spec', 'securityContext', 'supplementalGroups').map(numberOf);
  return { name: String(uid), uid, gids: [...groups, ...more].flatMap((gid) => gid ?? []), at: placeAt(path, place) };
}

function numberOf(node: YamlNode | undefined): number | undefined {
  return node?.kind === 'scalar' && /^\d+$/.test(node.text) ? Number(node.text) : undefined;
}

/** Without a command the image's entry point runs. By convention its name is that of the image or the container. */
function entryPoint(
  container: YamlNode,
  own: string | undefined,
  command: readonly Word[],
  words: readonly Word[],
  programs: Programs,
): Program | undefined {
  const component = own ?? componentOfProgram(getString(container, 'name')?.text ?? '', programs);
  if (component === undefined) return undefined;
  const [first] = command;
  if (first === undefined) return { component, words };
  const name = isPlain(first.text) ? `${first.text}, ` : '';
  return { component, words: [], unknown: `it is started by ${name}an unknown program` };
}

function* wordsOf(
  path: string,
  container: YamlNode,
  list: 'command' | 'args',
  environment: Environment,
): Generator<Word> {
  for (const item of getItems(container, list)) {
    const text = item.kind === 'scalar' && item.type === 'string' ? item.text : '';
    const filled = expandReferences(text, environment);
    yield asWord(filled.text, argumentAt(path, item), filled.unknownVariable);
  }
}

/** Returns the variables of a container. */
export function readEnvironment(container: YamlNode): Environment {
  const variables = new Map<string, string | undefined>();
  let length = 0;
  for (const item of getItems(container, 'env')) {
    const name = getString(item, 'name')?.text;
    if (name === undefined) continue;
    const value = expandReferences(getString(item, 'value')?.text ?? '', { variables });
    length += value.text.length;
    const unknown =
      getNode(item, 'valueFrom') !== undefined || value.unknownVariable !== undefined || length > maxLineLength;
    variables.set(name, unknown ? undefined : value.text);
  }
  return { variables };
}

/** etcd reads `ETCD_CERT_FILE` for `--cert-file`. Empty counts as unset (etcd pkg/flags `SetFlagsFromEnv`). */
function etcdVariables(path: string, container: YamlNode, environment: Environment): Argument[] {
  return getItems(container, 'env').flatMap((item): Argument[] => {
    const spelled = getString(item, 'name')?.text ?? '';
    const value = environment.variables.get(spelled);
    if (!spelled.startsWith('ETCD_') || value === '') return [];
    const name = spelled.slice('ETCD_'.length).toLowerCase().replaceAll('_', '-');
    const at = placeAt(path, item);
    if (value === undefined) return [{ name, spelled, value, unknownVariable: spelled, at }];
    return [{ name, spelled, value: withoutSecret(value), at }];
  });
}

/** Returns what a container mounts. */
export function readMounts(path: string, pod: YamlNode, container: YamlNode): Mount[] {
  const volumes = new Map(
    getItems(pod, 'spec', 'volumes').map((volume) => [getString(volume, 'name')?.text, getNode(volume, 'hostPath')]),
  );
  return getItems(container, 'volumeMounts').flatMap((mount): Mount[] => {
    const mountPath = getString(mount, 'mountPath')?.text;
    if (mountPath === undefined) return [];
    const volume = volumes.get(getString(mount, 'name')?.text);
    const named = getString(volume, 'path');
    const subPath = getString(mount, 'subPath')?.text;
    if (named === undefined || getNode(mount, 'subPathExpr') !== undefined) return [{ mountPath, hostPath: undefined }];
    const onNode = normalizePath(`${named.text}/${subPath ?? ''}`);
    return [{ mountPath, hostPath: onNode, at: placeAt(path, named), ...checkedPath(path, volume, named.text) }];
  });
}

function checkedPath(path: string, volume: YamlNode | undefined, named: string): Pick<Mount, 'checked'> {
  const type = getString(volume, 'type');
  if (type === undefined || type.text === '') return {};
  return { checked: { path: normalizePath(named), type: type.text, at: placeAt(path, type) } };
}
