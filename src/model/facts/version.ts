/** Versions that have more than numbers. */
import coerce from 'semver/functions/coerce.js';
import compare from 'semver/functions/compare.js';
import parse from 'semver/functions/parse.js';

/** The upstream release in a text with digits (`1.36.2` of `1.36.2-eks-abc`); undefined without one. */
export function readVersion(text: string): string | undefined {
  const strict = parse(text.trim().replace(/^v/, ''));
  // A vendor's suffix (`-eks-1`, `+rke2r1`) does not change the upstream release. A real pre-release precedes it.
  if (strict && /^(alpha|beta|rc)$/.test(String(strict.prerelease[0]))) return strict.version;
  // `stable-1` has a digit, but is not a release.
  return /\d\.\d/.test(text) ? coerce(text)?.version : undefined;
}

/** Less than 0, 0, or more than 0, as semver orders two versions. */
export function compareVersions(one: string, other: string): number {
  return compare(one, other);
}
