/** The catalogue of rules: `rules/catalog/`, with its citations and remedies. Checked against its schema by the tests. */
import cluster from '../../rules/catalog/cluster.json' with { type: 'json' };
import connections from '../../rules/catalog/connections.json' with { type: 'json' };
import documented from '../../rules/catalog/documented.json' with { type: 'json' };
import hygiene from '../../rules/catalog/hygiene.json' with { type: 'json' };
import keys from '../../rules/catalog/keys.json' with { type: 'json' };
import settings from '../../rules/catalog/settings.json' with { type: 'json' };
import upgrade from '../../rules/catalog/upgrade.json' with { type: 'json' };
import citationTable from '../../rules/citations.json' with { type: 'json' };
import remedyTable from '../../rules/tables/remedies.json' with { type: 'json' };
import type { Impact, Severity } from '../core/report.ts';

/** Where in the chain of links a rule looks: a fault of an earlier one silences the later ones of its subject. */
export const stages = ['presence', 'content', 'pair', 'target', 'issuer', 'rest', 'connection'] as const;
export type Stage = (typeof stages)[number];

export type RemedyKind = 'missing' | 'wrong' | 'names' | 'expired';

/** How `pki-lint issue` mends: what is not there, what is wrong, what ends. */
export type Issuing = 'fill' | 'replace' | 'renew';

export interface Rule {
  readonly id: string;
  /** Ids that this rule had in earlier releases. */
  readonly aliases: readonly string[];
  readonly over: string;
  /** A name of `src/checks/index.ts`. */
  readonly check: string;
  readonly stage: Stage;
  /** Whether a failure makes later stages of the same subject moot. */
  readonly blocks: boolean;
  readonly severity: Severity;
  readonly impact: Impact;
  /** What ought to be so: a sentence without its full stop. */
  readonly title: string;
  /** Templates, filled with what the check yields. */
  readonly message: string;
  readonly expected: string;
  readonly found: string;
  readonly why: string;
  /** What the real component logs; null where none fails. */
  readonly fails: string | null;
  readonly remedy: RemedyKind | null;
  /** How issuing mends it, where no remedy of its role says so. */
  readonly issue?: Issuing;
  readonly fix: readonly StepRow[];
  /** Keys of `rules/citations.json`. */
  readonly cite: readonly string[];
  readonly cis: readonly string[];
}

export interface Citation {
  readonly title: string;
  readonly url: string;
  readonly revision: string;
}

/** A step of a fix; a text is a note. Texts are templates. */
export type StepRow = string | CommandRow | RestartRow;

export interface CommandRow {
  readonly command: string;
  /** Words in front of it: where, when, or what for. */
  readonly intro?: string;
  /** Words behind it. */
  readonly comment?: string;
  /** Whether it is for another machine than the node of the finding. */
  readonly elsewhere?: true;
  /** Whether it changes files or objects of the cluster; true where nothing is said. */
  readonly writes?: false;
}

/** How a component is restarted, by its row of `restarts`. */
export interface RestartRow {
  readonly restart: string;
  readonly comment?: string;
}

/** How a component comes to read what it reads at its start alone. */
export interface ComponentRow {
  readonly component: string;
  /** What restarts it. */
  readonly restart: string | CommandRow;
  /** What follows once its arguments have changed. */
  readonly changed: string | CommandRow;
}

export interface RemedyRow {
  readonly role: string;
  readonly missing: readonly StepRow[];
  readonly wrong: readonly StepRow[];
  readonly names: readonly StepRow[];
  readonly expired: readonly StepRow[];
  /** In the place of all the others where etcd runs elsewhere. */
  readonly external?: readonly StepRow[];
  /** What must restart, and what reads it by itself. */
  readonly after: StepRow;
  /** In its place on a worker, where it is read by other components. */
  readonly worker?: StepRow;
  /** Components that read it at their start alone. */
  readonly restarts: readonly string[];
}

/** By what they are about: a file of the catalogue each. */
const catalogue: readonly { readonly rules: readonly unknown[] }[] = [
  documented,
  keys,
  settings,
  connections,
  cluster,
  upgrade,
  hygiene,
];

export const rules = catalogue.flatMap((file) => file.rules) as readonly Rule[];
export const citations: Readonly<Record<string, Citation>> = citationTable;
export const remedyRows = remedyTable.rows as readonly RemedyRow[];
/** How to come by the configuration file that kubeadm's commands take. */
export const kubeadmConfiguration = remedyTable.configuration as StepRow;
/** In the order of restarting: servers before those who dial them. */
export const restartRows = remedyTable.restarts as readonly ComponentRow[];

/** The rule of an id or of one of its former ids. */
export function ruleNamed(id: string): Rule | undefined {
  return rules.find((rule) => rule.id === id || rule.aliases.includes(id));
}
