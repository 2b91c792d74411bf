/** What each command and note of a fix does, and the order of alternatives by that. */
import { describe, expect, it } from 'vitest';
import { byClass, withNotes } from '../../src/lint/fix/class.ts';
import type { FixClass, FixStep } from '../../src/results/finding.ts';
import { classOf, fixLabel } from '../../src/results/fix.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { isCommand, stepsOf } from '../../src/tables/layouts/steps.ts';
import type { StepRow } from '../../src/tables/step-rows.ts';
import { placeholdersOf, sampleValues } from '../support/command-values.ts';
import { wordedRules } from '../support/worded-rules.ts';

const [{ remedies }] = layouts;
const node = {
  name: 'cp-1',
  layout: { remedies },
  machines: new Map([['cp-2', 'cp-2']]),
  units: new Map(),
  values: {},
  copied: null,
};

const command = (text: string, own?: FixClass, more: Partial<FixStep> = {}): FixStep => {
  const step = { on: 'cp-1', kind: 'command', text, copy: null, intro: null, comment: null } as const;
  return { ...step, writes: own !== 'reads', ...(own && { class: own }), ...more };
};
const note = (text: string, own?: FixClass): FixStep => ({ ...command(text, own), kind: 'note', writes: false });

function stepsIn(rows: readonly StepRow[]): readonly FixStep[] {
  return rows.flatMap((row) => {
    const texts = Object.fromEntries(placeholdersOf(JSON.stringify(row)).map((name) => [name, 'X']));
    const values = isCommand(row) ? { ...texts, ...sampleValues(`${row.command} ${row.remote ?? ''}`) } : texts;
    return typeof row === 'object' && 'after' in row ? [] : stepsOf(row, values, node);
  });
}

const catalogue = wordedRules.flatMap(({ fix, fixes }) => stepsIn([fix, ...Object.values(fixes)].flat()));
const tables = remedies.rows.flatMap((row) => stepsIn([row.missing, row.wrong, row.expired, row.local ?? []].flat()));
const all = [...catalogue, ...tables].filter(({ footnote }) => !footnote);

describe('the class of a step', () => {
  it('is known of every command but restarts and waits', () => {
    const unknown = all.filter(({ kind, class: own }) => kind === 'command' && own === undefined);
    expect([...new Set(unknown.map(({ text }) => text.split(' ').slice(0, 3).join(' ')))].sort()).toEqual([
      'crictl ps --name',
      'systemctl restart etcd',
      'systemctl restart etcd.service',
      'systemctl restart k3s',
      'systemctl restart k3s-agent',
      'systemctl restart kubelet',
      'systemctl restart rke2-agent',
      'systemctl restart rke2-server',
      'systemctl start etcd.service',
    ]);
  });

  it('is that nothing is changed only of a command that does not write', () => {
    const reading = all.filter((step) => step.class === 'reads');
    expect(reading.filter(({ kind, writes }) => kind === 'command' && writes)).toEqual([]);
    expect(reading.length).toBeGreaterThan(10);
  });

  it('is known of what destroys, and of what changes whom others trust', () => {
    expect(all.filter(({ text }) => text.includes('kubeadm reset')).map((step) => step.class)).toEqual(
      expect.arrayContaining(['destroys']),
    );
    for (const { text, class: own } of all.filter((step) => step.text.includes('kubeadm reset'))) {
      expect([text, own]).toEqual([text, 'destroys']);
    }
    for (const { class: own } of all.filter(({ text }) => /^openssl genrsa|^kubeadm .*front-proxy-ca/.test(text))) {
      expect(own).toBe('changes-trust');
    }
    for (const { class: own } of all.filter(({ text }) =>
      /^kubeadm (?:certs renew|init phase kubeconfig)/.test(text),
    )) {
      expect(own).toBe('re-issues');
    }
  });
});

describe('the class of an alternative', () => {
  it('is that of its worst step', () => {
    expect(classOf([command('a', 'edits'), command('b', 'changes-trust'), command('c', 're-issues')])).toBe(
      'changes-trust',
    );
    expect(classOf([command('a', 'reads'), command('systemctl restart kubelet')])).toBe('reads');
    expect(classOf([command('systemctl restart kubelet')])).toBeNull();
  });

  it('is in its title', () => {
    expect(fixLabel([command('kubeadm certs renew all', 're-issues')], true)).toBe(' (with kubeadm, re-issues)');
    expect(fixLabel([command('chmod 600 a', 'edits')], false)).toBe(' (edits files)');
    expect(fixLabel([command('systemctl restart kubelet')], false)).toBe('');
  });

  it('orders alternatives; equal ones keep their order', () => {
    const [trust, issue, edit, other] = [
      [command('a', 'changes-trust')],
      [command('b', 're-issues')],
      [command('c', 'edits')],
      [command('d', 'edits')],
    ];
    expect(byClass([trust, issue, edit, other], remedies)).toEqual([edit, other, issue, trust]);
  });

  it('puts what only looks after what heals, and what destroys last of all', () => {
    const [look, reset, issue] = [
      [command('ls', 'reads')],
      [note('run kubeadm reset', 'destroys')],
      [command('b', 're-issues')],
    ];
    expect(byClass([reset, look, issue], remedies)).toEqual([issue, look, reset]);
  });

  it('has a warning above it if it destroys and is the only one', () => {
    const [fix = []] = byClass([[command('rm a', 'destroys')]], remedies);
    expect(fix.map(({ text, info }) => [text, info])).toEqual([
      [remedies.destroying, true],
      ['rm a', undefined],
    ]);
  });

  it('lets a command that makes something again precede what a person has to find', () => {
    const [find, issue, condition] = [
      [note('restore a good copy', 'edits')],
      [command('b', 're-issues')],
      [command('c', 'edits', { intro: 'only if nothing else has it' })],
    ];
    expect(byClass([issue, find, condition], remedies)).toEqual([issue, find, condition]);
  });

  it('comes from the place of a note that does not say it', () => {
    expect(withNotes([note('a'), note('b', 'destroys'), { ...note('c'), info: true }], 're-issues')).toEqual([
      note('a', 're-issues'),
      note('b', 'destroys'),
      { ...note('c'), info: true },
    ]);
  });
});
