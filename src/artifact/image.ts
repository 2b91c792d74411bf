/**
 * References of images: `registry.k8s.io/kube-apiserver-amd64:v1.36.2@sha256:…` (github.com/distribution/reference).
 */

/** Returns the last part of the name of an image, without the suffix for a processor. */
export function imageName(image: string): string {
  const [named = ''] = image.split('@', 1);
  const [name = ''] = named.slice(named.lastIndexOf('/') + 1).split(':', 1);
  return name.replace(/-(?:amd64|arm64|arm|ppc64le|s390x)$/, '');
}

/** Returns the tag of an image; undefined if it has none. */
export function imageTag(image: string): string | undefined {
  const [named = ''] = image.split('@', 1);
  return /:([^/:]*)$/.exec(named)?.[1];
}

/** Whether a text is the reference of an image. */
export function isImageReference(image: string): boolean {
  const [named = '', ...digests] = image.split('@');
  if (digests.length > 1 || !digests.every((digest) => digestForm.test(digest)) || named.length > 512) return false;
  const slash = named.lastIndexOf('/');
  const [last = '', ...tags] = named.slice(slash + 1).split(':');
  if (tags.length > 1 || !tags.every((tag) => tagForm.test(tag))) return false;
  const folders = slash < 0 ? [] : named.slice(0, slash).split('/');
  const [host = '', ...others] = folders;
  const isHost = folders.length > 0 && (/[.:A-Z]/.test(host) || host === 'localhost');
  return (
    [...(isHost ? others : folders), last].every((part) => pathForm.test(part)) && (!isHost || hostForm.test(host))
  );
}

const digestForm = /^[A-Za-z][\w+.-]{0,60}:[0-9a-fA-F]{32,256}$/;
const tagForm = /^\w[\w.-]{0,127}$/;
const pathForm = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;
const hostForm = /^(?:[\w.-]+|\[[\da-fA-F:]+\])(?::\d+)?$/;
