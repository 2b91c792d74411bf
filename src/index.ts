/** The public API of the library. */

export { blast } from './api/blast.ts';
export { expect } from './api/expect.ts';
export { type ExpiryOptions, expiry } from './api/expiry.ts';
export { issue } from './api/issue.ts';
export { lint } from './api/lint.ts';
export { type Config, type ConfigOptions, loadConfig } from './api/load-config.ts';
export { type ReportFormat, type ReportWriter, reporters } from './api/reporters.ts';
export { ruleDocs } from './api/rule-list.ts';
export { trustGraph } from './api/trust-graph.ts';
export type { SubjectAltName } from './artifact/certificate.ts';
export { UserError } from './core/errors.ts';
export type { IssueOptions } from './issue/inputs/issue-options.ts';
export type { LintOptions } from './lint/rules/lint-options.ts';
export type { GivenFacts } from './model/facts/facts.ts';
export type { BlastRadius, Power, Stop, User } from './results/blast.ts';
export type { ChecklistRow } from './results/checklist.ts';
export type { Connection } from './results/connection.ts';
export type { Expectation } from './results/expectation.ts';
export type { ExpiryEntry, ExpiryReport } from './results/expiry.ts';
export type { Finding, Fix, FixStep, Impact, Related, Severity } from './results/finding.ts';
export type { GraphEdge, GraphNode, TrustGraph } from './results/graph.ts';
export type { InventoryItem } from './results/inventory.ts';
export type { Action, Plan } from './results/issue/action.ts';
export type {
  ActionKind,
  CertificateSpec,
  IssueReport,
  KeyAlgorithm as Algorithm,
  Refusal,
  ReportedAction,
  ReportedPlan,
  WriteResult,
} from './results/issue/plan.ts';
export type { OutcomeCounts, Skip } from './results/outcome.ts';
export type { Report } from './results/report.ts';
export type { NodeKind, ReportedFact, ReportedNode } from './results/reported-node.ts';
export type { RuleDoc } from './results/rule-doc.ts';
export type { Upgrade, UpgradeStep } from './results/upgrade.ts';
