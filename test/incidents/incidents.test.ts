/** Every incident is reported with the severity that it had, its cause first, and with a fix. */
import { describe, expect, it } from 'vitest';
import { incidentsPage } from '../../scripts/incidents-page.mjs';
import { ruleDocs } from '../../src/index.ts';
import { vagueTexts } from '../cases/harness.ts';
import { readText } from '../repository/files.ts';
import { type Incident, nameOf, toldOf, writtenBy } from './incident.ts';
import { incidents } from './incidents.ts';
import { outOfReach } from './out-of-reach.ts';
import { incidentPage } from './page.ts';

async function expectFindings(one: Incident): Promise<void> {
  const { findings, contradictions } = await toldOf(one);
  expect(contradictions).toEqual([]);
  const names = findings.map((finding) => nameOf(finding, one.beside !== undefined));
  expect([...names].sort()).toEqual([...one.finds].sort());
  expect(names[0]).toBe(one.finds[0]);
  expect(vagueTexts({ findings })).toEqual([]);
  const written = findings[0] === undefined ? [] : writtenBy(findings[0]);
  expect(written.filter((command) => one.fix.includes(command))).toEqual(one.fix);
}

describe('an incident', () => {
  it.each(incidents)('$id', expectFindings);
});

// Here, and not with the other pages, because all incidents have been linted.
it('docs/incidents.md is what the incidents generate (npm run docs)', { timeout: 120_000 }, async () => {
  expect(readText('docs/incidents.md')).toBe(incidentsPage(await incidentPage()));
});

describe('the table', () => {
  it('has at least 80 incidents, each with a source of its own', () => {
    expect(incidents.length).toBeGreaterThanOrEqual(80);
    const sources = [...incidents, ...outOfReach].map(({ source }) => source);
    expect(sources.filter((source) => !/^https:\/\/[^/]+\/\S+$/.test(source))).toEqual([]);
    expect(new Set(sources).size).toBe(sources.length);
    expect(new Set(incidents.map(({ id }) => id)).size).toBe(incidents.length);
  });

  it('has one error for one cause, or little more: at most 1.03 on average', () => {
    const errors = incidents.map(({ finds }) => finds.filter((name) => name.startsWith('error ')).length);
    const withErrors = errors.filter((number) => number > 0);
    expect(errors.reduce((sum, number) => sum + number, 0) / withErrors.length).toBeLessThanOrEqual(1.03);
  });

  it('names only rules that exist', () => {
    const rules = new Set(ruleDocs.map(({ id }) => id));
    const named = incidents.flatMap(({ finds }) => finds);
    expect(named.filter((name) => !rules.has(/^\w+ ([\w/-]+)@/.exec(name)?.[1] ?? ''))).toEqual([]);
  });
});
