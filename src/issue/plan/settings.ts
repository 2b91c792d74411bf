/** The input of the planner: settings with their defaults, the node, and files that are kept elsewhere. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { KeyLimits } from '../../model/facts/limits.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Finding } from '../../results/finding.ts';
import type { ClassicalAlgorithm, KeyAlgorithm } from '../../results/issue/plan.ts';
import { newestMinor } from '../../tables/go-releases.ts';
import { roleOfId } from '../../tables/role-ids.ts';

export interface Settings {
  /** Whether certificates get what the documentation lists, and not what the installer writes instead. */
  readonly documentedOnly: boolean;
  /** Milliseconds since the epoch, whole seconds. */
  readonly now: number;
  readonly only: ReadonlySet<string>;
  /** Whether no user has named the roles of `only` and `replace`: nothing is offered that only a user can request. */
  readonly unattended: boolean;
  readonly replace: ReadonlySet<string>;
  /** Certificates that expire at this time or earlier are renewed; undefined: none is. Milliseconds since the epoch. */
  readonly renewBefore: number | undefined;
  readonly keepKey: boolean;
  readonly fixModes: boolean;
  readonly confirmed: boolean;
  readonly algorithm: KeyAlgorithm;
  /** That of CAs, and that of the keys that sign tokens: a policy can require longer ones. */
  readonly caAlgorithm: KeyAlgorithm;
  readonly tokenAlgorithm: ClassicalAlgorithm;
  /** What is used where ML-DSA is configured and cannot be read; undefined: nothing, because the user chose it. */
  readonly instead: Readonly<Record<'algorithm' | 'caAlgorithm', ClassicalAlgorithm>> | undefined;
  /** How long the keys of certificates must be. */
  readonly keyLimits: KeyLimits;
  /** Milliseconds. */
  readonly lifetime: number;
  readonly caLifetime: number;
  readonly backdate: number;
  /** The address of the control plane with its port, as in the options. */
  readonly endpoint: string | undefined;
  /** The folder of the common root, and that of requests: absolute, on this machine. */
  readonly rootDir: string | undefined;
  readonly requests: string | undefined;
}

/** Files of a CA outside of the node (`--ca-dir`, `--root-dir`). */
export interface OffNodeCa {
  /** undefined: only the key is kept there. */
  readonly signer: Certificate | undefined;
  /** Identifier of the certificate's public key, or else of the private key; undefined if that cannot be read. */
  readonly keyId: string | undefined;
  readonly hasKey: boolean;
  /** Why it cannot sign, although its key is there. */
  readonly problem: string | undefined;
  /** What the user should know about the file. */
  readonly notes: readonly string[];
}

/** A certificate to install that another CA has signed, or a CA from elsewhere. */
export interface Import {
  readonly leaf: Certificate;
  readonly hasKey: boolean;
  readonly notes: readonly string[];
}

/** What the planner decides from. */
export interface PlanContext {
  readonly pki: Pki;
  /** What lint reports, by role. */
  readonly findings: (role: string) => readonly Finding[];
  /** CAs that are kept off the node, by role. */
  readonly offNode: ReadonlyMap<string, OffNodeCa>;
  readonly settings: Settings;
  /**
   * A path that shows that the node belongs to a cluster; undefined: nothing does, it may become the first of a new
   * one.
   */
  readonly cluster: string | undefined;
}

/** The beginnings of commands for the same node. */
export interface Again {
  readonly issue: readonly string[];
  readonly lint: readonly string[];
}

export interface PlanInput extends PlanContext {
  /** The finding about swapped files that explains a different one. */
  readonly swapOf: (finding: Finding) => Finding | undefined;
  /** Errors about file modes, of any file. */
  readonly modes: readonly Finding[];
  /** Certificates of another CA, by role; undefined: nothing is imported. */
  readonly imports?: ReadonlyMap<string, Import> | undefined;
  /** Roles whose request is in the folder already. */
  readonly requested: ReadonlySet<string>;
  /** The folder of the PKI on this machine. */
  readonly folder: string;
  readonly assumed: readonly string[];
  /** Roles that an earlier run had begun, and this one has finished. */
  readonly finished: readonly string[];
  readonly again: Again;
}

/** Whether a file of a role may be changed: every one may if no role is named. */
export function wants({ only }: Settings, id: string): boolean {
  return only.size === 0 || only.has(roleOfId(id));
}

/** Whether a user has named a role and confirmed it: only then is something made that a cluster has once. */
export function isConfirmed(role: string, { only, replace, confirmed, unattended }: Settings): boolean {
  return confirmed && !unattended && (only.has(role) || replace.has(role));
}

/** The newest release of the tables, for a node without one. */
export const newestRelease = `${newestMinor}.0`;
