/** Options of the command line → options of the library. */
import { UserError } from '../core/errors.ts';
import { type Severity, severities } from '../core/report.ts';
import type { LintFlags, NodeFlags } from './flags.ts';
import type { GivenFacts, LintOptions, RuleDoc } from './library.ts';
import { meant } from './parse.ts';
import type { Terminal } from './terminal.ts';

/** What every command that reads nodes passes on. */
export function nodeOptions(paths: readonly string[], flags: NodeFlags, terminal: Terminal): LintOptions {
  const { rootfs, manifests, kubeconfigs, kubeletDir, kubeadmConfig } = flags;
  const facts: GivenFacts = withoutUndefined({
    nodeName: flags.nodeName,
    nodeIps: flags.nodeIp,
    advertiseAddress: flags.advertiseAddress,
    serviceCidrs: flags.serviceCidr,
    dnsDomain: flags.dnsDomain,
    controlPlaneEndpoint: flags.controlPlaneEndpoint,
    sans: flags.san,
    kubernetesVersion: flags.kubernetesVersion,
    etcd: flags.etcd,
  });
  return {
    ...withoutUndefined({ rootfs, manifests, kubeconfigs, kubeletDir, kubeadmConfig }),
    ...(paths.length > 0 ? { paths: [...paths] } : {}),
    facts,
    cwd: terminal.cwd,
    stdin: () => terminal.stdin(),
  };
}

/** What linting takes besides. Throws a UserError for a rule that does not exist. */
export function lintOptions(
  paths: readonly string[],
  flags: LintFlags,
  terminal: Terminal,
  ruleDocs: readonly RuleDoc[],
): LintOptions {
  const { at, profile, targetVersion, failOn, requireComplete, rule, only } = flags;
  return {
    ...nodeOptions(paths, flags, terminal),
    ...withoutUndefined({
      at,
      profile,
      failOn,
      requireComplete,
      targetVersion,
      expiresWithinDays: flags.expiresWithin,
      upgradeWindowDays: flags.upgradeWindow,
      rules: rule === undefined ? undefined : Object.fromEntries(rule.map((text) => ruleLevel(text, ruleDocs))),
      only: only?.map((text) => selection(text, ruleDocs)),
    }),
  };
}

/** The rule of this id. Throws a UserError that names the nearest where there is none. */
export function ruleNamed(id: string, ruleDocs: readonly RuleDoc[]): RuleDoc {
  const found = ruleDocs.find((rule) => rule.id === id);
  if (found !== undefined) return found;
  const ids = ruleDocs.map((rule) => rule.id);
  throw new UserError(`unknown rule "${id}"`, `${meant(id, ids)}pki-lint rules lists them all`);
}

const levels: readonly ('off' | Severity)[] = ['off', ...severities];

function ruleLevel(text: string, ruleDocs: readonly RuleDoc[]): [id: string, level: 'off' | Severity] {
  const [, id = '', wanted = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  const level = levels.find((one) => one === wanted);
  if (level === undefined) {
    throw new UserError(`--rule is "${text}"`, `write ID=LEVEL; a level is one of: ${levels.join(', ')}`);
  }
  return [ruleNamed(id, ruleDocs).id, level];
}

/** A rule by its id, a pattern that fits a rule, or the name of a role: only the library knows the roles. */
function selection(text: string, ruleDocs: readonly RuleDoc[]): string {
  if (text.includes('*')) {
    const pattern = new RegExp(`^${text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
    if (ruleDocs.some((rule) => pattern.test(rule.id))) return text;
    throw new UserError(`--only is "${text}", which fits no rule`, 'pki-lint rules lists them all');
  }
  return text.includes('/') ? ruleNamed(text, ruleDocs).id : text;
}

type Defined<Values> = { [Key in keyof Values]?: Exclude<Values[Key], undefined> };

/** Only what is given. */
export function withoutUndefined<Values extends object>(values: Values): Defined<Values> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<Values>;
}
