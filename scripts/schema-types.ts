/**
 * Types from which `rules/schema/` is generated and that the program does not need: the contents of whole files in
 * `rules/`.
 */

import type { PodTable } from '../src/artifact/pod-table.ts';
import type { NonEmptyList, NonEmptyString } from '../src/core/formats.ts';
import type { Citation } from '../src/tables/catalog.ts';
import type { CisEditionRow, CisRow } from '../src/tables/cis.ts';
import type { KnownComponent } from '../src/tables/components.ts';
import type { ConfigurationValueTable } from '../src/tables/configuration-values.ts';
import type { ConfigurationTable } from '../src/tables/configurations.ts';
import type { ConnectionRow } from '../src/tables/connections.ts';
import type { EtcdReleaseTable } from '../src/tables/etcd-releases.ts';
import type { GateTable } from '../src/tables/feature-gates.ts';
import type { FlagValueTable } from '../src/tables/flag-values.ts';
import type { ConflictRow, FlagReleaseTable, FlagTable } from '../src/tables/flags.ts';
import type { KubernetesRow, StrictnessRow } from '../src/tables/go-releases.ts';
import type { IdentityTable } from '../src/tables/identities.ts';
import type { LayoutExtension } from '../src/tables/layouts/extend.ts';
import type { Remedies, RemedyRow } from '../src/tables/layouts/remedies.ts';
import type { LayoutRow } from '../src/tables/layouts/row.ts';
import type { UnjudgedRow } from '../src/tables/layouts/unjudged.ts';
import type { FactRow, IssueOptionRow, OptionRow } from '../src/tables/option-table.ts';
import type { ReadOnceTable } from '../src/tables/read-once.ts';
import type { ReadingRole } from '../src/tables/reading-roles.ts';
import type { RuleOptionRow } from '../src/tables/rule-options.ts';
import type {
  ArgumentRow,
  AuthorityRow,
  CertificateRow,
  FileArgumentRow,
  KeyPairRow,
  KubeconfigRow,
  UsageRow,
} from '../src/tables/tables.ts';
import type { WorkBinding } from '../src/tables/work-bindings.ts';

export type { Baseline } from '../src/results/baseline.ts';
export type { ExpiryReport } from '../src/results/expiry.ts';
export type { IssueReport } from '../src/results/issue/plan.ts';
export type { Line } from '../src/results/ndjson.ts';
export type { Report } from '../src/results/report.ts';
export type { ReportDiff } from '../src/results/report-diff.ts';
export type { PolicyFile } from '../src/settings/policy.ts';

interface Table<Row> {
  /** A key of `rules/citations.json`, or the section of a page. */
  readonly source: NonEmptyString;
  readonly note?: NonEmptyString;
  readonly rows: NonEmptyList<Row>;
}

interface ArgumentTable extends Table<ArgumentRow> {
  /** Other arguments that name a file. */
  readonly files: readonly FileArgumentRow[];
}

interface CisTable extends Table<CisRow> {
  readonly note: NonEmptyString;
  /** The oldest first. */
  readonly editions: NonEmptyList<CisEditionRow>;
}

interface CertificateTable extends Table<CertificateRow> {
  /** Documented hosts that no client dials. */
  readonly unwritten: readonly NonEmptyString[];
}

interface ComponentTable extends Table<KnownComponent> {
  readonly note: NonEmptyString;
}

/** What docs/layouts.md says of a layout that its row does not. Each text is a sentence, unless it says otherwise. */
interface LayoutPage {
  /** Its heading: which nodes have the layout. */
  readonly title: NonEmptyString;
  readonly about: NonEmptyString;
  /** Who renews certificates, and which, and how: no sentence. */
  readonly renewal: Readonly<Record<string, NonEmptyString>>;
  /** What is as it should be there, and is nowhere else. */
  readonly normal?: NonEmptyList<NonEmptyString>;
  /** What is reported although its installer does it. */
  readonly risky?: NonEmptyList<NonEmptyString>;
  /** What no file of such a node shows. */
  readonly unseen?: NonEmptyList<NonEmptyString>;
  /** What it was written from, where `source` is not that: no sentence. */
  readonly documents?: NonEmptyString;
  /** The nodes that were linted and that its own tools made: no sentence. None: its row was written from documents. */
  readonly samples?: NonEmptyString;
}

/** A file of `rules/tables/layouts/`. */
interface LayoutFile extends Omit<Table<LayoutRow>, 'rows'> {
  readonly note: NonEmptyString;
  readonly page: LayoutPage;
  readonly row: LayoutRow;
  readonly remedies: RemedyTable;
}

/** A file of `rules/tables/layouts/` with what a layout has otherwise than another one. */
interface LayoutExtensionFile extends Omit<Table<LayoutRow>, 'rows'>, LayoutExtension {
  readonly note: NonEmptyString;
  readonly page: LayoutPage;
  readonly extends: NonEmptyString;
}

interface KubeconfigTable extends Table<KubeconfigRow> {
  /** Kubeconfigs that are not in the tables of the documentation. */
  readonly undocumented: readonly KubeconfigRow[];
}

/** `rows` may not be empty. */
interface RemedyTable extends Table<RemedyRow>, Omit<Remedies, 'rows'> {}

type OptionRows<Row = OptionRow> = Readonly<Record<string, Row>>;

/** Options by the keys of the library's options. */
interface OptionTable {
  readonly note: NonEmptyString;
  readonly facts: OptionRows<FactRow>;
  readonly places: OptionRows;
  readonly judging: OptionRows;
  readonly config: OptionRows;
  readonly policy: OptionRows;
  readonly selection: OptionRows;
  readonly expiry: OptionRows;
  readonly expect: OptionRows;
  readonly verify: OptionRows;
  readonly exit: OptionRows;
  readonly formats: OptionRows;
  readonly quiet: OptionRows;
  readonly output: OptionRows;
  readonly issue: OptionRows<IssueOptionRow>;
  readonly baseline: OptionRows;
  readonly view: OptionRows;
  readonly init: OptionRows;
}

interface RuleOptionTable extends Table<RuleOptionRow> {
  readonly note: NonEmptyString;
}

interface UnjudgedTable extends Table<UnjudgedRow> {
  readonly note: NonEmptyString;
}

interface StrictnessTable extends Table<StrictnessRow> {
  /** Settings of GODEBUG that restore a leniency, by leniency. */
  readonly settings: Readonly<Record<string, NonEmptyString>>;
}

/** @title Tables of pki-lint: rules/tables/NAME.json and rules/tables/NAME/ are described by $defs/NAME */
export interface Tables {
  readonly authorities: Table<AuthorityRow>;
  readonly certificates: CertificateTable;
  readonly usages: Table<UsageRow>;
  readonly 'key-pairs': Table<KeyPairRow>;
  readonly kubeconfigs: KubeconfigTable;
  readonly arguments: ArgumentTable;
  readonly components: ComponentTable;
  readonly 'flag-releases': FlagReleaseTable;
  readonly 'etcd-releases': EtcdReleaseTable;
  readonly 'read-once': ReadOnceTable;
  readonly 'feature-gates': GateTable;
  readonly 'flag-values': FlagValueTable;
  readonly connections: Table<ConnectionRow>;
  readonly flags: FlagTable;
  readonly 'pod-fields': PodTable;
  readonly 'reading-roles': Table<ReadingRole>;
  readonly 'work-bindings': Table<WorkBinding>;
  readonly 'conflicting-arguments': Table<ConflictRow>;
  readonly configurations: ConfigurationTable;
  readonly 'configuration-values': ConfigurationValueTable;
  readonly 'go-strictness': StrictnessTable;
  readonly 'kubernetes-go': Table<KubernetesRow>;
  readonly identities: IdentityTable;
  readonly options: OptionTable;
  readonly 'rule-options': RuleOptionTable;
  readonly cis: CisTable;
  readonly layouts: LayoutFile;
  readonly 'layout-extensions': LayoutExtensionFile;
  readonly 'unjudged-nodes': UnjudgedTable;
}

/** @title Sources, by the key that rules cite */
export type Citations = Readonly<Record<string, Citation>>;
