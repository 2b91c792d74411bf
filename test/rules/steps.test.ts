import { describe, expect, it } from 'vitest';
import type { FixStep } from '../../src/results/finding.ts';
import { fixBlocks, fixLines, fixTitle, inOneLine, shellLine } from '../../src/results/fix.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { isCommand, rowLine, rowLines, stepsOf } from '../../src/tables/layouts/steps.ts';
import type { StepRow } from '../../src/tables/step-rows.ts';
import { placeholdersOf, sampleValues } from '../support/command-values.ts';
import { wordedRules } from '../support/worded-rules.ts';

const [kubeadm] = layouts;
const machines = new Map([['cp-2', 'cp-2']]);
const node = { name: 'cp-1', layout: kubeadm, machines, units: new Map(), values: {}, copied: null };
const { configuration, embedding, renewal, restarts, reloads, rows: remedies } = kubeadm.remedies;
const rows: readonly StepRow[] = [
  ...(configuration?.rows ?? []),
  ...(configuration?.converted.rows ?? []),
  embedding,
  ...(renewal ? [renewal.step] : []),
  ...restarts.flatMap(({ restart, ready = [], changed }) => [...restart, ...ready, ...changed]),
  ...reloads.map((row) => row.step),
  ...remedies.flatMap(({ missing, wrong, names, expired, external = [], ...row }) => {
    const { local = [], kept = [], last = [] } = row;
    const alternatives = kept.flatMap(({ steps }) => steps);
    return [missing, wrong, names, expired, external, local, alternatives, last].flat();
  }),
  ...wordedRules.flatMap(({ fix, fixes }) => [fix, ...Object.values(fixes)].flat()),
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

  it('let no backup replace an earlier one: the fixes of a report share a folder', () => {
    const commands = rows.flatMap((row) => rowLines(row, kubeadm.remedies));
    const backups = commands.filter((line) => /(?:^|: )(?:cp|mv) .*\{backup\}\/$/.test(line));
    expect(backups.length).toBeGreaterThan(40);
    expect(backups.filter((line) => !line.includes(' --backup=numbered '))).toEqual([]);
    expect(commands.filter((line) => /sed -i\S/.test(line))).toEqual([]);
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
      'crictl ps -a',
      'diff /x /x',
      'journalctl -u etcd.service',
      'kubeadm config images',
      'kubectl --kubeconfig /x',
      'kubectl --x --x',
      'kubectl -n x',
      'kubectl config view',
      'kubectl get clusterrolebinding',
      'kubectl get csr',
      'ls -la /x',
      'openssl pkey -pubout',
      'openssl x509 -noout',
      'ps -o pid,ppid,lstart,cgroup,comm',
      'ssh -n root@cp-2',
      'sudo pki-lint',
      'sudo tar c',
      'systemctl restart etcd',
      'systemctl restart etcd.service',
      'systemctl restart k3s',
      'systemctl restart k3s-agent',
      'systemctl restart kubelet',
      'systemctl restart rke2-agent',
      'systemctl restart rke2-server',
      'systemctl start etcd.service',
      'systemctl status x',
      'timedatectl',
      '{ n=0; until',
    ]);
    expect(commands.filter(({ kind, writes }) => kind === 'note' && writes)).toEqual([]);
  });

  it('renew only what expires, or gets another signer: kubeadm certs renew copies names, groups and usages', () => {
    const renews = (steps: readonly StepRow[]) => JSON.stringify(steps).includes('"kubeadm certs renew ');
    const renewing = [
      ...remedies.filter(({ missing, wrong, names }) => renews([missing, wrong, names].flat())).map(({ role }) => role),
      ...wordedRules.flatMap(({ id, fix, fixes }) => (renews([fix, ...Object.values(fixes)].flat()) ? [id] : [])),
    ];
    expect(renewing).toEqual(['cluster/authority', 'cluster/front-proxy', 'upgrade/renewal']);
  });

  it('are for another machine where they say so', () => {
    const remote = rows.flatMap((row) => stepsOf(row, anyOf(row), node)).filter(({ on }) => !on);
    expect([...new Set(remote.map(({ place }) => place))].sort()).toEqual([
      'X, one after the other',
      'a control-plane node',
      'a control-plane node with the key of the CA',
      'a host of that etcd, with its CA',
      'a machine with kubectl',
      'the machine that manages the cluster',
    ]);
  });

  it('restart a component as its row says', () => {
    expect(rowLine({ restart: 'kubelet' }, kubeadm.remedies)).toBe('restart kubelet');
    expect(rowLine({ intro: 'copy it', command: 'cp a b' }, kubeadm.remedies)).toBe('copy it');
    expect(rowLine({ restart: 'etcd' }, kubeadm.remedies)).toBe('restart etcd');
    expect(rowLines({ restart: 'etcd' }, kubeadm.remedies)).toEqual([
      'with several etcd members, do this on one node after the other',
      "restart etcd: crictl ps --name '^etcd$' --label io.kubernetes.pod.namespace=kube-system -q | xargs -r crictl stop -t 30",
    ]);
  });
});

describe('the lines of a fix', () => {
  const note = (text: string, changes: Partial<FixStep> = {}) =>
    step(text, { kind: 'note', writes: false, ...changes });
  const info = (text: string) => note(text, { info: true });
  const blocks = (...steps: readonly FixStep[]) =>
    fixBlocks(steps).map(({ start, lines }) => [start, ...lines.map(shellLine)]);

  it('are comments, then commands of which each needs the one before', () => {
    const steps = [info('first a'), step('b', { intro: 'when', comment: 'if' }), step('c'), info('nothing restarts')];
    expect(blocks(...steps)).toEqual([['', '# first a', '# when', '# if', 'b &&', 'c', '# nothing restarts']]);
    expect(blocks(step('b', { intro: 'when' }))).toEqual([['', '# when:', 'b']]);
  });

  it('have no comment between two commands, which an interactive zsh would take for a command', () => {
    expect(blocks(step('a'), info('b'), step('c', { comment: 'd' }))).toEqual([['', '# b', '# d', 'a &&', 'c']]);
  });

  it('are pasted apart where a person has something to do or to judge first', () => {
    expect(blocks(step('a'), note('copy it'), step('b'))).toEqual([
      ['', 'a', '# copy it'],
      ['When that is done', 'b'],
    ]);
    expect(blocks(step('diff a b', { class: 'reads', writes: false }), note('decide'), step('mv a b'))).toEqual([
      ['', 'diff a b', '# decide'],
      ['When that is done', 'mv a b'],
    ]);
    expect(blocks(step('diff a b', { class: 'reads', writes: false }), note('decide'))).toEqual([
      ['', 'diff a b', '# decide'],
    ]);
    expect(blocks(note('copy it'), step('b', { intro: 'or if it is lost' }))).toEqual([
      ['', '# copy it'],
      ['Or', '# or if it is lost:', 'b'],
    ]);
  });

  it('are pasted apart on each machine', () => {
    const there = note('c', { on: 'cp-2' });
    expect(blocks(step('a'), step('b', { on: 'cp-2' }), there, step('d'), step('e', { on: null }))).toEqual([
      ['', 'a'],
      ['Then on cp-2', 'b', '# c'],
      ['When that is done on cp-1', 'd'],
      ['Then on another machine', 'e'],
    ]);
  });

  it('have the place in a comment where there are no headings', () => {
    const lines = (...steps: readonly FixStep[]) => fixLines(steps, 'cp-1').map(shellLine);
    expect(lines(step('a', { on: null }), step('b'))).toEqual(['# on another machine:', 'a', '# Then on cp-1:', 'b']);
    expect(inOneLine(fixLines([info('a'), step('b'), step('c'), note('d')], 'cp-1'))).toBe('# a ; b && c ; # d');
  });

  it('do not have what explains many fixes', () => {
    expect(blocks(step('a'), step('b', { footnote: true }))).toEqual([['', 'a']]);
  });

  it('are named after the program that does it', () => {
    const named = (...commands: readonly string[]) => fixTitle(commands.map((text) => step(text)));
    expect(named('mkdir -p /root', 'kubeadm certs renew all')).toBe('with kubeadm');
    expect(named('scp a b', 'pki-lint issue --write')).toBe('with pki-lint');
    expect(named('chmod 600 a')).toBe('by hand');
    expect(fixTitle([note('kubeadm resets it')])).toBe('by hand');
  });
});
