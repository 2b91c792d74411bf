/** What runs and was not compared with the files is one line for people, and does not change the verdict. */
import { describe, expect, it } from 'vitest';
import type { Running } from '../../src/artifact/process.ts';
import { judgedOf } from '../../src/lint/findings/looked-at.ts';
import type { Pki } from '../../src/model/roles/pki.ts';
import { whyNotCompared } from '../../src/model/running/not-compared.ts';
import { allReporters } from '../../src/report/index.ts';
import { notCompared } from '../../src/results/read/ground.ts';
import { isComplete } from '../../src/results/read/verdict.ts';
import type { Report } from '../../src/results/report.ts';
import type { NotCompared } from '../../src/results/reported-node.ts';
import { lintTree, pkiOf } from '../cases/harness.ts';
import { pkiOfRecording } from '../running/lint-recording.ts';
import { Recording } from '../running/recording.ts';
import { buildNode } from '../support/build-node.ts';
import { broken, healthy } from './fixtures.ts';

const plain = { width: 80, color: false, quiet: false, verbose: false };
const unseen: NotCompared = { part: 'processes', reason: 'no /proc in the input' };
const line = 'not looked at: running processes (no /proc in the input)';

/** A report whose nodes lack these, in their order. */
const lacking = (report: Report, ...all: readonly (NotCompared | undefined)[]): Report => ({
  ...report,
  nodes: all.map((one, index) => {
    const [{ notCompared: _, ...node }] = report.nodes as [Report['nodes'][number]];
    return { ...node, name: `cp-${index + 1}`, ...(one && { notCompared: one }) };
  }),
});

const running = (state: 'seen' | 'unseen'): Running =>
  state === 'unseen'
    ? { state, reason: unseen.reason }
    : { state, from: 'proc', at: undefined, processes: [], hostMounts: undefined };
const withRunning = (pki: Pki, state: 'seen' | 'unseen'): Pki => ({
  ...pki,
  node: { ...pki.node, running: running(state) },
});

describe('what is not known about running processes', () => {
  it('is nothing if nothing in the input can run', async () => {
    const pki = await pkiOf(buildNode());
    const nothing = { ...pki, node: { ...pki.node, running: undefined } };
    expect(whyNotCompared(nothing)).toBeUndefined();
    expect(judgedOf(nothing, [])).not.toHaveProperty('processes');
  });

  it('is why they were not seen', async () => {
    const pki = withRunning(await pkiOf(buildNode()), 'unseen');
    expect(whyNotCompared(pki)).toEqual(unseen);
    expect(judgedOf(pki, [])).not.toHaveProperty('processes');
  });

  it('is nothing if they were seen', async () => {
    const pki = withRunning(await pkiOf(buildNode()), 'seen');
    expect(whyNotCompared(pki)).toBeUndefined();
    expect(judgedOf(pki, [])).toMatchObject({ processes: 0 });
  });
});

it('is why times say nothing, if all are later than what runs', async () => {
  const node = await Recording.read('healthy');
  node.at = new Date('2026-11-28T17:31:00Z');
  expect(whyNotCompared(await pkiOfRecording(node.wrote(/./, '2026-11-28T17:30:00Z')))).toEqual({
    part: 'times',
    reason: 'those of all files are later than what runs: a copy has set them',
  });
});

describe('the line', () => {
  const times: NotCompared = { part: 'times', reason: 'they are those of the copy' };

  it.each<[string, readonly (NotCompared | undefined)[], string]>([
    ['is empty if all were compared', [undefined, undefined], ''],
    ['names no node if it is the only one', [unseen], line],
    ['names no node if all are the same', [unseen, unseen], line],
    ['names nodes that differ', [unseen, undefined, unseen, unseen], line.replace(' (', ' on cp-1, cp-3 and 1 more (')],
    [
      'groups what is the same',
      [unseen, times, unseen],
      'not looked at: running processes on cp-1, cp-3 (no /proc in the input); file times on cp-2 (they are those of the copy)',
    ],
  ])('%s', (_, all, text) => {
    expect(notCompared(lacking(healthy, ...all))).toBe(text);
  });

  it('is one more in the formats for people', async () => {
    const report = await lintTree(buildNode(), { picture: true });
    const [with_, without] = [lacking(report, unseen), lacking(report, undefined)];
    const table = (await allReporters.report.table(with_, plain)).split('\n');
    expect(table[1]).toBe(line);
    expect(table.toSpliced(1, 1).join('\n')).toBe(await allReporters.report.table(without, plain));
    const sentence = `${line.replace('not', 'Not')}.\n\n`;
    const markdown = await allReporters.report.markdown(with_, plain);
    expect(markdown.split(sentence)).toHaveLength(2);
    expect(markdown.replace(sentence, '')).toBe(await allReporters.report.markdown(without, plain));
    const paragraph = `<p>${line.replace('not', 'Not')}.</p>`;
    const html = await allReporters.report.html(with_, plain);
    expect(html.split(paragraph)).toHaveLength(2);
    expect(html.replace(paragraph, '').length).toBe((await allReporters.report.html(without, plain)).length);
  });

  it.each(['concise', 'github', 'gitlab', 'junit', 'sarif', 'csv', 'openmetrics'] as const)(
    'is not in %s',
    async (format) => {
      for (const report of [healthy, broken]) {
        const [one, other] = [lacking(report, unseen), lacking(report, undefined)];
        expect(await allReporters.report[format](one, plain)).toBe(await allReporters.report[format](other, plain));
      }
    },
  );

  it('is in the report for programs', async () => {
    const report = lacking(healthy, unseen);
    expect(JSON.parse(await allReporters.report.json(report, plain)).nodes[0].notCompared).toEqual(unseen);
    expect(await allReporters.report.ndjson(report, plain)).toContain('"notCompared":{"part":"processes"');
  });

  it('fails no --require-complete', () => {
    expect(isComplete(lacking(healthy, unseen))).toBe(isComplete(lacking(healthy, undefined)));
  });
});

it.each([
  [undefined, '36 flags and 14 connections checked.'],
  [0, '36 flags and 14 connections checked.'],
  [1, '36 flags, 14 connections and 1 running process checked.'],
  [5, '36 flags, 14 connections and 5 running processes checked.'],
])('the verdict counts processes that were seen: %s', async (processes, end) => {
  const report = await lintTree(buildNode());
  const nodes = report.nodes.map((node) => {
    const { processes: _, ...judged } = node.judged;
    return { ...node, judged: { ...judged, ...(processes !== undefined && { processes }) } };
  });
  const text = (await allReporters.report.table({ ...report, nodes }, plain)).replaceAll(/\n */g, ' ');
  expect(text).toContain(`No problems found. 20 certificates, ${end}`);
});
