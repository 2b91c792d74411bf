/** Kubernetes releases, compared as semver. The patch release matters: kubeadm changed an organization in 1.36.1. */
import { imageTag } from '../../artifact/image.ts';
import type { Interval } from '../../tables/tables.ts';
import { compareVersions, readVersion } from './version.ts';

/** A release without a suffix, which most are: to read and compare these takes no library. */
const plain = /^v?(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})(?:\.(0|[1-9]\d{0,5}))?$/;

/** Converts `v1.36.2` or `1.36.2-eks-abc` to `1.36.2`, and `1.36` to `1.36.0`; undefined for any other text. */
export function readRelease(text: string): string | undefined {
  // The images of etcd count their builds: `3.6.8-0`.
  const [, major, minor, patch = '0'] = plain.exec(text.replace(/-\d+$/, '')) ?? [];
  return major === undefined ? readVersion(text) : `${major}.${minor}.${patch}`;
}

/** Returns the release of an image: `registry.k8s.io/kube-apiserver:v1.36.2`; undefined without such a tag. */
export function releaseOfImage(image: string): string | undefined {
  const tag = imageTag(image) ?? '';
  return /^v?\d+\.\d+\.\d[\w.+-]*$/.test(tag) ? readRelease(tag) : undefined;
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
  const [one, two] = [plain.exec(release), plain.exec(other)];
  if (one === null || two === null) return compareVersions(release, other) >= 0;
  const differs = [1, 2, 3].find((part) => one[part] !== two[part]);
  return differs === undefined || Number(one[differs] ?? 0) >= Number(two[differs] ?? 0);
}
