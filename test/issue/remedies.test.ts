import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { issue } from '../../src/index.ts';
import type { Finding } from '../../src/results/finding.ts';
import { rules } from '../../src/tables/catalog.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { groups } from '../cases/all.ts';
import { at, type Case, expected, names, treeOf } from '../cases/harness.ts';
import { oneOfEach, sample, sampled } from '../support/extent.ts';
import { byPkiLint, isOurs } from '../support/fix-lines.ts';
import { actionsFor, lintRoot, onDisk, type } from './support/remedy.ts';
import { mended as furtherCases, notMended } from './support/remedy-cases.ts';

/** Rules whose remedy is not one of our commands, and why. */
const byHand: Readonly<Record<string, string>> = {
  'authority/pair': 'the right key is somewhere else',
  'authority/key-size': 'a CA that signed is replaced by hand: all that it signed dies with it',
  'authority/key-usable': 'likewise',
  'cert/dates-minor': 'only what issued the certificate can renew it',
  'cluster/names': 'only several nodes together have it: test/cluster/shared-names.test.ts runs its command',
  'kubeconfig/file': 'only the kubelet makes its credential again, and a path is corrected without a new credential',
  'san/given': 'only what issued the certificate can issue it for other names',
};

const mendable = new Set(rules.filter((rule) => rule.remedy !== null || rule.issue !== undefined).map(({ id }) => id));
const isMendable = (name: string) => mendable.has(name.split('@')[0] ?? '');

const all = [...Object.values(groups).flat(), ...furtherCases].filter(
  ({ beside, unreadable, findings }) => !beside && !unreadable && findings.some(isMendable),
);
/** The cases of which every finding must be fixed manually, each before a colon and these findings. */
const byHandLines = readFileSync(new URL('golden/by-hand.txt', import.meta.url), 'utf8').split('\n');
const isByHand = ({ name }: Case) => byHandLines.some((line) => line.startsWith(`${name}: `));

const rulesOf = ({ findings }: Case) => findings.filter(isMendable).map((name) => name.split('@')[0] ?? '');

/** The sample has each rule that a case with a remedy is about, and some that must be fixed by hand. */
const cases = [
  ...oneOfEach(
    all.filter((one) => !isByHand(one)),
    rulesOf,
  ),
  ...sample(all.filter(isByHand), 12),
];

/** The first command of pki-lint, unless its alternative begins with something else. */
function commandOf({ fix }: Finding): string | undefined {
  const [first] = byPkiLint(fix);
  return first && isOurs(first) ? first.text : undefined;
}
/** A new kubeconfig would help, but the finding has a fix that keeps the credential. */
const keepsCredential = ({ fix: [first = []] }: Finding) =>
  first.some(({ text }) => text.startsWith('kubectl config set-cluster '));
const named = (findings: readonly Finding[]) => names({ findings });

/** Cases in which every finding must be fixed manually. */
const unmended: string[] = [];

const isRole = (name: string) => layouts[0].remedies.rows.some(({ role }) => role === name);

/** The actions of a plan for findings that have a remedy but no command. */
async function unoffered(findings: readonly Finding[], root: string, one: Case): Promise<readonly string[]> {
  const open = findings.filter(
    (finding) =>
      mendable.has(finding.rule) &&
      isRole(finding.subject) &&
      commandOf(finding) === undefined &&
      !keepsCredential(finding),
  );
  const actions: string[] = [];
  for (const finding of open) actions.push(...(await actionsFor(finding, root, one)));
  return actions;
}

/** The number of findings that were fixed, by rule. */
const mended = new Map<string, number>();

describe('the command in a finding fixes it and breaks nothing; without a command, no plan would help', () => {
  it.each(cases)('$name', async (one) => {
    const tree = await treeOf(one);
    let root = onDisk(tree);
    const before = (await lintRoot(root, one)).findings;
    expect(await unoffered(before, root, one)).toEqual([]);
    const commands = new Set(before.flatMap((finding) => commandOf(finding) ?? []));
    if (commands.size === 0)
      unmended.push(`${one.name}: ${named(before.filter(({ rule }) => mendable.has(rule))).join(', ')}`);
    for (const [index, command] of [...commands].entries()) {
      if (index > 0) root = onDisk(tree);
      const told = before.filter((finding) => commandOf(finding) === command);
      const { exitCode, said } = await type(command, root, one.options?.at ?? at, one.options?.policy);
      const after = (await lintRoot(root, one)).findings;
      const stays = named(after).filter((name) => named(told).includes(name));
      // An exception for what was fixed is unused from then on.
      const alarms = after.filter(({ severity, rule }) => severity !== 'info' && rule !== 'policy/unused');
      const fresh = named(alarms).filter((name) => !named(before).includes(name));
      expect({ command, exitCode, stays, fresh }, said).toEqual({ command, exitCode: 0, stays: [], fresh: [] });
      for (const { rule } of told) mended.set(rule, (mended.get(rule) ?? 0) + 1);
    }
  });

  it('for every rule with a remedy, but for those of CAs', async ({ annotate }) => {
    await annotate([...mended].map(([rule, times]) => `${rule} ${times}`).join(', '));
    expect([...mendable].filter((id) => !mended.has(id)).sort()).toEqual(Object.keys(byHand).sort());
  });
});

it('cases without a command of ours are those of golden/by-hand.txt', async () => {
  const text = `${unmended.toSorted().join('\n')}\n`;
  if (sampled(false, true)) return expect(text).toMatchFileSnapshot('golden/by-hand.txt');
  expect(unmended.toSorted().map((line) => byHandLines.includes(line) || line)).toEqual(
    cases.filter(isByHand).map(() => true),
  );
});

const caseNamed = (name: string) => all.find((one) => one.name === name) ?? expect.fail(`no case ${name}`);

describe('what the kubelet renews by itself', () => {
  const one = caseNamed('kubelet.conf holds what has ended, and the kubelet renewed its own');

  it.each([{ renew: true }, { renew: true, only: ['kubelet.conf'] }, {}])('is not renewed by %o', async (options) => {
    const root = onDisk(await treeOf(one));
    const { plan } = await issue({ at, rootfs: root, cwd: '/', ...options });
    expect(plan.actions).toEqual([]);
    expect(plan.refusals).toEqual([]);
    expect(plan.left.map(({ role, rule, hint }) => ({ role, rule, hint }))).toEqual([
      {
        role: 'kubelet.conf',
        rule: 'cert/expired',
        hint: 'point it at /var/lib/kubelet/pki/kubelet-client-current.pem, which the kubelet renews by itself',
      },
    ]);
  });

  it('is replaced if it is named', async () => {
    const root = onDisk(await treeOf(one));
    const { plan } = await issue({ at, rootfs: root, cwd: '/', replace: ['kubelet.conf'] });
    expect(plan.actions.map(({ kind, role }) => `${kind} ${role}`)).toEqual(['re-issue kubelet.conf']);
  });
});

describe('the suggested command', () => {
  it.each(furtherCases)('$name', async (one) => {
    const { findings } = await lintRoot(onDisk(await treeOf(one)), one);
    expect(named(findings)).toEqual(expected(one));
    expect(findings.filter(({ rule }) => mendable.has(rule)).map(commandOf)).not.toContain(undefined);
  });

  it.each(notMended)('is not ours if it cannot help: $name', async (one) => {
    const root = onDisk(await treeOf(one));
    const { findings } = await lintRoot(root, one);
    expect(named(findings)).toEqual(expected(one));
    expect(findings.flatMap((finding) => commandOf(finding) ?? [])).toEqual([]);
    expect(await unoffered(findings, root, one)).toEqual(one.planned ?? []);
  });
});
