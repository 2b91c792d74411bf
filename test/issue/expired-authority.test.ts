/** An expired CA whose key is on the node: the command of its finding is whole, and works. */
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/index.ts';
import { at, names } from '../cases/harness.ts';
import { buildNode, type NodeOptions } from '../support/build-node.ts';
import { byPkiLint } from '../support/fix-lines.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { actionsOf, planFor } from './plan/support/planner.ts';
import { lintRoot, onDisk, type } from './support/remedy.ts';

const expired = { notBefore: '2016-11-22', notAfter: '2026-11-20' } as const;
const kubeconfigs = ['admin.conf', 'super-admin.conf', 'controller-manager.conf', 'scheduler.conf', 'kubelet.conf'];
const authorities = ['kubernetes-ca', 'etcd-ca', 'front-proxy-ca'] as const;

/** A node with expired CAs, of which the kubeconfigs embed copies. */
function withExpired(roles: readonly (typeof authorities)[number][], options: NodeOptions = {}): NodeTree {
  const node = buildNode(options);
  for (const role of roles) node.issue(role, expired);
  if (roles.includes('kubernetes-ca')) {
    for (const path of kubeconfigs) node.editKubeconfig(path, { certificateAuthority: node.read('pki/ca.crt') });
  }
  return node;
}

const commandOf = ({ fix }: Finding) => byPkiLint(fix)[0]?.text ?? '';
const errors = (findings: readonly Finding[]) =>
  names({ findings: findings.filter(({ severity }) => severity === 'error') });

/** What is wrong before, the first command, and what is wrong after it. */
async function healed(node: NodeTree) {
  const root = onDisk(node);
  const { findings } = await lintRoot(root, {});
  const [first, ...more] = findings.filter(({ severity }) => severity === 'error');
  if (first === undefined) throw new Error('nothing is wrong');
  const { exitCode, said } = await type(commandOf(first), root, at);
  const after = (await lintRoot(root, {})).findings.filter(({ severity }) => severity !== 'info');
  return {
    first,
    more: names({ findings: more }),
    command: commandOf(first),
    exitCode,
    said,
    after: names({ findings: after }),
  };
}

describe('an expired CA', () => {
  it.each([
    ['that kubeconfigs embed', {}],
    ['that the kubeconfig of a rotating kubelet embeds', { rotatedKubelet: true }],
  ] as const)('%s is renewed with them', async (_, options) => {
    const { first, more, command, exitCode, said, after } = await healed(withExpired(['kubernetes-ca'], options));
    expect([`${first.rule}@${first.subject}`, ...more]).toEqual(['authority/expired@kubernetes-ca']);
    expect(command).toBe('pki-lint issue --write --only kubernetes-ca --replace kubernetes-ca --keep-key --yes');
    expect({ exitCode, after }, said).toEqual({ exitCode: 0, after: [] });
  });

  it('is renewed with what it signed and has expired', async () => {
    const node = withExpired(['front-proxy-ca']);
    node.issue('front-proxy-client', { notBefore: '2025-11-20', notAfter: '2026-11-20' });
    const { more, command, exitCode, said, after } = await healed(node);
    expect(more).toEqual([]);
    expect(command).toBe(
      'pki-lint issue --write --only front-proxy-ca,front-proxy-client --replace front-proxy-ca --keep-key --renew --yes',
    );
    expect({ exitCode, after }, said).toEqual({ exitCode: 0, after: [] });
  });

  it('is one finding with the other CAs, and everything is renewed by one command', async () => {
    const node = withExpired(authorities);
    for (const role of ['kube-apiserver', 'kube-etcd', 'admin.conf'] as const) {
      node.issue(role, { notBefore: '2025-11-20', notAfter: '2026-11-20' });
    }
    const { more, command, exitCode, said, after } = await healed(node);
    expect(more).toEqual([]);
    expect(command).toBe(
      'pki-lint issue --write --replace kubernetes-ca,etcd-ca,front-proxy-ca --keep-key --renew --yes',
    );
    expect({ exitCode, after }, said).toEqual({ exitCode: 0, after: [] });
  });

  it('keeps a name that kubeadm would not give, byte by byte', async () => {
    const name = { commonName: 'Eigene CA_2', organizations: ['Ä & Ö'] };
    const node = buildNode({ certificates: { 'front-proxy-ca': { ...name, ...expired } } });
    const { exitCode, said, after } = await healed(node);
    expect({ exitCode, after }, said).toEqual({ exitCode: 0, after: [] });
  });

  it.each<[string, (node: NodeTree) => unknown]>([
    ['without its key', (node) => node.remove('pki/front-proxy-ca.key')],
    [
      'next to another CA in its file',
      (node) => node.edit('pki/front-proxy-ca.crt', (text) => text + node.certificate('etcd-ca')),
    ],
  ])('%s has no such command', async (_, change) => {
    const node = withExpired(['front-proxy-ca']);
    change(node);
    const { findings } = await lintRoot(onDisk(node), {});
    const finding = findings.find(({ rule }) => rule === 'authority/expired');
    expect(finding?.fix.flat().filter(({ text }) => text.startsWith('pki-lint issue'))).toEqual([]);
    expect(errors(findings)).toContain('authority/expired@front-proxy-ca');
  });

  it('is not called dead by a plan that only renews', async () => {
    const { left } = await planFor(withExpired(['front-proxy-ca']), { renew: true });
    expect(left.map(({ role, hint }) => `${role}: ${hint}`)).toEqual([
      'front-proxy-ca: --replace front-proxy-ca --keep-key --renew --yes renews it, and what has expired with it',
    ]);
  });
});

describe('a kubeconfig that embeds a renewed CA', () => {
  it('is in the plan even if only the CA is named, and keeps its credential', async () => {
    const plan = await planFor(withExpired(['kubernetes-ca']), {
      only: ['kubernetes-ca'],
      replace: ['kubernetes-ca'],
      keepKey: true,
      yes: true,
    });
    expect(actionsOf(plan)).toEqual([
      're-issue kubernetes-ca',
      ...plan.actions.slice(1).map(({ role }) => `embed ${role}`),
    ]);
    expect(
      plan.actions
        .slice(1)
        .map(({ role }) => role)
        .sort(),
    ).toEqual([...kubeconfigs].sort());
    expect(plan.actions[0]?.notes[0]).toMatch(
      /other copies of the old certificate have verified nothing since 2026-11-20/,
    );
  });

  it('is left as it is if it names the file, or trusts another CA too', async () => {
    const node = withExpired(['kubernetes-ca']);
    node.edit('scheduler.conf', (text) =>
      text.replace(/certificate-authority-data: .*/, 'certificate-authority: /etc/kubernetes/pki/ca.crt'),
    );
    node.editKubeconfig('admin.conf', { certificateAuthority: node.read('pki/ca.crt') + node.certificate('etcd-ca') });
    const plan = await planFor(node, { replace: ['kubernetes-ca'], keepKey: true, yes: true });
    const roles = plan.actions.map(({ role }) => role);
    expect(roles).toContain('kubelet.conf');
    expect(roles).not.toContain('scheduler.conf');
    expect(roles).not.toContain('admin.conf');
  });
});
