/** The public API of the library. */

export { blast } from './api/blast.ts';
export { expect } from './api/expect.ts';
export { type ExpiryOptions, expiry } from './api/expiry.ts';
export { issue } from './api/issue.ts';
export { lint } from './api/lint.ts';
export { type Config, type ConfigOptions, loadConfig } from './api/load-config.ts';
export { type ReportFormat, type ReportWriter, reporters } from './api/reporters.ts';
export { ruleDocs } from './api/rule-docs.ts';
export { trustGraph } from './api/trust-graph.ts';
export type { Action, Plan } from './core/action.ts';
export type { BlastRadius, Power, Stop, User } from './core/blast.ts';
export type { SubjectAltName } from './core/certificate.ts';
export type { ChecklistRow } from './core/checklist.ts';
export type { Connection } from './core/connection.ts';
export { UserError } from './core/errors.ts';
export type { Expectation } from './core/expectation.ts';
export type { ExpiryEntry, ExpiryReport } from './core/expiry.ts';
export type { Finding, Fix, FixStep, Impact, Related, Severity } from './core/finding.ts';
export type { GraphEdge, GraphNode, TrustGraph } from './core/graph.ts';
export type { InventoryItem } from './core/inventory.ts';
export type { OutcomeCounts, Skip } from './core/outcome.ts';
export type {
  ActionKind,
  CertificateSpec,
  IssueReport,
  KeyAlgorithm as Algorithm,
  Refusal,
  ReportedAction,
  ReportedPlan,
  WriteResult,
} from './core/plan.ts';
export type { Report } from './core/report.ts';
export type { NodeKind, ReportedFact, ReportedNode } from './core/reported-node.ts';
export type { RuleDoc } from './core/rule-doc.ts';
export type { Upgrade, UpgradeStep } from './core/upgrade.ts';
export type { IssueOptions } from './issue/inputs/options.ts';
export type { LintOptions } from './lint/options.ts';
export type { GivenFacts } from './model/facts/facts.ts';
