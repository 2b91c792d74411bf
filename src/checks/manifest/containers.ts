/**
 * Checks that the containers of a control plane's components can start: their images, their volumes, and what they
 * refer to.
 */

import { flagValue, podNames } from '../../artifact/arguments.ts';
import type { CheckedPath } from '../../artifact/component.ts';
import { imageName, isImageReference } from '../../artifact/image.ts';
import { pkiFolders } from '../../artifact/layout.ts';
import { folderOf, inFolder } from '../../artifact/paths.ts';
import { type Place, setByText } from '../../artifact/place.ts';
import { isFrom } from '../../model/facts/release.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { fileId, slotId } from '../../model/roles/slots.ts';
import { type CheckResult, check, notApplicable, problem, releaseUnknown, skip } from '../base/check.ts';

/** Programs in images, by what an image would have to be called. */
const names: readonly string[] = podNames;

/** The longest text of an image that is shown: a reference has at most 255 characters, a tag and a digest. */
const mostShown = 500;

/** What is wrong with an image, in words, and the error of the container runtime or the kubelet. */
function imageFault(name: string, image: string): readonly [found: string, error: string] | undefined {
  if (!isImageReference(image))
    return [
      'which is not a reference of an image',
      `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`,
    ];
  const own = imageName(image);
  return names.includes(own) && own !== name
    ? [`which is that of ${own}`, `exec: "${name}": executable file not found in $PATH`]
    : undefined;
}

/** The releases that refuse static pods with references to objects of the API by a feature gate, and always. */
const refusedFrom = { byGate: '1.34.0', always: '1.37.0' } as const;

const gate = 'PreventStaticPodAPIReferences';

/** Whether a kubelet starts a static pod that refers to an object of the API, or may do so. */
function* startsReferences({ node, facts }: Pki): Generator<CheckResult, boolean> {
  const release = facts.kubernetesVersion?.value;
  if (release === undefined) yield releaseUnknown;
  if (release === undefined || isFrom(release, refusedFrom.always)) return release === undefined;
  if (!isFrom(release, refusedFrom.byGate)) yield notApplicable('kubelets before 1.34 start such a pod');
  else if (flagValue(node, 'kubelet', 'feature-gates')?.includes(`${gate}=false`))
    yield notApplicable(`${gate} is off`);
  else {
    const config = node.files.get(flagValue(node, 'kubelet', 'config') ?? '')?.content;
    if (config?.type !== 'settings' || !config.fields.includes('featureGates')) return false;
    yield skip('the feature gates in the configuration of the kubelet are not read');
  }
  return true;
}

/** What is at a path, as the kubelet's check of a type sees it; undefined if that is not known. */
function typeAt(path: string, { node }: Pki): string | undefined {
  const file = node.files.get(path);
  if (file?.state === 'absent') return isAbsent(path, node) ? 'nothing' : undefined;
  // In a copy, a link may lead to what was not copied.
  if (file?.state === 'broken-link') return node.rootfs === '/' ? 'nothing' : undefined;
  return file && { file: 'File', directory: 'Directory', socket: 'Socket' }[file.state as string];
}

/**
 * Whether nothing is at a path. A copy has the folders that its layout names, such as /etc/kubernetes, and of others
 * only what is on the way to them, such as /etc: what is not in those may not have been copied.
 */
function isAbsent(path: string, { rootfs, files, layout, pki }: Pki['node']): boolean {
  const copied = [layout.home, layout.manifests, layout.kubelet.folder, ...pkiFolders({ ...layout, pki })];
  const isCopied = copied.some((folder) => path.startsWith(`${folder}/`));
  return rootfs === '/' || (isCopied && files.get(folderOf(path))?.state === 'directory');
}

/** Whether a copy does not show what is at a path that must exist. */
const isUnknown = ({ path, type }: CheckedPath, pki: Pki): boolean =>
  !type.endsWith('OrCreate') && wanted[type] !== undefined && type !== 'Socket' && typeAt(path, pki) === undefined;

const wanted: Readonly<Record<string, readonly [type: string, words: string]>> = {
  Directory: ['Directory', 'is not a directory'],
  DirectoryOrCreate: ['Directory', 'is not a directory'],
  File: ['File', 'is not a file'],
  FileOrCreate: ['File', 'is not a file'],
  Socket: ['Socket', 'is not a socket file'],
};

const noun: Readonly<Record<string, string>> = { Directory: 'directory', File: 'file', Socket: 'socket' };

/** The error of the kubelet about a volume (pkg/volume/hostpath/host_path.go, `checkTypeInternal`). */
function volumeError(
  { path, type }: CheckedPath,
  pki: Pki,
): Readonly<Record<'found' | 'wanted' | 'error', string>> | undefined {
  const [right, words] = wanted[type] ?? [];
  const there = typeAt(path, pki);
  if (right === undefined || there === undefined || there === right) return undefined;
  // Archives and copies have no sockets.
  if (there === 'nothing' && right === 'Socket' && pki.node.rootfs !== '/') return undefined;
  if (there === 'nothing' && type.endsWith('OrCreate')) return undefined;
  const found =
    { nothing: 'nothing is there', File: 'it is a file', Directory: 'it is a directory' }[there] ?? 'it is a socket';
  return { found, wanted: noun[right] ?? right, error: `hostPath type check failed: ${path} ${words}` };
}

const placeOf = ({ path, line }: Place): string => (line === undefined ? path : `${path}:${line}`);

export const manifestContainersChecks = {
  'manifest/image': check('component', function* (component) {
    const { name } = component;
    const image = component.image?.slice(0, mostShown);
    if (image === undefined || component.mounts === undefined) return yield notApplicable('not in a container');
    const [found, error] = imageFault(name, image) ?? [];
    if (found === undefined || error === undefined) return;
    yield problem(component.at, { component: name, image, found, error, path: setByText(component.at) });
  }),
  'manifest/reference': check('file', function* (file, pki) {
    if (file.content?.type !== 'manifest' || !pki.node.manifestFiles.includes(file.path))
      return yield notApplicable('not the manifest of a static pod');
    const { components, pod } = file.content;
    const { reference } = pod;
    const names = components.map(({ name }) => name);
    if (reference === undefined || names.length === 0) return;
    if (yield* startsReferences(pki)) return;
    const { resource, field, at } = reference;
    yield problem(at, { path: file.path, resource, field, component: names[0] ?? '' }, { stops: names });
  }),
  'manifest/host-path': check('component', function* (component, pki) {
    if (component.mounts === undefined) return yield notApplicable('not in a container');
    const all = new Map(component.mounts.flatMap(({ checked }) => (checked ? [[checked.path, checked] as const] : [])));
    for (const checked of all.values()) {
      const fault = volumeError(checked, pki);
      const { path, type, at } = checked;
      if (isUnknown(checked, pki)) yield skip(`the input does not show what is at ${path}`);
      if (fault === undefined) continue;
      const inside = pki.slots.filter(
        (slot) => slot.component === component && (slot.path === path || slot.path?.startsWith(inFolder(path, ''))),
      );
      const affects = inside.flatMap((slot) => [slotId(slot), fileId(slot.path ?? '')]).map((id) => idOnNode(pki, id));
      yield problem(
        at,
        { component: component.name, path, type, place: placeOf(at), ...fault },
        { key: path, affects },
      );
    }
  }),
};
