/** The layout of a node: the paths of its PKI, as scanning needs them. */
import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';

/**
 * A path on the node, normalised.
 *
 * @pattern ^(/[A-Za-z0-9._-]+)+$
 */
export type NodePath = string;

/** The kubelet's files. Relative paths are relative to its folder. */
export interface KubeletLayout {
  /** Its folder, unless `--root-dir` sets a different one. */
  readonly folder: NodePath;
  /** Its systemd unit. */
  readonly unit: NonEmptyString;
  /** Its configuration files: the first is the main one. */
  readonly settings: NonEmptyList<NonEmptyString>;
  /** The file that contains its flags in a variable. */
  readonly flags: { readonly file: NonEmptyString; readonly variable: NonEmptyString };
  /** The folder of the volumes of its pods, which it creates when it starts. */
  readonly pods: NonEmptyString;
  /** The flags that its unit sets before that variable, assumed if the unit is not in the input. */
  readonly usual: readonly NonEmptyString[];
  /** The folder of its certificates, unless `--cert-dir` sets a different one; `--root-dir` does not move it. */
  readonly certificates: NodePath;
  /** The client certificate that it rotates, in that folder. */
  readonly client: NonEmptyString;
  /** The serving certificate that the cluster signs for it, in that folder. */
  readonly server: NonEmptyString;
  /** The self-signed serving certificate that it creates if nothing else is configured, in that folder. */
  readonly selfSigned: { readonly certificate: NonEmptyString; readonly key: NonEmptyString };
}

/** The paths of a layout. */
export interface LayoutPlaces {
  /** Its name in reports. */
  readonly name: NonEmptyString;
  /** A node that has one of these paths has this layout. If several layouts match, the last one applies. */
  readonly signs: NonEmptyList<NodePath>;
  /** The folder that contains the PKI and the files around it. The input can be this folder only. */
  readonly home: NodePath;
  /** The folder of certificates and keys. */
  readonly pki: NodePath;
  /** The folder of static pods, unless the kubelet's configuration sets a different one. */
  readonly manifests: NodePath;
  /** The folder of kubeconfigs. */
  readonly kubeconfigFolder: NodePath;
  /** The file name extension of kubeconfigs. */
  readonly kubeconfigEnding: NonEmptyString;
  /** The administrator's copy of a kubeconfig. */
  readonly administratorsCopy: NodePath;
  /** The folder of etcd's data, unless an argument names a different one. */
  readonly etcdData: NodePath;
  /** Where an upgrade keeps what it replaces, and how the names of its folders begin. */
  readonly backups: { readonly folder: NodePath; readonly begins: NonEmptyList<NonEmptyString> };
  readonly kubelet: KubeletLayout;
  /**
   * The sources of components and their arguments, in the order in which they are read. Each sees the results of those
   * before it.
   */
  readonly sources: NonEmptyList<NonEmptyString>;
}

export type FlagType = 'bool' | 'value';

/** How the command line of a program is read. */
export interface KnownProgram {
  /**
   * What parses it: Go's `flag` takes one dash or two and stops at the first word that is not a flag; `spf13/pflag` takes two, one for
   * names of one letter, and `_` for `-` (k8s.io/component-base cli/flag, `WordSepNormalizeFunc`).
   */
  readonly parser: 'go' | 'pflag';
  /** The types of its flags, as far as they are known. A `bool` does not consume the next word. */
  readonly flags: ReadonlyMap<string, FlagType>;
  /** Its other name, as the first argument of `hyperkube`. */
  readonly hyperkube?: string;
}

/** The components of a layout, by the names of their programs. */
export type Programs = ReadonlyMap<string, KnownProgram>;

/** A layout with the paths that scanning examines. */
export interface NodeLayout extends LayoutPlaces {
  /** Paths of kubeconfigs. A file at such a path that cannot be parsed as a kubeconfig is a malformed one. */
  readonly knownKubeconfigs: readonly string[];
  /** Paths to examine even if no file refers to them, absolute or relative to the PKI root. */
  readonly expected: readonly string[];
  /** The components that its nodes may run. */
  readonly programs: Programs;
}

/** At least one layout. The first one applies to a node that matches none. */
export type Layouts<L extends NodeLayout = NodeLayout> = readonly [L, ...L[]];

/** Returns the paths that lint reads of a node. */
export function archivedPaths({ home, kubelet }: LayoutPlaces): readonly string[] {
  const { folder, settings, flags, certificates } = kubelet;
  return [home, `${folder}/${settings[0]}`, `${folder}/${flags.file}`, certificates];
}

/** Returns them as words for a shell: `/etc/kubernetes /var/lib/kubelet/config.yaml …`. */
export function pathsToArchive(places: LayoutPlaces): string {
  return archivedPaths(places).join(' ');
}

/** The files that lint reads and that contain no private key, in the folders of certificates and of manifests. */
const namesWithoutKeys = ['*.crt', '*.pem', '*.pub', '*.yaml', '*.env'];

/** What a file with a private key contains in PEM, and in the base64 of PEM that kubeconfigs have. */
const signsOfKeys = ['PRIVATE KEY', 'LS0tLS1CRUdJ'];

/**
 * Returns the lines of a command that prints an archive of what lint reads of a node, without private keys. It takes only files
 * with a name of a list, and of these only those in which sed finds no sign of a key: a file that it cannot read is left out. Folders are
 * in it for their modes. It needs find, sed and tar of GNU, and no quoting for the shell of ssh but single quotes around it.
 */
export function archiveWithoutKeys({ pki, manifests, kubelet }: LayoutPlaces): readonly string[] {
  const { folder, settings, flags, certificates, selfSigned } = kubelet;
  const names = namesWithoutKeys.map((name) => `-name "${name}"`).join(' -o ');
  const stops = signsOfKeys.map((sign) => `/${sign}/q1`).join('; ');
  return [
    `sudo find ${pki} ${manifests} ${folder}/${settings[0]} \\`,
    `  ${folder}/${flags.file} ${certificates}/${selfSigned.certificate} \\`,
    `  \\( -type d -o \\( ${names} \\) \\`,
    `  \\( -type l -o -type f -exec sed -n "${stops}" {} \\; \\) \\) -print0 |`,
    '  sudo tar c --no-recursion --null -T -',
  ];
}
