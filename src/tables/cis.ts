/** The CIS Kubernetes Benchmark: `rules/tables/cis.json`, typed. The tests validate its schema. */
import table from '../../rules/tables/cis.json' with { type: 'json' };
import type { NonEmptyList, NonEmptyString, RuleId } from '../core/formats.ts';
import type { CisItem } from '../results/cis.ts';
import type { ComponentName, FlagName } from './name-types.ts';

/** The files that an item is about. */
export interface CisFiles {
  /** The manifests of a component. */
  readonly manifest?: ComponentName;
  readonly kubeconfigs?: NonEmptyList<NonEmptyString>;
  /** Names in the PKI folder: all, or those that end like this. */
  readonly pki?: '*' | '*.crt' | '*.key';
  /** Files of the kubelet. */
  readonly kubelet?: 'unit' | 'config' | 'client-ca-file';
}

/** What an item asks for. */
export interface CisFlag {
  readonly flag: FlagName;
  /** `among`: all values are listed in `values`. */
  readonly test: 'set' | 'unset' | 'is' | 'has' | 'lacks' | 'among';
  readonly value?: NonEmptyString;
  readonly values?: NonEmptyList<NonEmptyString>;
  /** The value without the flag. Without it, a missing flag fails. */
  readonly default?: string;
  /** The same for a kubelet with a configuration file. */
  readonly withConfig?: NonEmptyString;
  /** The flag that replaces it. */
  readonly instead?: FlagName;
}

/** An item, and what is looked at. */
export interface CisRow extends CisItem {
  /** The nodes that it applies to. */
  readonly on: 'control-plane' | 'etcd' | 'any';
  readonly files?: CisFiles;
  /**
   * The permissions that they may have.
   *
   * @pattern ^0[0-7]{3}$
   */
  readonly mode?: string;
  /** They belong to this user and group. */
  readonly owner?: 'root';
  readonly component?: ComponentName;
  readonly flags?: NonEmptyList<CisFlag>;
  /** CAs that may have no key in common. */
  readonly distinct?: NonEmptyList<NonEmptyString>;
  /** Why it is not judged. */
  readonly unchecked?: NonEmptyString;
  /** Rules whose findings are about it. */
  readonly rules: readonly RuleId[];
}

/** An edition of the benchmark. */
export interface CisEditionRow {
  /** @pattern ^cis-\d+\.\d+$ */
  readonly id: string;
  /** The minor releases of Kubernetes for which it is published. */
  readonly releases: NonEmptyList<NonEmptyString>;
}

export const cisRows = table.rows as readonly CisRow[];
/** The oldest first. */
export const cisEditions: readonly CisEditionRow[] = table.editions;
