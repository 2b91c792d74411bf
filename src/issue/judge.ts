/** What lint says of one node, by role: of the node that is there, and of the one that would be. */

import type { ScannedNode } from '../core/artifact.ts';
import type { Finding } from '../core/report.ts';
import { judgeConnections } from '../engine/connections.ts';
import { judgeNode } from '../engine/judge.ts';
import { runRules } from '../engine/run.ts';
import { select } from '../engine/selection.ts';
import { findConnections } from '../model/connections/index.ts';
import type { GivenFacts } from '../model/facts.ts';
import { buildPki, type Judging, type Pki } from '../model/pki.ts';

export interface Judged {
  readonly pki: Pki;
  readonly findings: readonly Finding[];
  readonly ofRole: (role: string) => readonly Finding[];
}

/** Judges one node by every rule. */
export function judge(node: ScannedNode, facts: GivenFacts, judging: Judging): Judged {
  const pki = buildPki(node, facts, judging);
  const all = () => true;
  const run = runRules(pki, all);
  const connections = judgeConnections(findConnections(pki, [pki]), run.failures, all);
  const { findings, checklist } = judgeNode({ pki, run, ahead: [], connections }, select({}, []), new Set());
  const byFingerprint = new Map(findings.map((finding) => [finding.fingerprint, finding]));
  const byRole = new Map(
    checklist.map((row) => [row.role, row.findings.flatMap((fingerprint) => byFingerprint.get(fingerprint) ?? [])]),
  );
  return { pki, findings, ofRole: (role) => byRole.get(role) ?? [] };
}
