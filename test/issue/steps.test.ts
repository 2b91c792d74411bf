/** The steps after writing: each can be done when it comes, and its command is whole. */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type IssueOptions, issue, lint } from '../../src/index.ts';
import { at } from '../cases/harness.ts';
import { type CorpusName, corpus } from '../support/corpus.ts';
import { fixLines } from '../support/fix-lines.ts';
import { requestsIn, signAll } from './support/another-ca.ts';
import { issueCommand } from './support/command.ts';
import { actionsOf, alarmsIn, cp1, emptyFolder, folderOf, issueIn, write } from './support/folders.ts';
import { putNode } from './support/issued.ts';
import { onDisk } from './support/remedy.ts';

const textsOf = (next: readonly { readonly text: string | null; readonly command: string | null }[]) =>
  next.map(({ text, command }) => [text, command].filter((part) => part !== null).join(': '));
const commandOf = (next: readonly { readonly command: string | null }[], start: string) =>
  next.flatMap(({ command }) => (command?.startsWith(start) ? command : []))[0] ?? expect.fail(`no ${start}`);

describe('the printed command of --import', () => {
  const endpoint = 'lb.example.test:6443';
  it.each<[string, IssueOptions]>([
    ['with PATH', { facts: cp1 }],
    ['with --rootfs and every fact', { facts: { ...cp1, controlPlaneEndpoint: endpoint, sans: ['a.test', 'b.test'] } }],
    ['with a profile', { facts: cp1, profile: 'documented' }],
  ])('runs as it is printed: %s', async (name, options) => {
    const [folder, csr] = [emptyFolder(), join(emptyFolder(), "the company's requests")];
    const place = name.includes('rootfs') ? { paths: [], rootfs: folder } : {};
    const { plan } = await write(folder, { ...options, ...place, csr });
    signAll(csr);
    const command = commandOf(plan.next, 'pki-lint issue');
    expect(command.endsWith(' --write')).toBe(true);
    const words = [...command.matchAll(/'((?:[^']|'\\'')*)'|(\S+)/g)].map(
      ([, quoted, word]) => quoted?.replaceAll("'\\''", "'") ?? word ?? '',
    );
    const said = await issueCommand(...words.slice(2));
    expect(said, said.stderr).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await alarmsIn(folder, { profile: options.profile ?? 'kubeadm' })).toEqual([]);
  });

  it('is printed again while requests wait', async () => {
    const [folder, csr] = [emptyFolder(), emptyFolder()];
    const first = await write(folder, { facts: cp1, csr });
    const again = await issueIn(folder, { facts: cp1, csr });
    expect(actionsOf(again)).toEqual([]);
    expect(commandOf(again.plan.next, 'pki-lint issue')).toBe(commandOf(first.plan.next, 'pki-lint issue'));
  });
});

describe('--csr and --ca-dir ask no more than a plain run', () => {
  const options: readonly (readonly [string, IssueOptions])[] = [
    ['a new node', { facts: cp1 }],
    ['a new node of which nothing is known', {}],
    ['a new node with the CA of an external etcd', { facts: { ...cp1, etcd: 'external' } }],
  ];
  const askedIn = async (folder: string, more: IssueOptions) => {
    const { plan } = await issueIn(folder, more);
    return plan.refusals
      .filter(({ message }) => message.startsWith('not known'))
      .map(({ role, message }) => [role, message]);
  };

  it.each(options)('%s', async (name, more) => {
    const [other, folder, caDir] = [emptyFolder(), emptyFolder(), emptyFolder()];
    await putNode(other);
    cpSync(join(other, 'pki'), caDir, { recursive: true });
    if (name.includes('external')) {
      mkdirSync(join(folder, 'pki/etcd'), { recursive: true });
      cpSync(join(other, 'pki/etcd/ca.crt'), join(folder, 'pki/etcd/ca.crt'));
    }
    const plain = await askedIn(folder, more);
    for (const given of [{ csr: emptyFolder() }, { caDir }]) {
      const asked = await askedIn(folder, { ...more, ...given });
      expect(asked.filter(([role]) => !plain.some((one) => one[0] === role))).toEqual([]);
    }
  });

  it('nor after requests were made', async () => {
    const [folder, csr] = [emptyFolder(), emptyFolder()];
    await write(folder, { facts: cp1, csr, only: ['admin.conf', 'service-account'] });
    expect(await issueIn(folder, { facts: cp1, csr })).toMatchObject({ plan: { refusals: [] } });
  });
});

describe('with an external CA', () => {
  const empty = /--cluster-signing-cert-file= and --cluster-signing-key-file=, both empty/;

  it('kube-controller-manager is said to sign nothing, before anything restarts', async () => {
    const { plan } = await issueIn(emptyFolder(), { facts: cp1, csr: emptyFolder() });
    expect(plan.next[1]?.text).toMatch(empty);
    expect(plan.next[1]?.text).toContain('as kubeadm init does');
    const root = await folderOf({}, (node) => node.remove('pki/ca.key').remove('scheduler.conf'));
    const named = await issueIn(root, { csr: emptyFolder() });
    expect(named.plan.next[1]?.text).toMatch(empty);
    expect(named.plan.next[1]?.text).toContain('/etc/kubernetes/manifests/kube-controller-manager.yaml');
  });

  it.each([
    ['where its arguments are empty', { externalCa: true }],
    ['where the key is on the node', {}],
  ])('but not %s', async (_, options) => {
    const root = await folderOf(options, (node) => node.remove('scheduler.conf'));
    const { plan } = await issueIn(root, { csr: emptyFolder() });
    expect(plan.actions).toHaveLength(1);
    expect(textsOf(plan.next).join()).not.toMatch(empty);
  });

  it('super-admin.conf is requested too where only the CA is there, for the bindings', async () => {
    const [other, folder, csr] = [emptyFolder(), emptyFolder(), emptyFolder()];
    await putNode(other);
    mkdirSync(join(folder, 'pki'));
    cpSync(join(other, 'pki/ca.crt'), join(folder, 'pki/ca.crt'));
    const facts = {
      ...cp1,
      serviceCidrs: ['10.96.0.0/12'],
      dnsDomain: 'cluster.local',
      controlPlaneEndpoint: '192.0.2.10',
    };
    const report = await issueIn(folder, { facts, csr });
    expect(actionsOf(report)).toContain('request super-admin.conf');
    // A node that joined has its bindings already.
    const joined = await folderOf({ externalCa: true }, (node) => node.remove('admin.conf').remove('super-admin.conf'));
    expect(actionsOf(await issueIn(joined, { csr }))).toEqual(['request admin.conf']);
  });

  it('bindings come once the API server runs, with super-admin.conf', async () => {
    const [folder, csr] = [emptyFolder(), emptyFolder()];
    await write(folder, { facts: cp1, csr });
    expect(requestsIn(csr)).toContain('super-admin.conf');
    signAll(csr);
    const { plan } = await write(folder, { facts: cp1, import: csr });
    const binding = plan.next.find(({ command }) => command?.startsWith('kubectl'));
    expect(binding?.text).toMatch(/^once the API server runs, grant admin.conf its permissions/);
    expect(binding?.command).toContain('--kubeconfig /etc/kubernetes/super-admin.conf');
  });
});

it('restarts come first, then bindings, then copies', async () => {
  const root = await folderOf({ certificates: { 'admin.conf': { organizations: ['somebody'] } } });
  const { plan } = await issueIn(root, { replace: ['admin.conf', 'scheduler.conf'] });
  const first = plan.next.map(({ text, command }) => (command ?? text ?? '').split(' ')[0]);
  expect(first).toEqual(['copy', 'crictl', 'kubectl', 'install', 'pki-lint']);
  const { stdout } = await issueCommand(root, '--replace', 'admin.conf');
  expect(stdout).toMatch(/ # grant admin\.conf[\s\S]*# copy admin\.conf[\s\S]*\n {2}kubectl .* &&\n {2}install /);
});

describe('after --renew of everything, the steps are those of the fix', () => {
  const year = new Date('2027-12-01T00:00:00Z');
  const commands = (lines: readonly string[]) =>
    lines.filter((line) => /^(?:\{ n=0|systemctl|kubectl config|restart) ?/.test(line));

  it.each<[CorpusName, boolean]>([
    ['kubeadm-1.22-default', true],
    ['kubeadm-1.36-default', true],
    ['kubeadm-1.36-default', false],
  ])('%s, where the kubelet renews its credential: %s', async (name, rotates) => {
    const node = await corpus(name);
    if (!rotates) node.edit('/var/lib/kubelet/config.yaml', (text) => text.replace('rotateCertificates: true', ''));
    const root = onDisk(node);
    const { findings } = await lint({ at: year, rootfs: root, cwd: '/' });
    const [fix = []] = findings.find(({ rule }) => rule === 'cert/expired')?.fix ?? [];
    const { plan } = await issue({ at: year, rootfs: root, cwd: '/', renew: true, algorithm: 'ecdsa-p256' });
    const lines = commands(textsOf(plan.next));
    expect(lines).toEqual(commands(fixLines([fix])));
    expect(lines.filter((line) => line.startsWith('kubectl config set-credentials system:node:cp-1 '))).toHaveLength(
      rotates ? 1 : 0,
    );
    expect(lines.at(-1)).toBe(
      rotates
        ? 'systemctl restart kubelet'
        : "restart kube-scheduler: crictl ps --name '^kube-scheduler$' --label io.kubernetes.pod.namespace=kube-system -q | xargs -r crictl stop -t 30",
    );
  });

  it('and a renewed CA is said to have copies that nothing updates, a new one not', async () => {
    const root = await folderOf({});
    const keeping = { replace: ['kubernetes-ca'], yes: true, keepKey: true };
    const { plan } = await issueIn(root, keeping);
    expect(textsOf(plan.next).join()).toContain('kubectl -n kube-public get configmap cluster-info');
    const fresh = await issueIn(emptyFolder(), { facts: cp1 });
    expect(textsOf(fresh.plan.next).join()).not.toContain('cluster-info');
  });
});

it('what was issued in a profile is linted in it', async () => {
  const folder = emptyFolder();
  const { plan } = await write(folder, { facts: cp1, profile: 'documented' });
  const command = commandOf(plan.next, 'pki-lint /');
  expect(command).toBe(`pki-lint ${folder} --profile documented`);
  const usual = await issueIn(emptyFolder(), { facts: cp1 });
  expect(usual.plan.next.flatMap(({ command }) => command ?? []).filter((one) => !one.startsWith('kubectl'))).toEqual(
    [],
  );
});

describe('--rootfs', () => {
  it('without a folder of certificates names the place that it means', async () => {
    const root = emptyFolder();
    (await corpus('kubeadm-1.36-default')).toDisk(root);
    rmSync(join(root, 'etc/kubernetes'), { recursive: true });
    const { failures } = await lint({ at, cwd: '/', rootfs: root });
    expect(failures.map(({ path }) => `/${path}`.replace('//', '/'))).toEqual([join(root, 'etc/kubernetes/pki')]);
    const { plan } = await issue({ at, cwd: '/', rootfs: root });
    expect(plan.folder).toBe(join(root, 'etc/kubernetes/pki'));
  });

  it.each(['etc/kubernetes', 'etc/kubernetes/pki'])('is not a directory of a node: %s', async (inside) => {
    const root = emptyFolder();
    (await corpus('kubeadm-1.36-default')).toDisk(root);
    await expect(issue({ at, cwd: root, rootfs: inside, facts: cp1 })).rejects.toMatchObject({
      message: `--rootfs ${inside} is inside a node, so that ${inside}/etc/kubernetes/pki would be its PKI`,
      hint: `name its root: --rootfs ${root}`,
    });
  });
});
