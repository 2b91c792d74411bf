/** Kubernetes releases, compared as semver. The patch release matters: kubeadm changed an organization in 1.36.1. */
import coerce from 'semver/functions/coerce.js';
import compare from 'semver/functions/compare.js';
import parse from 'semver/functions/parse.js';
import type { Interval } from '../../tables/tables.ts';

/** Converts `v1.36.2` or `1.36.2-eks-abc` to `1.36.2`, and `1.36` to `1.36.0`; undefined for any other text. */
export function readRelease(text: string): string | undefined {
  const strict = parse(text.trim().replace(/^v/, ''));
  // A vendor's suffix (`-eks-1`, `+rke2r1`) does not change the upstream release. A real pre-release precedes it.
  if (strict && /^(alpha|beta|rc)$/.test(String(strict.prerelease[0]))) return strict.version;
  // `stable-1` has a digit, but is not a release.
  return /\d\.\d/.test(text) ? coerce(text)?.version : undefined;
}

/** Returns the release of an image: `registry.k8s.io/kube-apiserver:v1.36.2`; undefined without such a tag. */
export function releaseOfImage(image: string): string | undefined {
  const [named = ''] = image.split('@', 1);
  const tag = named.slice(named.lastIndexOf(':') + 1);
  return tag !== named && /^v?\d+\.\d+\.\d[\w.+-]*$/.test(tag) ? readRelease(tag) : undefined;
}

/**
 * Returns the release in the path of a program: `/opt/kube-1.29.3/bin/kubelet`, `etcd-v3.5.9-linux-amd64/etcd`.
 * Undefined without one, or with another major: that is the number of something else in the path.
 */
export function releaseOfProgram(path: string, major: 1 | 3): string | undefined {
  const all = [...path.matchAll(/(?<=^|[/_-])v?(\d{1,2}\.\d{1,3}\.\d{1,3})(?=$|[/_+-])/g)];
  const release = all.at(-1)?.[1];
  return release?.startsWith(`${major}.`) ? release : undefined;
}

/** Whether a release is in one of the intervals. */
export function isIn(release: string, intervals: readonly Interval[]): boolean {
  return intervals.some(
    ([from = '', before = '']) => (from === '' || isFrom(release, from)) && (before === '' || !isFrom(release, before)),
  );
}

/** Whether one of the intervals starts at or before a release. */
export function beganBy(release: string, intervals: readonly Interval[]): boolean {
  return intervals.some(([from = '']) => from === '' || isFrom(release, from));
}

/** Whether `release` is `other` or later. */
export function isFrom(release: string, other: string): boolean {
  return compare(release, other) >= 0;
}
