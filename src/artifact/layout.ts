/** The layout of a node: the paths of its PKI, as scanning needs them. */
import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';
import type { ArgumentFolder } from './argument.ts';
import type { NodePath } from './place.ts';
import type { LauncherRow, SupervisorRow } from './supervisor.ts';

/** The kubelet's files. Relative paths are relative to its folder. */
export interface KubeletLayout {
  /** Its folder, unless `--root-dir` sets a different one. */
  readonly folder: NodePath;
  /** Its configuration files: the first is the main one. */
  readonly settings: NonEmptyList<NonEmptyString>;
  /** The file that contains its flags in a variable. */
  readonly flags?: { readonly file: NonEmptyString; readonly variable: NonEmptyString };
  /** The folder of the volumes of its pods, which it creates when it starts. */
  readonly pods: NonEmptyString;
  /** The flags that its unit sets before that variable, assumed if the unit is not in the input. */
  readonly usual?: NonEmptyList<NonEmptyString>;
  /** The folder of its certificates, unless `--cert-dir` sets a different one; `--root-dir` does not move it. */
  readonly certificates: NodePath;
  /** The client certificate that it rotates, in that folder. */
  readonly client: NonEmptyString;
  /** The serving certificate that the cluster signs for it, in that folder. */
  readonly server: NonEmptyString;
  /** The self-signed serving certificate that it creates if nothing else is configured, in that folder. */
  readonly selfSigned: { readonly certificate: NonEmptyString; readonly key: NonEmptyString };
}

/** A path that a node has, and a text that the file at the path contains. */
interface PresentMark {
  readonly path: NodePath;
  /** Looked for in the first bytes of a file (`maxMarkedBytes` in `src/scan/fs/layout-of-tree.ts`). */
  readonly contains?: NonEmptyString;
}

/** A path that a node does not have. */
interface AbsentMark {
  readonly path: NodePath;
  readonly absent: true;
}

/** A program that a unit of systemd starts. */
interface StartMark {
  readonly starts: NonEmptyString;
  /** A text that the unit contains too. */
  readonly contains?: NonEmptyString;
}

/** Something by which a layout is recognised. */
export type Mark = PresentMark | AbsentMark | StartMark;

export type LaidOutKind = 'control-plane' | 'worker' | 'etcd';

/** One kind of node in a layout, and how to recognise it. */
export interface KindOfNode {
  readonly kind: LaidOutKind;
  /** A node is of this kind if it has all marks of one of these lists. */
  readonly signs: NonEmptyList<NonEmptyList<Mark>>;
}

/** Systemd units that start components. */
export interface UnitRow {
  /** The name of the unit: `kubelet.service`. Any unit in the folders of units if it is left out. */
  readonly unit?: NonEmptyString;
  /** The component that it starts. The program in its `ExecStart` says which if this is left out. */
  readonly component?: NonEmptyString;
  /** `files`: of this component only its access to files is judged, and only if nothing else starts one of its name. */
  readonly judged?: 'files';
}

/** A folder of kubeconfigs. */
export interface KubeconfigFolder {
  readonly folder: NodePath;
  /** How the names of kubeconfigs in it end; any file may be one if this is left out. */
  readonly ending?: NonEmptyString;
}

/** The paths of a layout. What its nodes do not have is left out. */
export interface LayoutPlaces {
  /** Its name in reports. */
  readonly name: NonEmptyString;
  /**
   * The kinds of its nodes. They are matched in order, and so are layouts: the first match is the layout and the kind.
   * Nodes that match nothing have the layout that comes first, and their files decide their kind.
   */
  readonly nodes: readonly KindOfNode[];
  /** The folder that contains the PKI and the files around it. The input can be this folder only. */
  readonly home: NodePath;
  /** The PKI root, the folder of certificates and keys: relative paths in the tables start here. */
  readonly pki: NodePath;
  /** Whether the PKI root of a node can be anywhere else: the arguments of its components say where. */
  readonly pkiAnywhere?: true;
  /** The folder below which its program keeps all its files, unless a setting of the program names a different one. */
  readonly dataDir?: NodePath;
  /** Other folders of certificates and keys. */
  readonly otherPki?: NonEmptyList<NodePath>;
  /** Those of the folders above of which the folders in them are something else, such as images. */
  readonly flat?: NonEmptyList<NodePath>;
  /** The folder of static pods, unless the kubelet's configuration sets a different one. */
  readonly manifests?: NodePath;
  /** How the names of volumes begin that its program gives static pods at each start, and that no setting gives. */
  readonly ownVolumes?: NonEmptyList<NonEmptyString>;
  /** The folders of kubeconfigs. */
  readonly kubeconfigFolders: readonly KubeconfigFolder[];
  /** The kubeconfig with which the kubelet requests its first certificate. */
  readonly bootstrapKubeconfig?: NodePath;
  /** The administrator's copy of a kubeconfig. */
  readonly administratorsCopy?: NodePath;
  /** The folder of etcd's data, unless an argument names a different one. */
  readonly etcdData?: NodePath;
  /** Whether a kubelet is named after its machine at each start, unless a flag names it. */
  readonly namedByMachine?: true;
  /** A file with the release of its components. */
  readonly release?: NodePath;
  /** The file that is there until the program of the node recreates its certificates, at its next start. */
  readonly regenerates?: NodePath;
  /** Where an upgrade keeps what it replaces, and how the names of its folders begin. */
  readonly backups?: { readonly folder: NodePath; readonly begins: NonEmptyList<NonEmptyString> };
  readonly kubelet: KubeletLayout;
  /** The program that starts components with flags of its own, for the source `built-in`. */
  readonly builtIn?: LauncherRow;
  /** The program that runs its components or writes their manifests, if its configuration says with which arguments. */
  readonly supervisor?: SupervisorRow;
  /** Units that start components, for the source `units`, and files with arguments, for `argument-files`. */
  readonly units: readonly UnitRow[];
  readonly argumentFiles?: ArgumentFolder;
  /**
   * The sources of components and their arguments, in the order in which they are read. Each sees the results of those
   * before it.
   */
  readonly sources: NonEmptyList<NonEmptyString>;
}

export type FlagType = 'bool' | 'value';

/** What is in the file that an argument names. */
export type NamedContent = 'certificate' | 'trust' | 'key' | 'kubeconfig' | 'other';

/** How the command line of a program is read. */
export interface KnownProgram {
  /**
   * What parses it: Go's `flag` takes one dash or two and stops at the first word that is not a flag; `spf13/pflag`
   * takes two, one for names of one letter, and `_` for `-` (k8s.io/component-base cli/flag, `WordSepNormalizeFunc`).
   */
  readonly parser: 'go' | 'pflag';
  /** The types of its flags, as far as they are known. A `bool` does not consume the next word. */
  readonly flags: ReadonlyMap<string, FlagType>;
  /** Flags whose values are secrets, or URLs that give access. */
  readonly secret: ReadonlySet<string>;
  /** What is in the files that its flags name, where only a layout knows that. */
  readonly files: ReadonlyMap<string, NamedContent>;
  /** Its other name, as the first argument of `hyperkube`. */
  readonly hyperkube?: string;
}

/** The components of a layout, by the names of their programs. */
export type Programs = ReadonlyMap<string, KnownProgram>;

/**
 * The layouts of such nodes by who has a CA of their own: `servers`, which clients of kube-apiserver verify, `peers`,
 * the members of etcd, or both. Their places are the same.
 */
export type SeparateCas<L> = Readonly<Record<'servers' | 'peers' | 'both', L>>;

/** A layout with the paths that scanning examines. */
export interface NodeLayout extends LayoutPlaces {
  /** Paths of kubeconfigs. A file at such a path that cannot be parsed as a kubeconfig is a malformed one. */
  readonly knownKubeconfigs: readonly string[];
  /** Paths to examine even if no file refers to them, absolute or relative to the PKI root. */
  readonly expected: readonly string[];
  /** The components that its nodes may run. */
  readonly programs: Programs;
  /** The layouts of such nodes if they have more CAs. */
  readonly separate?: SeparateCas<NodeLayout>;
  /** Of nodes that are named and not judged: what they are, and what to do there instead, as a hint. */
  readonly unjudged?: { readonly title: string; readonly instead: string };
  /** Returns the layout of such a node whose data directory is a different folder, which must be a `NodePath`. */
  readonly movedTo?: (folder: NodePath) => NodeLayout;
}

/** The option that names the layout of nodes. */
export const layoutOption = '--layout';

/** At least one layout, in the order in which they are matched. */
export type Layouts<L extends NodeLayout = NodeLayout> = readonly [L, ...L[]];

/** Returns the layout of nodes that match none, of bare folders of certificates, and of words about no node. */
export function defaultLayout<L extends NodeLayout>([first]: Layouts<L>): L {
  return first;
}

/** Returns the folders of certificates and keys; the first is the PKI root. */
export function pkiFolders({
  pki,
  otherPki = [],
}: Pick<LayoutPlaces, 'pki' | 'otherPki'>): readonly [NodePath, ...NodePath[]] {
  return [pki, ...otherPki];
}

/** Returns the folder of kubeconfigs without a path of their own. */
export function usualKubeconfigFolder({ home, kubeconfigFolders }: LayoutPlaces): NodePath {
  return kubeconfigFolders[0]?.folder ?? home;
}

/** Returns the file that contains the kubelet's flags in a variable; none if the layout has none. */
export function flagsFiles({ folder, flags }: KubeletLayout): readonly NodePath[] {
  return flags === undefined ? [] : [`${folder}/${flags.file}`];
}
