import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { type Finding, lint, type Report } from '../../src/index.ts';
import { sample, spreadInAll } from '../support/extent.ts';
import { edited, editedRecordings } from './edited.ts';
import type { Expectation, Level } from './edits.ts';
import { aboutProcesses, lintRecording } from './lint-recording.ts';
import { Recording } from './recording.ts';

interface Expected {
  readonly expect: Expectation;
  readonly at: string;
  readonly why: string;
}

const folder = new URL('../../fixtures/running/', import.meta.url);
const real = Object.entries(
  JSON.parse(readFileSync(new URL('expect.json', folder), 'utf8')) as Record<string, Expected>,
).map(([name, expected]) => ({ name, ...expected }));

const lintFile = (name: string, at: string) =>
  lint({ cwd: '/', at: new Date(at), paths: [new URL(`${name}.tar.gz`, folder).pathname] });
const levels: readonly Level[] = ['none', 'info', 'warning', 'error'];
const worstOf = (findings: readonly Finding[]): Level =>
  levels.findLast((level) => findings.some(({ severity }) => severity === level)) ?? 'none';

/** A name on its own: `etcd`, but not the one in `pki/etcd/ca.crt` or in `etcd-ca`. */
const isNamed = (text: string, component: string) => new RegExp(`(?<![\\w/.-])${component}(?![\\w/-])`).test(text);

/** Whether a finding, or one that it stands for, names a component, and a file or flag unless that is empty. */
function isAbout(finding: Finding, { component, file }: Expectation['about'][number]): boolean {
  // A finding about several processes says in its consequences which has which file.
  const own = finding.related.filter(({ subject }) => subject === component);
  if (own.length > 0) return own.some(({ path, message }) => `${path}\n${message}`.includes(file));
  return [finding, ...(finding.members ?? [])].some(({ subject, message, path, expected, found }) => {
    const text = [subject, message, path, expected, found].join('\n');
    return isNamed(text, component) && text.includes(file);
  });
}

function checkSaid(report: Report, { level, about, isUnchecked }: Expectation): void {
  const said = aboutProcesses(report);
  const words = said.map(({ severity, rule, subject, message }) => `${severity} ${rule}@${subject}: ${message}`);
  const worst = worstOf(said);
  if (level === 'none' || level === 'info') expect(['none', 'info'], words.join('\n')).toContain(worst);
  else expect(worst, words.join('\n')).toBe(level);
  const missing = about.filter((one) => !said.some((finding) => isAbout(finding, one)));
  expect(missing, words.join('\n')).toEqual([]);
  if (isUnchecked) expect(saysUnchecked(report), 'an all-clear').toBe(true);
}

/** Whether it says that something about processes could not be checked. */
const saysUnchecked = ({ skipped, nodes }: Report): boolean =>
  skipped.some(({ rule }) => rule.startsWith('process/')) || nodes.some(({ notCompared }) => notCompared);

describe('a real node', () => {
  it.each(real)('$name: $why', async ({ name, at, expect: expected }) => {
    checkSaid(await lintFile(name, at), expected);
  });
});

describe('an edited recording', () => {
  it.each(spreadInAll(editedRecordings, 20))('$name: $why', async (one) => {
    checkSaid(await lintRecording(await edited(one)), one.expect);
  });
});

describe('the recordings', () => {
  test('are at least 40, and at least half of them are healthy', () => {
    const all = [...real, ...editedRecordings].map(({ expect: { level } }) => level);
    expect(all.length).toBeGreaterThanOrEqual(49);
    expect(all.filter((level) => level === 'none' || level === 'info').length * 2).toBeGreaterThanOrEqual(all.length);
    expect(new Set([...real, ...editedRecordings].map(({ name }) => name)).size).toBe(all.length);
  });

  // Otherwise an edit would be judged by what the tests' archive does to a node.
  const own = real.filter(({ name }) => !name.includes('-gnu-'));
  test.each(sample(own, 5))('$name is judged alike from an archive of the tests', async ({ name, at }) => {
    const node = await Recording.read(name);
    node.at = new Date(at);
    const said = ({ findings }: Report) => findings.map(({ severity, rule, path }) => [severity, rule, path]);
    expect(said(await lintRecording(node))).toEqual(said(await lintFile(name, at)));
  });
});
