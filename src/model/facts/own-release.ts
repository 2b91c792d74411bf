/**
 * The release of a component, which need not be that of the node's API server: during an upgrade, or with an image of
 * the user's.
 */
import type { Component } from '../../artifact/component.ts';
import { imageName, imageTag } from '../../artifact/image.ts';
import { factOptions } from './fact-options.ts';
import type { Fact, Facts } from './facts.ts';
import { isFrom, releaseOfImage } from './release.ts';

/** What is known about a node, and whether it is judged as it will be: an upgrade by kubeadm replaces all images. */
interface Node {
  readonly facts: Pick<Facts, 'kubernetesVersion'>;
  readonly judging: { readonly upgraded?: boolean };
}

/** Whether a fact was given as an option. */
export const isGivenRelease = ({ source }: Fact<string>) => source === factOptions.kubernetesVersion.option;

/** Returns the release of a component of Kubernetes on a node; undefined if nothing shows it. */
export function releaseOfComponent({ name, image }: Component, { facts, judging }: Node): string | undefined {
  const fact = facts.kubernetesVersion;
  const isOwn = name === 'kube-controller-manager' || name === 'kube-scheduler';
  if (fact === undefined || !isOwn || image === undefined || judging.upgraded || isGivenRelease(fact))
    return fact?.value;
  return releaseOfOwnImage(name, image, fact.value);
}

/** No image of a component has an older tag: such a tag numbers the builds of something else. */
const oldest = '1.4.0';

/**
 * The release of an image that may be the user's: a scheduler with plugins, such as `crane-scheduler:0.0.20`, has
 * versions of its own.
 */
function releaseOfOwnImage(component: string, image: string, ofNode: string): string | undefined {
  const name = imageName(image);
  if (!name.endsWith(component) && !/hyperkube|kubernetes/.test(name)) return undefined;
  const release = releaseOfImage(image);
  // github.com/kubernetes-sigs/scheduler-plugins: v0.23.10 is built with v1.23.10.
  const minor = image.includes('scheduler-plugins/') ? /^0\.(\d+\.\d+)$/.exec(release ?? '')?.[1] : undefined;
  if (minor !== undefined) return `1.${minor}`;
  if (release !== undefined) return isFrom(release, oldest) ? release : undefined;
  // An image that is named by its digest only is that of the others.
  return imageTag(image) === undefined ? ofNode : undefined;
}
