/** The catalogue of rules: `rules/catalog/`, with its citations and remedies. Checked against its schema by the tests. */
import argument from '../../rules/catalog/argument.json' with { type: 'json' };
import authority from '../../rules/catalog/authority.json' with { type: 'json' };
import cert from '../../rules/catalog/cert.json' with { type: 'json' };
import cluster from '../../rules/catalog/cluster.json' with { type: 'json' };
import connection from '../../rules/catalog/connection.json' with { type: 'json' };
import etcd from '../../rules/catalog/etcd.json' with { type: 'json' };
import fact from '../../rules/catalog/fact.json' with { type: 'json' };
import file from '../../rules/catalog/file.json' with { type: 'json' };
import key from '../../rules/catalog/key.json' with { type: 'json' };
import kubeconfig from '../../rules/catalog/kubeconfig.json' with { type: 'json' };
import kubelet from '../../rules/catalog/kubelet.json' with { type: 'json' };
import manifest from '../../rules/catalog/manifest.json' with { type: 'json' };
import node from '../../rules/catalog/node.json' with { type: 'json' };
import san from '../../rules/catalog/san.json' with { type: 'json' };
import serviceAccount from '../../rules/catalog/service-account.json' with { type: 'json' };
import upgrade from '../../rules/catalog/upgrade.json' with { type: 'json' };
import citationTable from '../../rules/citations.json' with { type: 'json' };
import orderTable from '../../rules/order.json' with { type: 'json' };
import type { NonEmptyString } from '../core/formats.ts';
import type { Impact, Severity } from '../core/report.ts';
import type { StepRow } from './remedies.ts';

/** Where in the chain of links a rule looks: a fault of an earlier one silences the later ones of its subject. */
export const stages = ['presence', 'content', 'pair', 'target', 'issuer', 'rest', 'connection'] as const;
export type Stage = (typeof stages)[number];

export type RemedyKind = 'missing' | 'wrong' | 'names' | 'expired';

/** What `pki-lint issue` does: it writes what is missing, replaces what is wrong, or renews what expires. */
export type Issuing = 'fill' | 'replace' | 'renew';

/** What must hold for a handshake to succeed, in the order in which TLS asks. */
export const stepKinds = [
  /** The client can load what it shows. */
  'client',
  /** The server can load what it shows. */
  'server',
  /** Both speak TLS, or both do not. */
  'transport',
  /** The client trusts the server's certificate. */
  'server-trust',
  /** The server's certificate names what is dialled. */
  'server-name',
  /** The server trusts the client's certificate, or its token. */
  'client-trust',
  /** The client's certificate names where the client comes from. */
  'client-name',
  /** The server lets this name do the work. */
  'identity',
] as const;
export type StepKind = (typeof stepKinds)[number];

/** Which connections: all, those of a node with itself or with the Service, those of etcd's gateway. */
export type Breaking = 'always' | 'local' | 'etcd-gateway';

/** A record of `rules/catalog/`, with what it leaves out filled in. The check of the same id is in `src/checks/`. */
export interface Rule {
  readonly id: string;
  /** What it is asked of: a kind of subject of `src/checks/check.ts`. */
  readonly over: string;
  readonly stage: Stage;
  /** Whether a failure makes later stages of the same subject moot. */
  readonly blocks: boolean;
  readonly severity: Severity;
  readonly impact: Impact;
  /** The steps of a connection that its findings can break, and of which connections. */
  readonly breaks: Readonly<Partial<Record<StepKind, Breaking>>>;
  /** Whether its findings come before others of the same severity and impact: on an authority depends all that it signed. */
  readonly first: boolean;
  /** Whether its fix changes an argument, so that the component restarts. */
  readonly restarts: boolean;
  /** The part of a kubeconfig that it finds fault with, where renewal writes that part. */
  readonly kubeconfigPart?: 'credential' | 'ca';
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
  /** What issuing does about it, where no remedy of its role says so. */
  readonly issue?: Issuing;
  /** How issuing puts it right with `--fix-modes`. */
  readonly fixedBy?: 'chmod';
  readonly fix: readonly StepRow[];
  /** Keys of `rules/citations.json`. */
  readonly cite: readonly string[];
  readonly cis: readonly string[];
}

export interface Citation {
  readonly title: NonEmptyString;
  /** @pattern ^https:// */
  readonly url: string;
  readonly revision: NonEmptyString;
}

/** What a record leaves out, unless the `defaults` of its file say otherwise. */
export const usual = {
  stage: 'rest',
  blocks: false,
  first: false,
  restarts: false,
  found: '{found}',
  fails: null,
  remedy: null,
  fix: [],
  cis: [],
} satisfies Partial<Rule>;

/** The fields that a record has, or its file a default for. */
type RuleRecord = Omit<Rule, keyof typeof usual | 'breaks'>;

interface RuleFile {
  readonly defaults: Partial<Rule>;
  readonly rules: readonly (RuleRecord & Partial<Rule>)[];
}

/** A file for each prefix of ids. */
const catalogue: readonly { readonly defaults?: unknown; readonly rules: readonly unknown[] }[] = [
  argument,
  authority,
  cert,
  cluster,
  connection,
  etcd,
  fact,
  file,
  key,
  kubeconfig,
  kubelet,
  manifest,
  node,
  san,
  serviceAccount,
  upgrade,
];

/**
 * What a rule breaks that does not say so. What blocks makes all of a connection fail; another error keeps its file from
 * being loaded or trusted, unless it lets in too many.
 */
function usualBreaks({ blocks, severity, impact }: Omit<Rule, 'breaks'>): Rule['breaks'] {
  if (blocks && severity !== 'info') return everywhere(stepKinds);
  const isFatal = severity === 'error' && impact !== 'privilege';
  return isFatal ? everywhere(['client', 'server', 'server-trust', 'client-trust']) : {};
}

function everywhere(kinds: readonly StepKind[]): Rule['breaks'] {
  return Object.fromEntries(kinds.map((kind) => [kind, 'always']));
}

/** The rules of a file, each with all of its fields. Spreads would take several milliseconds of every start. */
function rulesOf({ defaults, rules: records }: RuleFile): readonly Rule[] {
  const base = { ...usual, ...defaults };
  return records.map((record) => {
    const rule = Object.assign({}, base, record);
    return Object.assign(rule, { breaks: rule.breaks ?? usualBreaks(rule) });
  });
}

/** Entries of `rules/order.json`: ids, and prefixes of ids for all that it does not name. */
const order = new Map(orderTable.groups.flat().map((entry, index) => [entry, index]));
const rankOf = ({ id }: Rule) => order.get(id) ?? order.get(id.replace(/[^/]*$/, '*')) ?? order.size;

/** Every rule, in the order in which they are listed, and asked within a stage. */
export const rules: readonly Rule[] = catalogue
  .flatMap((file) => rulesOf({ defaults: {}, ...file } as RuleFile))
  .toSorted((one, other) => rankOf(one) - rankOf(other));
export const citations: Readonly<Record<string, Citation>> = citationTable;

const byId = new Map(rules.map((rule) => [rule.id, rule]));

/** The rule of an id. */
export function findRule(id: string): Rule | undefined {
  return byId.get(id);
}
