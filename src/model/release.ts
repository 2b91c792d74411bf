/** Kubernetes releases, compared as semver (the patch release matters: an O changed in 1.36.1). */
import coerce from 'semver/functions/coerce.js';
import compare from 'semver/functions/compare.js';
import parse from 'semver/functions/parse.js';
import satisfies from 'semver/functions/satisfies.js';
import minVersion from 'semver/ranges/min-version.js';

/** `v1.36.2`, `1.36.2-eks-abc` or `1.36` as `1.36.2` or `1.36.0`; undefined where no release can be read from it. */
export function readRelease(text: string): string | undefined {
  const strict = parse(text.trim().replace(/^v/, ''));
  // A vendor's suffix (`-eks-1`, `+rke2r1`) says nothing about upstream; a real pre-release comes before its release.
  if (strict && /^(alpha|beta|rc)$/.test(String(strict.prerelease[0]))) return strict.version;
  return coerce(text)?.version;
}

/** The release of an image reference: `registry.k8s.io/kube-apiserver:v1.36.2` (a digest alone says nothing). */
export function releaseOfImage(image: string): string | undefined {
  const tag = /:(v?\d+\.\d+\.\d+[\w.+-]*)(?:@.*)?$/.exec(image)?.[1];
  return tag === undefined ? undefined : readRelease(tag);
}

// A run asks the same few ranges of one release over and over, and parsing them is most of the answer.
const answers = new Map<string, boolean>();

function once(question: string, answer: () => boolean): boolean {
  const known = answers.get(question) ?? answer();
  answers.set(question, known);
  return known;
}

/** Whether a release lies in a semver range. */
export function isIn(release: string, range: string): boolean {
  return once(`${release} in ${range}`, () => satisfies(release, range, { includePrerelease: true }));
}

/** Whether a range begins at or before a release: some release up to this one lies in it. */
export function beganBy(release: string, range: string): boolean {
  return once(`${release} from ${range}`, () => {
    const first = minVersion(range);
    return first !== null && compare(first.version, release) <= 0;
  });
}

/** Whether `release` is `other` or later. */
export function isFrom(release: string, other: string): boolean {
  return compare(release, other) >= 0;
}
