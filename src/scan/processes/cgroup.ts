/** `/proc/PID/cgroup`, as in cgroups(7): the container or the unit that a process runs in. */

/** Where a process runs, by its control groups. */
export interface CgroupPlace {
  /** The path that says it, by which processes of the same container or unit are known. */
  readonly path: string;
  readonly container: string | undefined;
  /** Of the pod of its container. That of a static pod is a hash, without dashes. */
  readonly podUid: string | undefined;
  readonly unit: string | undefined;
  /** Whether it is in a container of a container, or in a unit of one: of a node that runs in a container. */
  readonly isNested: boolean;
  /** The path down to its outermost container, which a reader in that container sees in front of every path. */
  readonly prefix: string | undefined;
  /**
   * Whether its path is in the folders of systemd, or at the top: then it is in no container, if no name says
   * otherwise.
   */
  readonly isUsual: boolean;
}

/**
 * Returns the place of a process. With cgroups v1 there is a path for each controller, which may differ; the one that
 * names a container counts, then one that names a unit.
 *
 * @param prefix what is in front of every path that the reader sees, because it runs in a container itself
 */
export function placeInCgroups(text: string, prefix = ''): CgroupPlace {
  const paths = text.split('\n', 64).flatMap((line) => /^\d+:[^:]*:(\/.*)$/.exec(line)?.[1] ?? []);
  const places = [...new Set(paths)].map((path) =>
    placeOf(path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path),
  );
  return (
    places.find(({ container }) => container !== undefined) ??
    places.find(({ unit }) => unit !== undefined) ??
    places.find(({ isUsual }) => !isUsual) ??
    places[0] ??
    placeOf('/')
  );
}

/**
 * The UID of a pod: `podUID` (driver cgroupfs), or `kubepods-burstable-podUID.slice`, with `_` for `-` (driver
 * systemd).
 */
const pod = /(?:^|-)pod([\da-f]{32}|[\da-f]{8}(?:[-_][\da-f]{4}){3}[-_][\da-f]{12})(?:\.slice)?$/;

/**
 * `ID`, `cri-containerd-ID.scope`, `crio-ID.scope`, `docker-ID.scope`, `libpod-ID.scope`; containers of LXC and
 * systemd-nspawn are named.
 */
const container =
  /^(?:[a-z][a-z\d]*-)*([\da-f]{64})(?:\.scope)?$|^(lxc\.payload\..+|machine-.+\.scope|systemd-nspawn@.+\.service)$/;

/** What systemd and the kubelet call the folders of what is in no container. */
const usual = /\.(?:slice|service|scope|mount|socket|swap)$|^$/;

function placeOf(path: string): CgroupPlace {
  // containerd without the driver systemd, though the kubelet has it:
  // `kubepods-burstable-podUID.slice:cri-containerd:ID`.
  const parts = path.split(/[/:]/).filter((part) => part !== '' && part !== '..' && part !== 'cri-containerd');
  let [id, podUid, unit, prefix]: (string | undefined)[] = [];
  let isNested = false;
  for (const [index, part] of parts.entries()) {
    const uid = pod.exec(part)?.[1];
    const match = container.exec(part);
    // The container of a pod may be called anything, and so may one of LXC.
    const own: string | undefined =
      match?.[1] ??
      match?.[2] ??
      ((podUid !== undefined && id === undefined) || parts[index - 1] === 'lxc' ? part : undefined);
    if (uid !== undefined) {
      isNested ||= id !== undefined || podUid !== undefined;
      podUid = uid.replaceAll('_', '-');
    } else if (own !== undefined) {
      isNested ||= id !== undefined;
      id = own;
      prefix ??= path.slice(0, path.indexOf(part) + part.length);
    } else if (part.endsWith('.service')) {
      isNested ||= id !== undefined;
      if (!part.startsWith('user@')) unit = part;
    }
  }
  const isUsual = parts.every((part) => usual.test(part));
  return { path, container: id, podUid, unit: id === undefined ? unit : undefined, isNested, prefix, isUsual };
}
