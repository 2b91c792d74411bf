/** Who is wrong where nodes disagree about a CA, and the whole first fix of each finding, as printed. */
import { describe, expect, it } from 'vitest';
import { remember } from '../../src/core/collections.ts';
import type { Finding } from '../../src/index.ts';
import { fixLines, shellLine } from '../../src/results/fix.ts';
import { lintTrees } from '../cases/harness.ts';
import { scenarios } from './dispute-scenarios.ts';

/** The fixes of a finding, as printed: the first, and what comes after it. */
const printed = ({ node, rule, message, fix }: Finding) =>
  [
    `${node} ${rule}: ${message}`,
    ...fix.flatMap((steps, index) => [
      ...(index === 0 ? [] : ['  or:']),
      ...fixLines(steps, node).map((line) => `  ${shellLine(line)}`),
    ]),
  ].join('\n');

/** The errors and warnings of a scenario, which several tests look at. */
const alarms = remember(async (nodes: (typeof scenarios)[keyof typeof scenarios]) =>
  (await lintTrees(nodes())).findings.filter(({ severity }) => severity !== 'info'),
);

it('who is accused and what is printed, of each scenario', async () => {
  const texts: string[] = [];
  for (const [name, nodes] of Object.entries(scenarios)) {
    texts.push([`== ${name}`, ...(await alarms(nodes)).map(printed)].join('\n'));
  }
  await expect(`${texts.join('\n\n')}\n`).toMatchFileSnapshot('disputes.txt');
}, 120_000);

describe.each(Object.entries(scenarios))('%s', (_, nodes) => {
  it('no first fix resets a node, takes a key from a worker, or removes one before another node has it', async () => {
    for (const { fix } of await alarms(nodes)) {
      const lines = (fix[0] ?? []).map(({ text }) => text);
      expect(lines.filter((line) => /^kubeadm reset|^(?:ssh|scp).*worker-\d\S*\.key/.test(line))).toEqual([]);
      expect(lines.filter((line) => /safest/.test(line))).toEqual([]);
      expect(lines.findIndex((line) => /\brm\b/.test(line))).not.toBe(0);
    }
  });
});

it('where nothing shows who is right, nothing is changed', async () => {
  const undecided = Object.entries(scenarios).filter(([name]) =>
    /^two control planes with a .*CA each(?:$|, and a worker of each)/.test(name),
  );
  expect(undecided).toHaveLength(3);
  for (const [, nodes] of undecided) {
    const [finding, ...others] = await alarms(nodes);
    expect(others).toEqual([]);
    expect(finding?.message).toMatch(
      /^cp-2 trusts a different \S+ than cp-1 \(pki-lint cannot tell which of them is correct\)$/,
    );
    expect(finding?.fix.flat().filter(({ writes }) => writes)).toEqual([]);
    expect(finding?.fix.flat().filter(({ kind }) => kind === 'command').length).toBeGreaterThan(1);
  }
});
