/** pki-lint as a library. */

export { blast } from './blast.ts';
export type { BlastRadius, Power, Stop, User } from './core/blast.ts';
export type { SubjectAltName } from './core/certificate.ts';
export { UserError } from './core/errors.ts';
export type { GraphEdge, GraphNode, TrustGraph } from './core/graph.ts';
export type {
  Action,
  ActionKind,
  Algorithm,
  CertificateSpec,
  IssueReport,
  Plan,
  Refusal,
  WriteResult,
} from './core/plan.ts';
export type {
  ChecklistRow,
  Connection,
  Finding,
  Impact,
  InventoryItem,
  NodeKind,
  OutcomeCounts,
  Related,
  Report,
  ReportedFact,
  ReportedNode,
  Severity,
  Skip,
} from './core/report.ts';
export type { LintOptions } from './engine/options.ts';
export { type Expectation, expect } from './expect.ts';
export { trustGraph } from './graph.ts';
export type { IssueOptions } from './issue/options.ts';
export { issue } from './issue.ts';
export { lint } from './lint.ts';
export type { GivenFacts } from './model/facts.ts';
export { type RuleDoc, ruleDocs } from './rule-docs.ts';
