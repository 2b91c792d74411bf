/** The text of a first `pki-lint.config.yaml`: what is known about the cluster, and how to go on. */

import { leftOutKinds } from '../../artifact/left-out.ts';
import { jsonLine } from '../../core/json.ts';
import { printable } from '../../core/text.ts';
import type { Finding } from '../../results/finding.ts';
import type { Report } from '../../results/report.ts';
import type { PolicyFacts } from '../../settings/policy.ts';
import { optionTable } from '../../tables/option-table.ts';
import { isAddressRange } from '../../x509/ip-address.ts';

export interface InitialPolicyOptions {
  readonly preset: string;
  /** The file of the baseline, if there is one. */
  readonly baseline?: string;
}

/** Facts about the whole cluster that do not change with an upgrade, and whether each is a list. */
const clusterFacts = {
  controlPlaneEndpoint: false,
  serviceCidrs: true,
  dnsDomain: false,
  etcd: false,
} as const satisfies Partial<Record<keyof PolicyFacts, boolean>>;

/** Returns the file. Everything that is not needed is a comment. */
export function initialPolicy(report: Report, { preset, baseline }: InitialPolicyOptions): string {
  const parts = [
    head,
    `version: 1\nextends: [${preset}]`,
    `# The lowest severity that fails the run (exit code 1) instead of that of ${preset}: error, warning, info or never.\n# failOn: error`,
    completePart(report.nodes),
    factsPart(report),
    rulesPart,
    exceptionsPart(report.findings),
    baselinePart(baseline),
  ];
  return `${parts.join('\n\n')}\n`;
}

const head = `# yaml-language-server: $schema=./node_modules/pki-lint/rules/schema/config.schema.json
# The policy of pki-lint for this cluster. docs/policy.md explains all keys. Options of the command line override them:
# see pki-lint help lint.`;

/**
 * What copies leave out, and that nothing else may be missing. Of a bare PKI folder the rest was not given, so nothing
 * demands it.
 */
function completePart(nodes: Report['nodes']): string {
  const kinds = leftOutKinds.filter((kind) => nodes.some(({ leftOut = [] }) => leftOut.includes(kind)));
  const demands = nodes.some(({ pkiOnly }) => pkiOnly) ? '# requireComplete: true' : 'requireComplete: true';
  if (kinds.length === 0)
    return '# What copies of nodes leave out on purpose; with requireComplete, the run fails if anything else was not checked.\n# leftOut: [keys, kubeconfigs]\n# requireComplete: true';
  return `# Copies of the nodes leave these out on purpose. With requireComplete, the run fails if anything else was not checked.\nleftOut: [${kinds.join(', ')}]\n${demands}`;
}

function factsPart(report: Report): string {
  const lines = Object.entries(clusterFacts).flatMap(([key, isList]) =>
    factLine(key as keyof typeof clusterFacts, isList, report),
  );
  const about = `# What the files of the nodes said on ${report.at.slice(0, 10)}. These values override them: a file with a different one is reported.`;
  const isEmpty = lines.every((line) => line.startsWith('#'));
  return [about, ...(isEmpty ? ['# facts:'] : ['facts:']), ...lines].join('\n');
}

/** A fact with its source; a comment if it is unknown, if nodes differ, or if a policy with it would be invalid. */
function factLine(key: keyof typeof clusterFacts, isList: boolean, { nodes }: Report): readonly string[] {
  const { label, placeholder } = optionTable.facts[key];
  const found = nodes.flatMap(({ facts }) => facts.filter(({ name }) => name === label));
  const values = [...new Set(found.map(({ value }) => value))];
  const [value, ...others] = values;
  if (value === undefined) return [`#   ${key}: ${isList ? `[${placeholder}]` : placeholder}`];
  const text = isList ? `[${value.split(',').map(yamlText).join(', ')}]` : yamlText(value);
  if (others.length > 0) return [`#   ${key}: ${text}   # nodes differ: ${printable(values.join(' and '))}`];
  const source = printable(found[0]?.source ?? '');
  if (!isValid(key, value)) return [`#   ${key}: ${text}   # not valid: ${source}`];
  if (key === 'controlPlaneEndpoint' && isOwnAddress(value, nodes))
    return [`#   ${key}: ${text}   # so far, clients use the address of this node`];
  return [`  ${key}: ${text}   # ${source}`];
}

/** Whether a policy may contain a fact: files can say anything. */
const isValid = (key: keyof typeof clusterFacts, value: string): boolean =>
  key === 'serviceCidrs' ? value.split(',').every(isAddressRange) : value !== '';

/** Whether an endpoint is the address of a node: a second control plane would need a different one. */
function isOwnAddress(endpoint: string, nodes: Report['nodes']): boolean {
  const labels = [optionTable.facts.advertiseAddress.label, optionTable.facts.nodeIps.label];
  const own = nodes.flatMap(({ facts }) => facts.filter(({ name }) => labels.includes(name)));
  return own.some(({ value }) => value.split(',').includes(endpoint.replace(/:\d+$/, '')));
}

/** A text in double quotes, as in JSON, which YAML reads the same. */
const yamlText = (text: string): string => jsonLine(text).trimEnd();

const rulesPart = `# Severities of rules: off, info, warning or error. The id of a rule overrides a glob such as cert/*.
# pki-lint rules lists all rules, and pki-lint explain RULE says why one matters.
# rules:
#   san/documented: off
#   key/*: error`;

/** How to write an exception, for the worst finding if there is one. */
function exceptionsPart(findings: readonly Finding[]): string {
  const [first] = findings;
  return `# Findings that are accepted for a time, up to and including the last day (UTC).
# exceptions:
#   - match: { rule: ${first?.rule ?? 'RULE'}, path: ${first === undefined ? 'PATH' : yamlText(first.path)} }
#     reason: why this is acceptable until then
#     until: YYYY-MM-DD`;
}

const baselinePart = (
  file: string | undefined,
): string => `# Findings that existed before this gate: only new ones count. pki-lint --update-baseline writes the file again.
${file === undefined ? '# baseline: pki-lint.baseline.json' : `baseline: ${yamlText(file)}`}`;
