import { describe, expect, it } from 'vitest';
import type { Pki } from '../../src/model/roles/pki.ts';
import { reloadOf } from '../../src/model/trust/reloads.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { rowLine } from '../../src/tables/layouts/steps.ts';

const [layout] = layouts;
const { reloads, rows } = layout.remedies;

/** What is to be done after a role's files were replaced, and which components must restart. */
function told(role: string | undefined, release?: string, kind: Pki['kind'] = 'control-plane', isKey = false) {
  const facts = release === undefined ? {} : { kubernetesVersion: { value: release, source: 'test' } };
  const row = reloadOf({ layout, kind, facts } as unknown as Pki, role, isKey);
  const text = row && rowLine(row.step, layout.remedies);
  return `${text} (${row?.restarts?.join(' and ') ?? 'none'})`;
}

describe('what to do after a file was replaced', () => {
  it('depends on the release', () => {
    const releases = ['1.23.17', '1.24.10', '1.24.11', '1.25.6', '1.25.7', '1.26.1', '1.26.2', '1.27.0-rc.1', '1.27.0'];
    const reloading = releases.filter((one) => !told('kube-apiserver-kubelet-client', one).includes('restart kube-'));
    expect(reloading).toEqual(['1.24.11', '1.25.7', '1.26.2', '1.27.0']);
    expect(told('kube-apiserver-kubelet-client', '1.36.2')).toMatch(
      /by itself within five minutes: no restart \(none\)$/,
    );
    expect(told('kubernetes-ca', '1.35.9')).toMatch(/\(kube-apiserver and kube-controller-manager and kubelet\)$/);
    expect(told('kubernetes-ca', '1.36.0')).toMatch(/\(kube-controller-manager\)$/);
    expect(told(undefined, '1.35.9')).not.toContain('the kubelet');
    expect(told(undefined, '1.36.0')).toContain('the kubelet');
  });

  // kubernetes/kubernetes#83580 and #84200, #92791, #90360.
  it.each([
    ['kube-apiserver', '1.16.15', '1.17.0'],
    ['front-proxy-client', '1.18.20', '1.19.0'],
    ['front-proxy-ca', '1.18.20', '1.19.0'],
  ])('is nothing for %s from the release on that reads it again', (role, last, first) => {
    expect(told(role, last)).toBe('restart kube-apiserver (kube-apiserver)');
    expect(told(role, first)).toMatch(/^kube-apiserver reads it by itself within a minute.* \(none\)$/);
  });

  it('depends on the kind of node', () => {
    expect(told('kubernetes-ca', '1.35.0', 'worker')).toBe('restart kubelet (kubelet)');
    expect(told('kubernetes-ca', '1.36.0', 'worker')).toMatch(/^the kubelet reads it by itself .* \(none\)$/);
  });

  it('is less for the private key of the CA than for its certificate', () => {
    expect(told('kubernetes-ca', '1.17.17', 'control-plane', true)).toMatch(/\(kube-controller-manager\)$/);
    expect(told('kubernetes-ca', '1.18.0', 'control-plane', true)).toMatch(
      /^kube-controller-manager reads it .* \(none\)$/,
    );
    expect(told('kube-apiserver', '1.36.0', 'control-plane', true)).toBe(told('kube-apiserver', '1.36.0'));
  });

  it('is what every release needs if the release is unknown', () => {
    expect(told('kube-apiserver')).toMatch(/^restart kube-apiserver \(kube-apiserver\)$/);
    expect(told('kube-etcd')).toBe('etcd picks up the new files at the next handshake: no restart (none)');
  });
});

describe('the table', () => {
  it('has every role of the remedies, first for all releases', () => {
    const general = reloads
      .filter(({ from, worker, keyAlone }) => from === undefined && !worker && !keyAlone)
      .map(({ role }) => role);
    expect(general).toEqual([...rows.map(({ role }) => role), undefined]);
  });

  it('has releases in order, each with its source', () => {
    const dated = reloads.filter(({ from }) => from !== undefined);
    expect(dated.filter(({ source }) => source === undefined)).toEqual([]);
    const minors = dated.map(({ from = [] }) => from.map((one) => Number(one.split('.')[1])));
    expect(minors).toEqual(minors.map((some) => [...new Set(some)].sort((one, other) => one - other)));
  });
});
