/**
 * Checks that the containers of a control plane's components can start: their images, and what they refer to.
 */

import { flagValue, podNames } from '../../artifact/arguments.ts';
import { imageName, isImageReference } from '../../artifact/image.ts';
import { setByText } from '../../artifact/place.ts';
import { isFrom } from '../../model/facts/release.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { type CheckResult, check, notApplicable, problem, releaseUnknown, skip } from '../base/check.ts';
import { noStaticPod, staticPodIn } from '../base/guards.ts';

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
    const manifest = staticPodIn(file, pki);
    if (manifest === undefined) return yield noStaticPod;
    const { components, pod } = manifest;
    const { reference } = pod;
    const names = components.map(({ name }) => name);
    if (reference === undefined || names.length === 0) return;
    if (yield* startsReferences(pki)) return;
    const { resource, field, at } = reference;
    yield problem(at, { path: file.path, resource, field, component: names[0] ?? '' }, { stops: names });
  }),
};
