import { describe, expect, it } from 'vitest';
import { fixBlock, fixTitle, shellLine } from '../../src/core/fix.ts';
import type { FixStep } from '../../src/core/report.ts';
import { rules } from '../../src/tables/catalog.ts';
import { layouts } from '../../src/tables/layouts.ts';
import type { StepRow } from '../../src/tables/remedies.ts';
import { isCommand, rowLine, rowLines, stepsOf } from '../../src/tables/steps.ts';
import { placeholdersOf, sampleValues } from '../support/command-values.ts';

const [kubeadm] = layouts;
const machines = new Map([['cp-2', 'cp-2']]);
const node = { name: 'cp-1', layout: kubeadm, machines, values: {}, copied: null };
const { configuration, embedding, renewal, restarts, reloads, rows: remedies } = kubeadm.remedies;
const rows: readonly StepRow[] = [
  ...configuration.rows,
  ...configuration.converted.rows,
  embedding,
  renewal.step,
  ...restarts.flatMap(({ restart, ready = [], changed }) => [...restart, ...ready, changed]),
  ...reloads.map((row) => row.step),
  ...remedies.flatMap(({ missing, wrong, names, expired, external = [], ...row }) => {
    const { local = [], kept = [], last = [] } = row;
    const alternatives = kept.flatMap(({ steps }) => steps);
    return [missing, wrong, names, expired, external, local, alternatives, last].flat();
  }),
  ...rules.flatMap(({ fix, fixes }) => [fix, ...Object.values(fixes)].flat()),
];
/** Only commands need values of a kind. */
const anyOf = (row: StepRow) => {
  const texts = Object.fromEntries(placeholdersOf(JSON.stringify(row)).map((name) => [name, 'X']));
  return isCommand(row) ? { ...texts, ...sampleValues(`${row.command} ${row.remote ?? ''}`) } : texts;
};
const program = /^(?:kubeadm (?:init|certs|kubeconfig)|kubectl|openssl|pki-lint|systemctl|mv|cp|rm|ln|mkdir|chmod) /;
const step = (text: string, changes: Partial<FixStep> = {}): FixStep => {
  return { on: 'cp-1', kind: 'command', text, copy: null, intro: null, comment: null, writes: true, ...changes };
};

describe('steps of the tables', () => {
  it('are commands where they begin with a program', () => {
    expect(rows.filter((row) => typeof row === 'string' && program.test(row))).toEqual([]);
  });

  it('have their comments apart', () => {
    const texts = rows.map((row) => (typeof row === 'object' && 'command' in row ? row.command : row));
    expect(texts.filter((text) => typeof text === 'string' && text.includes(' # '))).toEqual([]);
  });

  it('write unless they only show or restart', () => {
    const commands = rows.flatMap((row) => stepsOf(row, anyOf(row), node));
    const reading = commands.filter(({ kind, writes }) => kind === 'command' && !writes);
    expect([...new Set(reading.map(({ text }) => text.split(' ').slice(0, 3).join(' ')))].sort()).toEqual([
      'crictl ps --name',
      'curl -s https://192.0.2.1:6443',
      'diff /x /x',
      'kubectl --kubeconfig /x',
      'kubectl --x --x',
      'kubectl config view',
      'kubectl get clusterrolebinding',
      'kubectl get csr',
      'ls -la /x',
      'openssl x509 -noout',
      'sudo tar c',
      'systemctl restart etcd',
      'systemctl restart kubelet',
      'systemctl status x',
      'timedatectl',
    ]);
    expect(commands.filter(({ kind, writes }) => kind === 'note' && writes)).toEqual([]);
  });

  it('renew only what expires: kubeadm certs renew copies names, groups and usages', () => {
    const renews = (steps: readonly StepRow[]) => JSON.stringify(steps).includes('"kubeadm certs renew ');
    const renewing = [
      ...remedies.filter(({ missing, wrong, names }) => renews([missing, wrong, names].flat())).map(({ role }) => role),
      ...rules.flatMap(({ id, fix, fixes }) => (renews([fix, ...Object.values(fixes)].flat()) ? [id] : [])),
    ];
    expect(renewing).toEqual(['upgrade/renewal']);
  });

  it('are for another machine where they say so', () => {
    const remote = rows.flatMap((row) => stepsOf(row, anyOf(row), node)).filter(({ on }) => !on);
    const places = [
      'kubeadm config migrate',
      'kubeadm kubeconfig user',
      'on a control-plane node',
      'on a control-plane node with the key of the CA',
      'on a host of that etcd, with its CA',
    ];
    const placeOf = ({ intro, text }: FixStep) => intro ?? text.split(' ').slice(0, 3).join(' ');
    expect([...new Set(remote.map(placeOf))].sort()).toEqual(places);
  });

  it('restart a component as its row says', () => {
    expect(rowLine({ restart: 'kubelet' }, kubeadm.remedies)).toBe('restart kubelet');
    expect(rowLine({ intro: 'copy it', command: 'cp a b' }, kubeadm.remedies)).toBe('copy it');
    expect(rowLine({ restart: 'etcd' }, kubeadm.remedies)).toBe('restart etcd');
    expect(rowLines({ restart: 'etcd' }, kubeadm.remedies)).toEqual([
      'with several etcd members, restart one at a time: the next one when this one is healthy',
      "restart etcd: crictl ps --name '^etcd$' -q | xargs -r crictl stop -t 30",
    ]);
  });
});

describe('the lines of a fix', () => {
  const note = (text: string, changes: Partial<FixStep> = {}) =>
    step(text, { kind: 'note', writes: false, ...changes });
  const lines = (...steps: readonly FixStep[]) => fixBlock(steps, 'cp-1').map(shellLine);

  it('are commands, and comments before them', () => {
    const steps = [note('first a'), step('b', { intro: 'when', comment: 'if' }), step('c')];
    expect(fixBlock(steps, 'cp-1')).toEqual([
      { text: 'first a', isCommand: false },
      { text: 'when:', isCommand: false },
      { text: 'if', isCommand: false },
      { text: 'b', isCommand: true },
      { text: 'c', isCommand: true },
    ]);
  });

  it('say where a step is done, if it is not on the node of the finding', () => {
    expect(lines(step('a'), step('b', { on: 'cp-2' }), note('c', { on: 'cp-2' }), step('d'))).toEqual([
      'a',
      '# on cp-2:',
      'b',
      '# c',
      '# on cp-1:',
      'd',
    ]);
    expect(lines(step('a', { on: null }), step('b'))).toEqual(['# on another machine:', 'a', '# on cp-1:', 'b']);
    expect(lines(step('a', { on: null, intro: 'on a host of etcd' }))).toEqual(['# on a host of etcd:', 'a']);
  });

  it('are named after the program that does it', () => {
    const named = (...commands: readonly string[]) => fixTitle(commands.map((text) => step(text)));
    expect(named('mkdir -p /root', 'kubeadm certs renew all')).toBe('with kubeadm');
    expect(named('scp a b', 'pki-lint issue --write')).toBe('with pki-lint');
    expect(named('chmod 600 a')).toBe('by hand');
    expect(fixTitle([note('kubeadm resets it')])).toBe('by hand');
  });
});
