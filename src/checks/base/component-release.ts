/**
 * Which releases of a component may run on a node: etcd has releases of its own, and others may be older than the API
 * server.
 */
import type { Component } from '../../artifact/component.ts';
import { imageName, imageTag } from '../../artifact/image.ts';
import { isGivenRelease, releaseOfComponent } from '../../model/facts/own-release.ts';
import { isFrom } from '../../model/facts/release.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { knownComponent } from '../../tables/components.ts';
import { type CheckResult, releaseUnknown, skip } from './check.ts';

/** The oldest and the newest release that may run; usually they are the same. */
export interface Releases {
  readonly oldest: string;
  readonly newest: string;
}

const etcdUnknown = skip('the release of etcd is unknown: no tag of its image shows it');
const kubeletUnknown = skip('the release of the kubelet is unknown: it may be older than the control plane');

/** Whether the releases of a component are not those of Kubernetes. */
export const hasOwnReleases = ({ name }: Component): boolean => knownComponent(name)?.releases === 'etcd';

/** Returns the releases of a component that may run on a node; undefined if nothing shows any. */
export function releasesOf(component: Component, pki: Pki): Releases | undefined {
  const { facts, judging } = pki;
  const isOwn = hasOwnReleases(component);
  const fact = isOwn ? facts.etcdVersion : facts.kubernetesVersion;
  const value = isOwn ? fact?.value : releaseOfComponent(component, pki);
  if (fact === undefined || value === undefined) return undefined;
  const isOther = component.name === 'kubelet' && !judging.upgraded && !isGivenRelease(fact);
  return { oldest: isOther ? oldestKubelet(value) : value, newest: value };
}

/** Returns the oldest kubelet for an API server (https://kubernetes.io/releases/version-skew-policy/#kubelet). */
export function oldestKubelet(release: string): string {
  const minor = Number(release.split('.')[1]);
  return `1.${Math.max(0, minor - (isFrom(release, '1.28.0') ? 3 : 2))}.0`;
}

/**
 * Whether a component is that of Kubernetes, also from a mirror: not a fork, which can have flags and feature gates of
 * its own, nor a kubelet of a provider of clusters.
 */
export function isUpstream({ name, image }: Component, { layout }: Pki): boolean {
  if (layout.provider !== undefined) return false;
  if (image === undefined) return true;
  const tag = imageTag(image);
  return imageName(image) === name && (tag === undefined || /^v?[\d.]+$/.test(tag));
}

/** Why nothing can be said about a component without its release, or about a kubelet that may be older. */
export function unknownRelease(component: Component, releases: Releases | undefined): CheckResult {
  if (hasOwnReleases(component)) return etcdUnknown;
  return releases === undefined ? releaseUnknown : kubeletUnknown;
}

/** Formats the releases that lack something for sure: `v1.36.2`, `v1.33.0 and later`. */
export function releasesFrom({ oldest, newest }: Releases): string {
  return oldest === newest ? `v${oldest}` : `v${oldest} and later`;
}

/** Formats the releases that do not have something yet: `v1.36.2`, `v1.36.2 and earlier`. */
export function releasesUpTo({ oldest, newest }: Releases): string {
  return oldest === newest ? `v${newest}` : `v${newest} and earlier`;
}

/**
 * Whether a release has what came in `since`: one release, or patch releases of several minors. Its pre-releases may
 * have it too.
 */
export function isSince(release: string, since: string | readonly string[]): boolean {
  const plain = release.replace(/-.*/, '');
  const firsts = typeof since === 'string' ? [since] : since;
  const minorOf = (text: string) => text.split('.').slice(0, 2).join('.');
  const ofMinor = firsts.find((first) => minorOf(first) === minorOf(plain));
  return isFrom(plain, ofMinor ?? firsts.at(-1) ?? plain);
}

/** When something was removed: `in v1.24.0`, `between v1.24.0 and v1.31.0`, `in v1.30.0 or earlier`. */
export function removal({ removedIn, maybe }: { readonly removedIn?: string; readonly maybe?: string }): string {
  if (maybe === undefined) return `in v${removedIn}`;
  return maybe === '' ? `in v${removedIn} or earlier` : `between v${maybe} and v${removedIn}`;
}
