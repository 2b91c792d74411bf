/** The `config.json` of a container (OCI runtime specification, config.md), of which only named fields are kept. */

/** What is kept of it. */
export interface BundleJson {
  readonly args: readonly string[];
  /** The paths of the host that are mounted. */
  readonly sources: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** What is read of the annotations of containerd (internal/cri/annotations) and CRI-O (pkg/annotations). */
const kept = [
  'io.kubernetes.cri.container-type',
  'io.kubernetes.cri.image-name',
  'io.kubernetes.cri.sandbox-name',
  'io.kubernetes.cri.sandbox-namespace',
  'io.kubernetes.cri.sandbox-uid',
  'io.kubernetes.cri-o.ContainerType',
  'io.kubernetes.cri-o.Created',
  'io.kubernetes.cri-o.ImageName',
  'io.kubernetes.pod.name',
  'io.kubernetes.pod.namespace',
  'io.kubernetes.pod.uid',
] as const;

/**
 * Reads the configuration of a container; undefined if it is damaged. The environment of its process may have passwords
 * in it, so nothing but the fields above leaves this function, and nothing of a text that cannot be read is in any
 * message.
 */
export function parseBundleJson(text: string): BundleJson | undefined {
  const { process: program, mounts, annotations } = fieldsOf(parsed(text));
  const { args } = fieldsOf(program);
  if (!Array.isArray(args)) return undefined;
  const all = fieldsOf(annotations);
  return {
    args: args.filter(isText),
    sources: (Array.isArray(mounts) ? mounts : []).map((mount) => fieldsOf(mount).source).filter(isText),
    annotations: Object.fromEntries(
      kept.flatMap((key) => {
        const value = all[key];
        return isText(value) ? [[key, value]] : [];
      }),
    ),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The message of the error quotes the text.
    return undefined;
  }
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const isText = (value: unknown): value is string => typeof value === 'string';
