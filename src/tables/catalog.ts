/** The catalogue of rules (`rules/catalog/`) and its citations. The tests validate both against their schemas. */
import citationTable from '../../rules/citations.json' with { type: 'json' };
import orderTable from '../../rules/order.json' with { type: 'json' };
import { groupBy } from '../core/collections.ts';
import type { NonEmptyString } from '../core/formats.ts';
import type { Impact, Severity } from '../results/finding.ts';
import { ruleFiles } from './rule-files.ts';
import type { StepRow } from './step-rows.ts';

/** The stages of rules. A failure in an earlier stage can suppress the later stages for the same subject. */
export const stages = ['presence', 'content', 'pair', 'target', 'issuer', 'rest', 'connection'] as const;
export type Stage = (typeof stages)[number];

export type RemedyKind = 'missing' | 'wrong' | 'names' | 'expired';

/** What `pki-lint issue` does: create what is missing, replace what is wrong, or renew what expires. */
export type Issuing = 'fill' | 'replace' | 'renew' | 'keep-key';

/** The steps of a connection, in the order of the TLS handshake. Each must succeed. */
export const stepKinds = [
  /** The client can load what it presents. */
  'client',
  /** The server can load what it presents. */
  'server',
  /** The server listens at the address that the client dials. */
  'listener',
  /** Either both ends use TLS, or neither does. */
  'transport',
  /** The client trusts the server's certificate. */
  'server-trust',
  /** The server's certificate contains the name or address that is dialled. */
  'server-name',
  /** The server trusts the client's certificate, or its token. */
  'client-trust',
  /** The client's certificate contains the address that the client connects from. */
  'client-name',
  /** The server authorizes the client's name to do its work. */
  'identity',
] as const;
export type StepKind = (typeof stepKinds)[number];

/** Which connections a rule can break: all, those of a node to itself or to the Service, those of etcd's gateway. */
export type Breaking = 'always' | 'local' | 'etcd-gateway';

/** A record of `rules/catalog/` with its defaults filled in. The check with the same id is in `src/checks/`. */
export interface Rule {
  readonly id: string;
  /** The kind of subject that it applies to (`src/checks/base/check.ts`). */
  readonly over: string;
  readonly stage: Stage;
  /** Whether a failure suppresses the later stages for the same subject. */
  readonly blocks: boolean;
  readonly severity: Severity;
  readonly impact: Impact;
  /** The installers whose nodes it is for; by default all nodes. */
  readonly installers?: readonly string[];
  /**
   * What the nodes have that it is for: a layout with a supervisor, or processes that were seen; by default all nodes.
   */
  readonly needs?: 'supervisor' | 'processes';
  /** The connection steps that a finding can break, and the connections in which it does. */
  readonly breaks: Readonly<Partial<Record<StepKind, Breaking>>>;
  /**
   * Whether its findings are listed before others of the same severity and impact, because much depends on their
   * subject: on a CA, everything that it signed.
   */
  readonly first: boolean;
  /**
   * Whether the component of its subject does not start, or exits, as long as it fails. Some problems say it
   * themselves.
   */
  readonly stops: boolean;
  /**
   * Whether its failures follow from any that stops the component of their subject: they are members of that finding.
   */
  readonly followsStop?: true;
  /** Whether no connection in which its subject's certificate is presented succeeds, as long as it fails. */
  readonly unusable: boolean;
  /** Whether its fix changes an argument, so that the component has to restart. */
  readonly restarts: boolean;
  /** The part of a kubeconfig that it checks, if renewal rewrites that part. */
  readonly kubeconfigPart?: 'credential' | 'ca';
  /** The problem that the rule reports: a headline without a full stop. */
  readonly title: string;
  /** This and the texts down to `fails` are templates, filled in with the data of the check. */
  readonly message: string;
  /** This and `found` are empty if the message says it. */
  readonly expected: string;
  readonly found: string;
  readonly why: string;
  /** What the component logs; null if no component fails. */
  readonly fails: string | null;
  /**
   * The message of one finding for all failures of the rule on a node, a template; without it each has a finding.
   * Values: `{count}`, `{subjects}` and `{node}`.
   */
  readonly several?: string;
  /** Ids of rules, or globs over them, whose failures follow from its own: they are members of its finding. */
  readonly explains: readonly string[];
  readonly remedy: RemedyKind | null;
  /** How `issue` fixes it, unless the remedy implies that. */
  readonly issue?: Issuing;
  /** How `issue --fix-modes` fixes it. */
  readonly fixedBy?: 'chmod';
  readonly fix: readonly StepRow[];
  /** Fixes of particular causes, by the names that the check gives them. One replaces `fix`, `remedy` and `issue`. */
  readonly fixes: Readonly<Record<string, readonly StepRow[]>>;
  /** Keys of `rules/citations.json`. */
  readonly cite: readonly string[];
  readonly cis: readonly string[];
}

/** The kinds of subjects that are objects of a cluster, or a dump of them. */
const objectKinds: readonly string[] = ['webhook', 'extension-api', 'dump', 'csr', 'secret'];

/** Whether a rule is about objects of a cluster, which are on no node. */
export const isAboutObjects = ({ over }: Pick<Rule, 'over'>): boolean => objectKinds.includes(over);

export interface Citation {
  readonly title: NonEmptyString;
  /** @pattern ^https:// */
  readonly url: string;
  readonly revision: NonEmptyString;
  /** The installer that it is about. */
  readonly installer?: NonEmptyString;
}

/** The values of fields that neither a record nor the `defaults` of its file set. */
export const usual = {
  stage: 'rest',
  blocks: false,
  first: false,
  stops: false,
  unusable: false,
  restarts: false,
  found: '{found}',
  fails: null,
  remedy: null,
  explains: [],
  fix: [],
  fixes: {},
  cis: [],
} satisfies Partial<Rule>;

/** The fields that a record or the `defaults` of its file must set. Its id is its key. */
type RuleRecord = Omit<Rule, keyof typeof usual | 'breaks' | 'id'>;

interface RuleFile {
  readonly defaults?: Partial<Rule>;
  readonly rules: Readonly<Record<string, RuleRecord & Partial<Rule>>>;
}

/**
 * The default of `breaks`. A rule that blocks breaks every step. Any other error keeps its file from being loaded or
 * trusted, unless its impact is excess privilege.
 */
function usualBreaks({ blocks, severity, impact }: Omit<Rule, 'breaks'>): Rule['breaks'] {
  if (blocks && severity !== 'info') return everywhere(stepKinds);
  const isFatal = severity === 'error' && impact !== 'privilege';
  return isFatal ? everywhere(['client', 'server', 'server-trust', 'client-trust']) : {};
}

function everywhere(kinds: readonly StepKind[]): Rule['breaks'] {
  return Object.fromEntries(kinds.map((kind) => [kind, 'always']));
}

/** The rules of a file, with all fields set. Object spread would add several milliseconds to every start. */
function rulesOf({ defaults, rules: records }: RuleFile): readonly Rule[] {
  const base = { ...usual, ...defaults };
  return Object.entries(records).map(([id, record]) => {
    const rule = Object.assign({ id }, base, record);
    return Object.assign(rule, { breaks: rule.breaks ?? usualBreaks(rule) });
  });
}

/** Ranks by entry of `rules/order.json`: an id, or a prefix (`cert/*`) for the ids that are not listed. */
const order = new Map(orderTable.groups.flat().map((entry, index) => [entry, index]));
const rankOf = ({ id }: Rule) => order.get(id) ?? order.get(`${id.slice(0, id.lastIndexOf('/') + 1)}*`) ?? order.size;

/**
 * Every rule, in the order in which rules are listed, and run within a stage. Grouped, each is ranked once at a start.
 */
export const rules: readonly Rule[] = [
  ...groupBy(
    ruleFiles.flatMap((file) => rulesOf(file as unknown as RuleFile)),
    rankOf,
  ),
]
  .sort(([one], [other]) => one - other)
  .flatMap(([, ofRank]) => ofRank);
export const citations: Readonly<Record<string, Citation>> = citationTable;

const byId = new Map(rules.map((rule) => [rule.id, rule]));

/** Returns the rule with an id. */
export function findRule(id: string): Rule | undefined {
  return byId.get(id);
}
