/** What is expected of every case, in vitest. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Finding } from '../../src/index.ts';
import { fixLines } from '../../src/results/fix.ts';
import { contradictions } from '../support/contradictions.ts';
import { harmOf } from '../support/touched-files.ts';
import { auditCase, type Case, expected, type findingsOf, names, vagueTexts } from './harness.ts';

/**
 * If PKI_LINT_RECORD is set, the findings of every case are written to that folder, so that two builds can be compared.
 */
function recordFindings(name: string, findings: readonly Finding[]): void {
  const folder = process.env.PKI_LINT_RECORD;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name.replace(/\W+/g, '-')}.json`, JSON.stringify(findings, null, 1));
}

/** The notes of a fix that would act where an interactive zsh reads them as commands. A backslash begins an escape. */
function actingNotes({ fix, node }: Finding): readonly string[] {
  const lines = fix.flatMap((steps) => fixLines(steps, node));
  return lines.flatMap(({ text, isCommand }) => {
    return !isCommand && /["'`();&|<>$!{}]|\\(?![xunrt])/.test(text) ? [text] : [];
  });
}

/**
 * Lints a case, and expects its findings, texts that say what they mean, no report that contradicts itself, and no fix
 * that takes away what something else needs.
 */
export async function checkCase(one: Case): ReturnType<typeof findingsOf> {
  const { report, pkis } = await auditCase(one);
  recordFindings(one.name, report.findings);
  expect(names(report)).toEqual(expected(one));
  const members = { findings: report.findings.flatMap((finding) => finding.members ?? []) };
  if (one.members !== undefined) expect(names(members)).toEqual(one.members.toSorted());
  expect(vagueTexts(report)).toEqual([]);
  expect(report.findings.flatMap(actingNotes)).toEqual([]);
  expect(pkis.flatMap((pki) => harmOf(pki, report.findings))).toEqual([]);
  if ('connections' in report) expect(contradictions(report, one.options)).toEqual([]);
  return report;
}
