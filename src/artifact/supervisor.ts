/**
 * A program that runs the components of a node inside of its process, or writes their manifests: its row, and what a
 * node gives it.
 */
import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';
import type { StartingUnit } from './oddities.ts';
import type { NodePath, Place, Placed, SetBy } from './place.ts';
import type { GoneValue } from './setting.ts';

/** What a supervisor is on a node. A server is an agent too. */
export type SupervisorKind = 'server' | 'agent';

/** Settings that are alike. */
export interface SettingGroup {
  /** Who knows them; a server knows those of agents too. */
  readonly of: SupervisorKind;
  readonly type: 'value' | 'list' | 'bool';
  /** Their names, separated by spaces. */
  readonly names: NonEmptyString;
}

/** Flags that a program gives to the components that it runs or starts. */
export interface BuiltInFlags {
  /** What must hold for all of them: `SupervisorCondition` or `LaunchCondition`. */
  readonly when?: NonEmptyList<NonEmptyString>;
  /**
   * By component and flag. `{cluster-domain}` or `{spec.api.address}` is the value of a setting. A list is a flag that
   * is given several times, and an empty text takes the flag of an earlier row away.
   */
  readonly flags: Readonly<Record<string, Readonly<Record<string, string | NonEmptyList<string>>>>>;
}

/**
 * What must hold for flags of a supervisor. A name is that of a setting that is on, or of a condition of
 * `src/scan/supervisor/conditions.ts`; a path is one that exists; `kube-apiserver authorization-config` is a flag that
 * the user gives; `!` is the opposite.
 */
export type SupervisorCondition = NonEmptyString;

/** Flags that a supervisor gives to its components. */
export interface SupervisorFlags extends BuiltInFlags {
  readonly when?: NonEmptyList<SupervisorCondition>;
  /** The first releases that set them, one of each minor if patch releases brought it. */
  readonly since?: NonEmptyList<NonEmptyString>;
  /** The first releases that no longer do. */
  readonly until?: NonEmptyList<NonEmptyString>;
}

/** The row of a supervisor in a layout. */
export interface SupervisorRow {
  /** Its name, which is that of its program. */
  readonly program: NonEmptyString;
  /** Its configuration. The files of the folder with the same name and `.d` are read after it. */
  readonly config: NodePath;
  /** How the names of its variables begin. */
  readonly prefix: NonEmptyString;
  /** The units that start it. */
  readonly units: Readonly<Record<SupervisorKind, NonEmptyList<NonEmptyString>>>;
  /** The scripts of OpenRC that start it, and their variables. */
  readonly scripts?: Readonly<Record<SupervisorKind, NodePath>> & { readonly variables: NonEmptyList<NodePath> };
  /** The file of the text that it puts behind the name of a node, if a setting says so. */
  readonly nodeId: NodePath;
  /** The folders of its files as a server and as an agent. */
  readonly folders: Readonly<Record<SupervisorKind, NodePath>>;
  /** The CA of its servers, in these folders, of which tokens have a hash. */
  readonly tokenCa: Readonly<Record<SupervisorKind, NodePath>>;
  /** The certificate that its port serves. */
  readonly serving: NodePath;
  /** The components that it runs, and what must hold for that. */
  readonly components: Readonly<Record<string, readonly NonEmptyString[]>>;
  /** The settings that leave a component out. */
  readonly leftOut: Readonly<Record<string, NonEmptyString>>;
  /** What it gives to them; later ones win. */
  readonly builtIn: readonly SupervisorFlags[];
  /** The newest minor whose flags these are. */
  readonly builtInUpTo: NonEmptyString;
  readonly known: NonEmptyList<SettingGroup>;
  /**
   * Settings that it has in addition to those of the layout that it extends, and names of those that it does not have.
   */
  readonly also?: NonEmptyList<SettingGroup>;
  readonly without?: NonEmptyString;
  /** Other names of settings: letters, and old names. */
  readonly aliases: Readonly<Record<string, string>>;
  /** The settings of variables, by what follows the prefix. */
  readonly variables: Readonly<Record<string, string>>;
  /** The names of settings that are secrets, separated by spaces. */
  readonly secret: NonEmptyString;
  /** The names of those that all servers of a cluster must have alike, or else do not join. */
  readonly critical: NonEmptyString;
  /** The components that lists of arguments are for, by the names of their settings. */
  readonly arguments: Readonly<Record<string, string>>;
  /** The values of settings that nothing sets. */
  readonly defaults: Readonly<Record<string, string>>;
  /** Values that it takes, of settings that it refuses to start with otherwise. */
  readonly values: Readonly<Record<string, NonEmptyList<NonEmptyString>>>;
  /** Values that later releases refuse: the setting, the values, separated by spaces, and what is said then. */
  readonly goneValues?: NonEmptyList<GoneValue>;
  /** The port at which its servers take in nodes, if that is not the one of the API. */
  readonly joiningPort?: NonEmptyString;
}

/** Where a setting is given. Later ones win. */
export type SettingSource = 'variable' | 'file' | 'flag';

/** One place that gives a setting. */
export interface GivenSetting {
  /** Without what it is written with. */
  readonly name: string;
  /** As it is written: `tls-san+`, `--tls-san`, `K3S_TOKEN`; `(not shown)` if it may be a secret. */
  readonly spelled: string;
  readonly source: SettingSource;
  /** Who knows it; undefined if it is unknown. */
  readonly of: SupervisorKind | undefined;
  /** Of a secret or an unknown setting the values are undefined. */
  readonly values: readonly GivenValue[];
  readonly at: Place;
  /** Whether it adds to what came before. */
  readonly appends: boolean;
  /** What is given later, and makes it void. */
  readonly replacedBy: Place | undefined;
}

/** A value; undefined if it is secret or unknown. */
export type GivenValue = Placed<string | undefined>;

/** A file of its configuration. */
export interface SupervisorFile {
  readonly path: string;
  /** `ignored`: its name does not end as it should. */
  readonly state: 'read' | 'malformed' | 'unread' | 'ignored';
  /** Why it is malformed or unread. */
  readonly error?: string | undefined;
  readonly line?: number | undefined;
  /** The known settings in an ignored file. */
  readonly names?: readonly string[];
}

/** What a token says besides its secret. */
export interface GivenToken {
  readonly at: Place;
  /** The hash of the CA; undefined if it has none. */
  readonly hash: string | undefined;
}

/** An external datastore. */
export interface GivenDatastore {
  readonly kind: 'etcd' | 'kine';
  /** Its servers, if it is an etcd that is spoken to with TLS. */
  readonly endpoints: string | undefined;
}

/** A file that a setting names and that is not there. */
export type MissingFile = Placed<string> & { readonly setting: string };

/** A supervisor, as the files of a node configure it. */
export interface Supervisor {
  readonly program: string;
  readonly kind: SupervisorKind;
  /** The unit that starts it. */
  readonly unit: string | undefined;
  /** What starts it, or the words for that. */
  readonly at: SetBy;
  readonly files: readonly SupervisorFile[];
  /** In the order in which they apply. */
  readonly settings: readonly GivenSetting[];
  readonly token: GivenToken | undefined;
  /** The hashes by which a token may name the CA of its servers; none if that is not there. */
  readonly caHashes: readonly string[];
  readonly datastore: GivenDatastore | undefined;
  /** Those that it reads before it starts anything. A flag of kube-apiserver names those of an etcd. */
  readonly missing: readonly MissingFile[];
  /** What is wrong with its unit. */
  readonly started: StartingUnit | undefined;
  /** Why there may be more settings. */
  readonly unknown: string | undefined;
}

/** The words of a text in which they are separated by blanks. */
export const supervisorWords = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '');

/** Returns what is in force for a setting: several places if they add up. */
export const givenFor = (supervisor: Pick<Supervisor, 'settings'>, name: string): readonly GivenSetting[] =>
  supervisor.settings.filter((one) => one.name === name && one.of !== undefined && one.replacedBy === undefined);

/** Returns the values in force of a setting, without those that are unknown. */
export const valuesFor = (supervisor: Pick<Supervisor, 'settings'>, name: string): readonly Placed<string>[] =>
  givenFor(supervisor, name).flatMap(({ values }) =>
    values.flatMap(({ value, at }) => (value === undefined ? [] : { value, at })),
  );

/** Returns the value in force of a setting of one value. */
export const valueFor = (supervisor: Pick<Supervisor, 'settings'>, name: string): Placed<string> | undefined =>
  valuesFor(supervisor, name).at(-1);

/** Whether a setting is on, as Go's strconv.ParseBool reads it. */
export const isSettingOn = (supervisor: Pick<Supervisor, 'settings'>, name: string): boolean =>
  /^(?:1|t|T|true|TRUE|True)$/.test(valueFor(supervisor, name)?.value ?? '');

/** A node that may have a supervisor. */
interface Supervised {
  readonly layout: { readonly supervisor?: SupervisorRow };
  readonly supervisor?: Supervisor | undefined;
}

/** Whether a setting leaves a component to other nodes. */
export function isSwitchedOff({ layout, supervisor }: Supervised, component: string): boolean {
  const setting = layout.supervisor?.leftOut[component];
  return setting !== undefined && supervisor !== undefined && isSettingOn(supervisor, setting);
}

/** Whether a file was written when an agent was a server: it does not read it. */
export const isOfFormerServer = ({ layout, supervisor }: Supervised, path: string): boolean =>
  supervisor?.kind === 'agent' && path.startsWith(`${layout.supervisor?.folders.server}/`);

/**
 * A setting of the program, and what it must be: `spec.storage.type=kine` in its configuration, `--single` among its
 * flags, a file of the node that starts with `/`; `operand` is the first word of its command line that is not a flag.
 * With a `!`: it is not so.
 */
export type LaunchCondition = NonEmptyString;

/** Values of settings that nothing sets. */
export interface LaunchDefaults {
  readonly when?: NonEmptyList<LaunchCondition>;
  readonly values: Readonly<Record<string, string>>;
}

/** A program that starts the components of a node with flags of its own. */
export interface LauncherRow {
  /** Its name as a component, which a unit starts. */
  readonly by: NonEmptyString;
  /** Its configuration, unless its flag `--config` names a different one. */
  readonly config: NonEmptyString;
  /** Its settings that have names for the certificate of kube-apiserver. */
  readonly sans: NonEmptyList<NonEmptyString>;
  /** The first value of a setting whose conditions hold counts. */
  readonly defaults: readonly LaunchDefaults[];
  /**
   * Later ones win. A component that is in no row that applies does not run. A flag whose settings have no values is
   * left out. `{/run/ca.crt}` is a file that copies of a node may be without: then the value is unknown.
   */
  readonly rows: NonEmptyList<BuiltInFlags>;
  /** Where its configuration has a mapping of flags for a component, which replace its own. */
  readonly extra: Readonly<Record<string, NonEmptyString>>;
  /** The flag whose value has flags for a component. */
  readonly extraWords: Readonly<Record<string, NonEmptyString>>;
}
