import { describe, expect, it } from 'vitest';
import { fixLines } from '../../src/core/fix.ts';
import type { FixStep } from '../../src/core/report.ts';
import { rules } from '../../src/tables/catalog.ts';
import { layouts } from '../../src/tables/layouts.ts';
import type { StepRow } from '../../src/tables/remedies.ts';
import { rowLine, rowLines, stepsOf } from '../../src/tables/steps.ts';

const [kubeadm] = layouts;
const any = new Proxy({}, { get: () => 'X', has: () => true });
const node = { name: 'cp-1', layout: kubeadm, restarted: () => any };
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
const program = /^(?:kubeadm (?:init|certs|kubeconfig)|kubectl|openssl|pki-lint|systemctl|mv|cp|rm|ln|mkdir|chmod) /;
const step = (text: string, changes: Partial<FixStep> = {}): FixStep => {
  return { on: 'cp-1', kind: 'command', text, intro: null, comment: null, writes: true, ...changes };
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
    const commands = rows.flatMap((row) => stepsOf(row, any, node));
    const reading = commands.filter(({ kind, writes }) => kind === 'command' && !writes);
    expect([...new Set(reading.map(({ text }) => text.split(' ').slice(0, 3).join(' ')))].sort()).toEqual([
      'crictl ps --name',
      "curl -s 'X/health?serializable=true'",
      'diff X X',
      'kubectl --kubeconfig X',
      'kubectl config view',
      'kubectl get clusterrolebinding',
      'kubectl get csr',
      'ls -l X',
      'mv /root/X X/',
      'mv X /root/',
      'openssl x509 -noout',
      'sudo tar c',
      'systemctl restart etcd',
      'systemctl restart kubelet',
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
    const remote = rows.flatMap((row) => stepsOf(row, any, node)).filter(({ on }) => !on);
    const places = [
      'kubeadm config migrate',
      'on a control-plane node',
      'on a control-plane node with the key of the CA',
      'on a host of that etcd, with its CA',
    ];
    const placeOf = ({ intro, text }: FixStep) => intro ?? text.split(' ').slice(0, 3).join(' ');
    expect([...new Set(remote.map(placeOf))].sort()).toEqual(places);
  });

  it('restart a component as its row says', () => {
    expect(rowLine({ restart: 'kubelet' }, kubeadm.remedies)).toBe('systemctl restart kubelet');
    expect(rowLine({ restart: 'etcd' }, kubeadm.remedies)).toBe('restart etcd');
    expect(rowLines({ restart: 'etcd' }, kubeadm.remedies)).toEqual([
      'if etcd has several members: never two at once, the next one when this one is healthy',
      'mv {manifest} /root/',
      "until it prints nothing: crictl ps --name '^etcd$' -q",
      'mv /root/{file} {folder}/',
    ]);
  });
});

describe('the lines of a fix', () => {
  it('has "or:" in front of an alternative', () => {
    expect(fixLines([[step('a')], [step('b'), step('c')]])).toEqual(['a', 'or:', 'b', 'c']);
  });

  it('has none in front of one that says it', () => {
    expect(fixLines([[step('a')], [step('b', { intro: 'or everything' })]])).toEqual(['a', 'or everything: b']);
  });

  it('has what alternatives share behind the last of them', () => {
    const last = step('nothing needs a restart', { kind: 'note', writes: false });
    expect(
      fixLines([
        [step('a'), last],
        [step('b', { comment: 'c' }), last, step('d')],
      ]),
    ).toEqual(['a', 'or:', 'b   # c', 'nothing needs a restart', 'd']);
  });
});
