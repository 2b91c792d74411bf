/** What a plan does with the CAs of a node. */
import { describe, expect, it } from 'vitest';
import { buildNode } from '../../support/build-node.ts';
import { corpus } from '../../support/corpus.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import { signedByKubernetesCa } from '../support/folders.ts';
import { actionsOf, planFor } from './support/planner.ts';

const pki = '/etc/kubernetes/pki';

describe('a CA that is replaced', () => {
  it('takes what it signed with it, once that is confirmed', async () => {
    const actions = ['re-issue kubernetes-ca', ...signedByKubernetesCa.map((role) => `re-issue ${role}`)];
    // Everything that is affected is in the plan before the user confirms it.
    const asked = await planFor(buildNode(), { replace: ['kubernetes-ca'] });
    expect(actionsOf(asked)).toEqual(actions);
    expect(asked.byItself).toBeNull();
    expect(asked.refusals).toEqual([
      {
        role: 'kubernetes-ca',
        message: 'replacing kubernetes-ca invalidates everything that it signed',
        hint: 'confirm it with --yes',
      },
    ]);
    const confirmed = await planFor(buildNode(), { replace: ['kubernetes-ca'], yes: true });
    expect([actionsOf(confirmed), confirmed.refusals]).toEqual([actions, []]);
  });

  it('keeps its key with --keep-key, and then what it signed stays', async () => {
    const plan = await planFor(buildNode(), { replace: ['etcd-ca'], yes: true, keepKey: true });
    expect(actionsOf(plan)).toEqual(['re-issue etcd-ca']);
    expect(plan.actions[0]).toMatchObject({ algorithm: 'kept', replaces: ['/etc/kubernetes/pki/etcd/ca.crt'] });
    expect(plan.actions[0]?.notes).toEqual([
      'what etcd-ca signed stays valid, because its name and key stay the same; components with the old certificate trust it until it expires',
    ]);
  });

  it('that kubeadm named keeps the name and the DNS name of kubeadm with its key', async () => {
    const { actions } = await planFor(buildNode(), { replace: ['kubernetes-ca'], yes: true, keepKey: true });
    expect(actions[0]?.certificate).toMatchObject({
      commonName: 'kubernetes',
      sans: [{ type: 'DNS', value: 'kubernetes' }],
    });
  });

  it('has the name of the documentation, and no other, in that profile', async () => {
    const options = { replace: ['kubernetes-ca'], yes: true, profile: 'documented' } as const;
    const { actions } = await planFor(buildNode(), options);
    expect(actions[0]?.certificate).toMatchObject({ commonName: 'kubernetes-ca', sans: [] });
  });

  it('is replaced together with a key that is not its own', async () => {
    const node = buildNode().write('pki/front-proxy-ca.key', privateKeyPem(keyNamed('a foreign key')));
    const { actions, refusals } = await planFor(node, { replace: ['front-proxy-ca'], yes: true });
    expect(refusals).toEqual([]);
    expect(actions[0]?.replaces).toEqual(['front-proxy-ca.crt', 'front-proxy-ca.key'].map((file) => `${pki}/${file}`));
  });

  it('with its key, changes what its kubeconfigs embed, and nothing else in them', async () => {
    const { actions } = await planFor(buildNode(), { replace: ['kubernetes-ca'], yes: true, keepKey: true });
    expect(actions.find(({ role }) => role === 'scheduler.conf')).toMatchObject({
      kind: 'embed',
      kubeconfig: {
        server: 'https://192.0.2.10:6443',
        cluster: 'kubernetes',
        user: 'system:kube-scheduler',
        context: 'system:kube-scheduler@kubernetes',
        keeps: true,
      },
    });
  });

  it('does not keep a key that is not its own', async () => {
    const node = await corpus('kubeadm-1.36-default');
    node.write('pki/ca.key', node.read('pki/etcd/ca.key'));
    const { refusals } = await planFor(node, { replace: ['kubernetes-ca'], keepKey: true, yes: true });
    expect(refusals[0]).toEqual({
      role: 'kubernetes-ca',
      message: '/etc/kubernetes/pki/ca.key is not the key of /etc/kubernetes/pki/ca.crt',
      hint: 'leave out --keep-key',
    });
  });

  it('brings no super-admin.conf to a node that has none', async () => {
    const replace = ['kubernetes-ca', 'service-account'];
    const { actions } = await planFor(buildNode().remove('super-admin.conf'), { replace, yes: true });
    expect(actions.map(({ role }) => role)).not.toContain('super-admin.conf');
    const pair = actions.find(({ role }) => role === 'service-account');
    expect(pair?.notes.join()).toContain('tokens of the old pair are rejected');
  });

  it('names what else it has signed on this node', async () => {
    const node = buildNode();
    node.write('pki/users/jane.crt', node.certificate('admin.conf'));
    const { actions } = await planFor(node, { replace: ['kubernetes-ca'], yes: true });
    expect(actions[0]?.notes).toContain(
      'what it signed becomes invalid, and is not reissued: /etc/kubernetes/pki/users/jane.crt',
    );
  });

  it('does not take the place of a link', async () => {
    const node = buildNode();
    const text = node.read('pki/front-proxy-ca.key');
    node
      .remove('pki/front-proxy-ca.key')
      .write('/srv/ca.key', text, 0o600)
      .link('pki/front-proxy-ca.key', '/srv/ca.key');
    const { refusals } = await planFor(node, { replace: ['front-proxy-ca'], yes: true });
    expect(refusals[0]?.message).toBe('/etc/kubernetes/pki/front-proxy-ca.key is a link');
  });
});

describe('a CA that is missing', () => {
  it.each([
    ['front-proxy-ca', 'front-proxy-ca'],
    ['etcd-ca', 'etcd/ca'],
    ['kubernetes-ca', 'ca'],
  ])('is not made for what another one signed: %s', async (role, file) => {
    const node = buildNode().remove(`pki/${file}.crt`).remove(`pki/${file}.key`);
    const { actions, refusals } = await planFor(node);
    expect(actions).toEqual([]);
    expect(refusals).toContainEqual({
      role,
      message: `the certificate of ${role} is missing, and a new CA would not verify what the old one signed`,
      hint: 'restore it from another control-plane node or a backup; or --ca-dir DIR names where it is kept',
    });
  });
});

it('--renew leaves what ends with its CA, and cannot end later', async () => {
  const node = buildNode();
  const authorities = ['etcd-ca', 'kubernetes-ca', 'front-proxy-ca'] as const;
  for (const role of authorities) node.issue(role, { notAfter: '2027-01-20T00:00:00Z' });
  const { actions, left } = await planFor(node, { renew: true, withinDays: 4000 });
  expect(actions).toEqual([]);
  expect(left.map(({ role, rule, message }) => [role, rule, message])).toEqual(
    authorities.map((role) => [role, null, `${role} expires on 2027-01-20, and what it signed expires with it`]),
  );
});
