/** Every incident is reported with the severity that it had, its cause first, and with a fix. */
import { describe, expect, it } from 'vitest';
import { ruleDocs } from '../../src/index.ts';
import { awaited } from './awaited.ts';
import { findingsOfIncident, type Incident, nameOf, writtenBy } from './incident.ts';
import { incidents } from './incidents.ts';
import { outOfReach } from './out-of-reach.ts';

const isAwaited = ({ id }: Incident) => Object.hasOwn(awaited, id);

async function expectFindings(one: Incident): Promise<void> {
  const findings = await findingsOfIncident(one);
  const names = findings.map((finding) => nameOf(finding, one.beside !== undefined));
  expect([...names].sort()).toEqual([...one.finds].sort());
  expect(names[0]).toBe(one.finds[0]);
  const written = findings[0] === undefined ? [] : writtenBy(findings[0]);
  expect(written.filter((command) => one.fix.includes(command))).toEqual(one.fix);
}

describe('an incident', () => {
  it.each(incidents.filter((one) => !isAwaited(one)))('$id', expectFindings);

  // A test that passes in spite of `fails` is an error, so an entry of `awaited` cannot stay behind.
  for (const one of incidents.filter(isAwaited)) {
    it.fails(`${one.id} (line ${awaited[one.id]})`, () => expectFindings(one));
  }
});

describe('the table', () => {
  it('has at least 40 incidents that are reported, each with a source of its own', () => {
    expect(incidents.filter((one) => !isAwaited(one)).length).toBeGreaterThanOrEqual(40);
    const sources = [...incidents, ...outOfReach].map(({ source }) => source);
    expect(sources.filter((source) => !/^https:\/\/[^/]+\/\S+$/.test(source))).toEqual([]);
    expect(new Set(sources).size).toBe(sources.length);
    expect(new Set(incidents.map(({ id }) => id)).size).toBe(incidents.length);
  });

  it('awaits only incidents and names only rules that exist', () => {
    const ids = incidents.map(({ id }) => id);
    expect(Object.keys(awaited).filter((id) => !ids.includes(id))).toEqual([]);
    const rules = new Set(ruleDocs.map(({ id }) => id));
    const named = incidents.filter((one) => !isAwaited(one)).flatMap(({ finds }) => finds);
    expect(named.filter((name) => !rules.has(/^\w+ ([\w/-]+)@/.exec(name)?.[1] ?? ''))).toEqual([]);
  });
});
