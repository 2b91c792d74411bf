/** The type of `remedies` in a layout: how to renew roles and restart components. */
import type { NonEmptyList, NonEmptyString } from '../../core/formats.ts';
import type { FixClass } from '../../results/finding.ts';
import type { ComponentName, ReleaseNumber, RoleName } from '../name-types.ts';
import type { CommandRow, NoteRow, StepRow, WaitRow } from '../step-rows.ts';
import type { FilesOwner } from './owner.ts';

/** How to make a component read the files that it reads only at start. */
export interface ComponentRow {
  readonly component: ComponentName;
  /** How to restart it, in steps. */
  readonly restart: readonly (NoteRow | CommandRow)[];
  /** How to see that it works again: the first step whose placeholders all have values on the node. */
  readonly ready?: readonly WaitRow[];
  /** What to do after its arguments have changed. */
  readonly changed: readonly (NonEmptyString | CommandRow)[];
}

/** How to renew certificates, by what is wrong with them. */
export interface Remedy {
  readonly missing: readonly StepRow[];
  readonly wrong: readonly StepRow[];
  readonly names: readonly StepRow[];
  readonly expired: readonly StepRow[];
  /** Replaces the four above if etcd is external. */
  readonly external?: readonly StepRow[];
}

/** How to let a kubeconfig name the credential that the kubelet renews. */
export interface KeptRow {
  /** Whether the installer does it, which made the kubeconfig. */
  readonly byInstaller?: true;
  /** The first release with these steps. */
  readonly from?: ReleaseNumber;
  /** The first release without them. */
  readonly before?: ReleaseNumber;
  readonly steps: readonly StepRow[];
}

export interface RemedyRow extends Remedy {
  readonly role: RoleName;
  /** Replaces `expired` where the key of the CA is on the node. */
  readonly local?: readonly StepRow[];
  /** Alternatives that replace `expired` if the kubelet has a valid credential in a file. */
  readonly kept?: readonly KeptRow[];
  /** What to do last of all, once the components of the node have restarted. It replaces the restart of an owner. */
  readonly last?: readonly StepRow[];
}

/** What to do after the files of a role were replaced. Of the rows that apply to a node, the last one counts. */
export interface ReloadRow {
  /** None: for certificates that something reads and that play no role. */
  readonly role?: RoleName;
  /** Whether it is for workers, where other components read the file. */
  readonly worker?: true;
  /** Whether it is for a private key whose certificate stays as it is. */
  readonly keyAlone?: true;
  /**
   * The first release to which it applies. If a change was also made in older minors, the first patch release of each,
   * oldest first. None: it applies to all releases, and to nodes whose release is unknown.
   */
  readonly from?: NonEmptyList<ReleaseNumber>;
  /** Where it is implemented or documented. */
  readonly source?: NonEmptyString;
  /** Which components must restart, and which reload the file by themselves. */
  readonly step: StepRow;
  /**
   * Components that read it only at start.
   *
   * @uniqueItems true
   */
  readonly restarts?: readonly ComponentName[];
}

/** How to get the configuration file of the installer, which the commands of rows read as `{config}`. */
export interface Configuration {
  /** Where it is written, if all that the installer needs is known. */
  readonly file: NonEmptyString;
  /** Its name otherwise. */
  readonly usual: NonEmptyString;
  /** Writes it, with the values of a writer in `src/lint/installers/`. */
  readonly write: CommandRow;
  /** The introduction of that if the server certificate, which has the names that users added, is lost. */
  readonly lost: NonEmptyString;
  readonly writer: NonEmptyString;
  /** The versions of its format, and the first release of each. */
  readonly versions: readonly { readonly version: NonEmptyString; readonly from: ReleaseNumber }[];
  /** How to get it otherwise. */
  readonly rows: readonly StepRow[];
  /** How to convert an old one, from the release on that refuses it. */
  readonly converted: { readonly from: NonEmptyString; readonly rows: readonly StepRow[] };
}

/** The class of the steps that contain these words. */
export interface ClassRow {
  readonly words: NonEmptyString;
  readonly class: FixClass;
}

/** How to renew roles and restart components on nodes with a layout. */
export interface Remedies {
  /**
   * The program that makes the files of the node: fixes leave it to that, and `issue` refuses. None: people or an
   * installer do.
   */
  readonly owner?: FilesOwner;
  /** The first row that fits counts. */
  readonly classes: readonly ClassRow[];
  /**
   * What commands with these words need: kubectl reads admin.conf, or a copy of it, unless it is given a different one.
   */
  readonly uses: readonly { readonly words: NonEmptyString; readonly role: RoleName }[];
  /** Precedes an alternative that destroys something, if there is no other. */
  readonly destroying: NonEmptyString;
  /** None: no command reads one. */
  readonly configuration?: Configuration;
  /** In the order in which to restart components: servers before their clients. */
  readonly restarts: readonly ComponentRow[];
  /** The step with which the installer renews several roles at once, whether or not they have expired. */
  readonly renewal?: {
    /** The command without roles, as a subject of findings. */
    readonly name: NonEmptyString;
    /** What runs it, if that is not the installer. */
    readonly by?: NonEmptyString;
    readonly roles: readonly RoleName[];
    /** Backs up what the step replaces. */
    readonly kept: readonly CommandRow[];
    readonly step: CommandRow;
  };
  /** Gets the new certificate of a CA from the node of the input that renews it. */
  readonly copying: {
    /** What comes first if that node has yet to renew it. */
    readonly awaits: NonEmptyString;
    readonly step: CommandRow;
  };
  /**
   * Where requests are made if the key of a CA is not on the node, a folder for each `{node}`, and how they get signed.
   */
  readonly requests: { readonly folder: NonEmptyString; readonly signed: NonEmptyString };
  /** Gives etcd a new CA, if it has only one member: by pki-lint, or by the installer after the old files are moved. */
  readonly lone: {
    readonly issue: readonly StepRow[];
    readonly moving: readonly StepRow[];
    readonly installer?: readonly StepRow[];
  };
  /** Puts the certificate of a CA into a kubeconfig. */
  readonly embedding: CommandRow;
  readonly restoring: Restoring;
  /** Changes the manifest of a static pod by `{scripts}` of sed. */
  readonly editing: readonly CommandRow[];
  /** The same for a file with the arguments of a component that a unit starts. None: a person does it. */
  readonly editingUnits?: readonly CommandRow[];
  /** How to do without pki-lint on the node: precedes its commands in the fixes of copies. */
  readonly copied: NoteRow;
  /** Backs up files before they are replaced: the folder, whose `{time}` is that of judging. */
  readonly backup: NonEmptyString;
  /** What precedes the steps that keep the credential of the kubelet, if that is not in the input. */
  readonly unseen: readonly StepRow[];
  /** What precedes steps with the name of the node, if that is not known. */
  readonly unnamed: NonEmptyString;
  /** The order of work where more than one node with etcd was given. */
  readonly several: NonEmptyString;
  readonly reloads: readonly ReloadRow[];
  /** Stands for the notes of several rows of reloads without restarts. */
  readonly rereading: NonEmptyString;
  /** Stands for the wait for kube-apiserver where that would have no end, because other certificates have expired. */
  readonly pending: NonEmptyString;
  /** The same where a certificate that it needs has a key of a different one, which another finding is about. */
  readonly unpaired: NonEmptyString;
  /** Said of components that are waited for, next to those that restart. */
  readonly reloading: NonEmptyString;
  readonly rows: readonly RemedyRow[];
  /** For certificates that something reads and that play no role. */
  readonly others: Remedy;
}

/** How to find the right certificate of a CA. */
interface Restoring {
  /** Backs up the file that is there. */
  readonly kept: readonly CommandRow[];
  /** Moves away a link that is there: the file to which it leads may belong to something else. */
  readonly moved: readonly CommandRow[];
  /** From a different node of the input, and its key too. */
  readonly held: CommandRow;
  /** Keeps a key that is there, and what to do if no node of the input has the right one. */
  readonly keptKey: readonly CommandRow[];
  readonly putKey: NonEmptyString;
  /** Keeps the key pair of tokens, and gets it from a different node of the input. */
  readonly keptFiles: readonly CommandRow[];
  readonly heldPair: readonly CommandRow[];
  /** Makes a new key pair of tokens where the private key is lost. */
  readonly lostPair: {
    /** What becomes of tokens: the public half is lost too, or is left. */
    readonly refused: NoteRow;
    readonly stillVerified: NoteRow;
    /** Makes the private key on the only control plane, and where there may be others. */
    readonly only: CommandRow;
    readonly oneOfSeveral: CommandRow;
    /** Makes the public half, or adds it to the one that is left. */
    readonly derived: CommandRow;
    readonly added: CommandRow;
  };
  readonly heldKey: CommandRow;
  /** From a kubeconfig that embeds it. */
  readonly embedded: CommandRow;
  /** On the node: `{signed}` is a certificate that it signed. */
  readonly search: CommandRow;
  /** On other nodes: `{keyId}` is its key identifier. */
  readonly compare: CommandRow;
  /** What to do with what was found. */
  readonly put: NonEmptyString;
}
