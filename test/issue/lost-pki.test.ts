/** A joined control plane that lost its PKI: nothing that its cluster would not trust is made or offered. */
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type IssueOptions, type IssueReport, issue, lint } from '../../src/index.ts';
import { at } from '../cases/harness.ts';
import { corpus } from '../support/corpus.ts';
import { sampled, spread } from '../support/extent.ts';
import { fixLines } from '../support/fix-lines.ts';
import { actionsOf, cp1, emptyFolder, filesIn } from './support/folders.ts';

const parts = {
  manifests: ['etc/kubernetes/manifests'],
  kubeconfigs: ['admin', 'kubelet', 'controller-manager', 'scheduler'].map((name) => `etc/kubernetes/${name}.conf`),
  kubelet: ['var/lib/kubelet'],
  'etcd data': ['var/lib/etcd'],
} as const;
type Part = keyof typeof parts;
const all = Object.keys(parts) as Part[];

/**
 * A node that kubeadm joined, with these parts alone. `upgraded`: etcd.yaml lists this member alone, as after an
 * upgrade.
 */
async function lost(left: readonly Part[], upgraded = false): Promise<string> {
  const [node, root] = [await corpus('kubeadm-1.36-ha-node2'), emptyFolder()];
  if (upgraded) {
    node.replaceFlag('etcd', 'initial-cluster', 'cp-2=https://192.0.2.11:2380');
    // The address of one node may be that of the control plane: then it looks as if this were the only one.
    node.edit('/etc/kubernetes/admin.conf', (text) => text.replace(/server: .*/, 'server: https://192.0.2.11:6443'));
  }
  node.toDisk(root);
  mkdirSync(join(root, 'var/lib/etcd/member'), { recursive: true });
  const gone = all.filter((part) => !left.includes(part)).flatMap((part) => parts[part]);
  for (const path of ['etc/kubernetes/pki', ...gone]) rmSync(join(root, path), { recursive: true, force: true });
  return root;
}

const facts = {
  nodeName: 'cp-2',
  advertiseAddress: '192.0.2.11',
  controlPlaneEndpoint: 'lb.example.test',
  serviceCidrs: ['10.96.0.0/12'],
  dnsDomain: 'cluster.local',
};

const issueAt = (rootfs: string, options: IssueOptions = {}) =>
  issue({ at, cwd: '/', algorithm: 'ecdsa-p256', rootfs, facts, ...options });

const foreign = /^(?:create-ca |key-pair )/;
const madeIn = (report: IssueReport) => actionsOf(report).filter((one) => foreign.test(one));
const hintsOf = ({ plan }: IssueReport) =>
  [...plan.refusals, ...plan.left].map(({ hint }) => hint).concat(plan.byItself ?? []);

/** Options that make a CA or a pair for tokens, and kubeadm's commands that do. */
const offer = /--yes|(?:--only|--replace)\S* \S*(?:-ca\b|service-account)|phase certs (?:all|ca|sa|\S+-ca)\b/;

const subsets = Array.from({ length: 2 ** all.length - 1 }, (_, index) =>
  all.filter((_, bit) => ((index + 1) >> bit) % 2 === 1),
);
const everyState = subsets.flatMap((set) => [false, true].map((upgraded) => ({ set, upgraded })));
/** The sample is five subsets, in turn before and after an upgrade. */
const states = sampled(
  spread(
    everyState.filter(({ set, upgraded }) => upgraded === subsets.indexOf(set) % 4 < 2),
    5,
  ),
  everyState,
);

describe('with what is left of the node, nothing foreign is made or offered', () => {
  it.each(states)('$set, upgraded: $upgraded', async ({ set, upgraded }) => {
    const root = await lost(set, upgraded);
    const before = filesIn(root);
    const report = await issueAt(root);
    expect([madeIn(report), hintsOf(report).filter((hint) => offer.test(hint))]).toEqual([[], []]);
    const csr = await issueAt(root, { csr: emptyFolder() });
    expect([madeIn(csr), hintsOf(csr).filter((hint) => offer.test(hint))]).toEqual([[], []]);
    const written = await issueAt(root, { write: true });
    expect(written.result).toBeNull();
    expect(filesIn(root)).toEqual(before);
    const { findings } = await lint({ at, cwd: '/', paths: [root] });
    expect(findings.flatMap(({ fix }) => fixLines(fix)).filter((line) => offer.test(line))).toEqual([]);
  });

  it('and with nothing left everything is made, for the node is a new one', async () => {
    const report = await issueAt(await lost([]));
    expect(madeIn(report)).toEqual([
      'create-ca kubernetes-ca',
      'create-ca etcd-ca',
      'create-ca front-proxy-ca',
      'key-pair service-account',
    ]);
  });
});

/** No CA is made on a node whose facts are given, for a reason with these words. */
async function expectRefused(root: string, words: string): Promise<void> {
  const { plan } = await issueAt(root, { facts: { ...cp1, ...facts } });
  expect(plan.actions.filter(({ kind }) => kind === 'create-ca')).toEqual([]);
  expect(plan.refusals.map(({ message }) => message).join()).toContain(words);
}

describe('what alone shows a cluster', () => {
  it.each([
    ['a manifest, whatever it is', 'etc/kubernetes/manifests/haproxy.yaml'],
    ['a kubeconfig', 'etc/kubernetes/super-admin.conf'],
    ['a kubeconfig for the first certificate of a kubelet', 'etc/kubernetes/bootstrap-kubelet.conf'],
    ["the administrator's copy", 'root/.kube/config'],
    ["etcd's data", 'var/lib/etcd/member/snap/db'],
    ['a credential of the kubelet', 'var/lib/kubelet/pki/kubelet-client-current.pem'],
    ['what kubeadm tells the kubelet', 'var/lib/kubelet/kubeadm-flags.env'],
    ['the settings of the kubelet', 'var/lib/kubelet/config.yaml'],
    ['the settings of this kubelet only', 'var/lib/kubelet/instance-config.yaml'],
    ['the certificate that a kubelet creates', 'var/lib/kubelet/pki/kubelet.crt'],
    ['its key', 'var/lib/kubelet/pki/kubelet.key'],
    ['the pods of a kubelet', 'var/lib/kubelet/pods'],
    ['what an upgrade replaced', 'etc/kubernetes/tmp/kubeadm-backup-manifests-2026-01-01-00-00-00'],
    ['a backup of a kubeconfig', 'etc/kubernetes/admin.conf.bak'],
    ['the pair for tokens', 'etc/kubernetes/pki/sa.key'],
    ['a certificate', 'etc/kubernetes/pki/front-proxy-client.crt'],
  ])('%s', async (_, file) => {
    const root = emptyFolder();
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), '');
    await expectRefused(root, `as /${file.replace('/snap/db', '')} shows, and nothing there would trust a new etcd-ca`);
  });

  it.each([
    ['the manifests', 'etc/kubernetes/manifests'],
    ['a kubeconfig', 'etc/kubernetes/kubelet.conf'],
    ["the administrator's copy", 'root/.kube/config'],
    ["the kubelet's directory", 'var/lib/kubelet'],
  ])('a link that leads nowhere, instead of %s', async (_, link) => {
    const root = emptyFolder();
    mkdirSync(join(root, link, '..'), { recursive: true });
    symlinkSync('/not/mounted', join(root, link));
    await expectRefused(root, `as /${link} shows`);
  });

  it.each(['etc/kubernetes', 'var/lib', 'root'])('not a link to an empty folder, as %s may be', async (link) => {
    const root = emptyFolder();
    for (const folder of ['data', 'usr', 'etc', 'var']) mkdirSync(join(root, folder));
    symlinkSync('/data', join(root, link));
    expect(madeIn(await issueAt(root))).toHaveLength(4);
  });

  it.each([
    ['manifests', 'etc/kubernetes/manifests/kube-apiserver.yaml'],
    ['kubeconfigs', 'etc/kubernetes/scheduler.conf'],
    ['kubeletDir', 'var/lib/kubelet/config.yaml'],
  ] as const)('what is in the usual place if --%s names an empty one', async (option, file) => {
    const [root, elsewhere] = [emptyFolder(), emptyFolder()];
    mkdirSync(join(root, 'etc/kubernetes'), { recursive: true });
    expect(madeIn(await issueAt(root, { [option]: elsewhere }))).toHaveLength(4);
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), '');
    const { plan } = await issueAt(root, { [option]: elsewhere, facts: { ...cp1, ...facts } });
    expect(plan.actions.filter(({ kind }) => kind === 'create-ca')).toEqual([]);
    expect(plan.refusals.map(({ message }) => message).join()).toContain(`as /${file} shows`);
  });

  it('pods in the folder that --kubelet-dir names', async () => {
    const [root, kubeletDir] = [emptyFolder(), emptyFolder()];
    mkdirSync(join(root, 'etc/kubernetes'), { recursive: true });
    mkdirSync(join(kubeletDir, 'pods'));
    expect(madeIn(await issueAt(root, { kubeletDir }))).toEqual([]);
  });

  it('the data of an etcd whose unit keeps it elsewhere', async () => {
    const root = emptyFolder();
    mkdirSync(join(root, 'etc/systemd/system'), { recursive: true });
    mkdirSync(join(root, 'data/etcd/member'), { recursive: true });
    const unit = '[Service]\nExecStart=/usr/bin/etcd --data-dir=/data/etcd\n';
    writeFileSync(join(root, 'etc/systemd/system/etcd.service'), unit);
    expect((await issueAt(root)).plan.refusals[0]?.message).toContain('as /data/etcd/member shows');
    rmSync(join(root, 'data'), { recursive: true });
    expect(madeIn(await issueAt(root))).toHaveLength(4);
  });

  it.each([
    ['a folder for etcd that is empty', 'var/lib/etcd/README'],
    ['a configuration of a cloud', 'etc/kubernetes/cloud.conf'],
    ['what a dry run of kubeadm left', 'etc/kubernetes/tmp/kubeadm-init-dryrun1234/admin.conf'],
    ['a hidden file among the manifests', 'etc/kubernetes/manifests/.gitkeep'],
    ['what an earlier run left', 'etc/kubernetes/pki/.ca.crt.pki-lint-0123456789abcdef'],
  ])('not %s', async (_, file) => {
    const root = emptyFolder();
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), '');
    expect(madeIn(await issueAt(root))).toHaveLength(4);
  });
});

describe('a CA and a pair for tokens that are lost everywhere', () => {
  const named = ['kubernetes-ca', 'etcd-ca', 'front-proxy-ca', 'service-account'];

  it.each(['only', 'replace'] as const)('are made by name with --%s, and with --yes alone', async (option) => {
    const root = await lost(['manifests', 'kubelet', 'etcd data']);
    const refused = await issueAt(root, { [option]: named });
    expect(madeIn(refused)).toEqual([]);
    expect(refused.plan.refusals.filter(({ role }) => named.includes(role)).map(({ hint }) => hint)).toEqual(
      named.map(() => expect.stringMatching(/; if it is lost everywhere: .*--yes$/)),
    );
    expect(madeIn(await issueAt(root, { yes: true }))).toEqual([]);
    expect(madeIn(await issueAt(root, { [option]: named, yes: true }))).toHaveLength(4);
  });

  it('with --replace where kubeconfigs are signed by the old one', async () => {
    const root = await lost(['manifests', 'kubeconfigs']);
    const only = ['kubernetes-ca'];
    const hint = '--replace kubernetes-ca reissues that too';
    expect((await issueAt(root, { only, yes: true })).plan.refusals[0]?.hint).toBe(hint);
    const { plan } = await issueAt(root, { replace: only, yes: true });
    expect(plan.actions.map(({ kind, role }) => `${kind} ${role}`)).toEqual(
      expect.arrayContaining(['create-ca kubernetes-ca', 're-issue scheduler.conf']),
    );
  });

  it('or come from where they are kept', async () => {
    const [root, kept] = [await lost(['manifests', 'kubelet', 'etcd data']), emptyFolder()];
    (await corpus('kubeadm-1.36-ha-node2')).toDisk(kept);
    const caDir = join(kept, 'etc/kubernetes/pki');
    for (const name of ['sa.key', 'sa.pub']) {
      mkdirSync(join(root, 'etc/kubernetes/pki'), { recursive: true });
      cpSync(join(caDir, name), join(root, 'etc/kubernetes/pki', name));
    }
    const report = await issueAt(root, { caDir });
    expect([report.plan.refusals, actionsOf(report).slice(0, 3)]).toEqual([
      [],
      ['install kubernetes-ca', 'install etcd-ca', 'install front-proxy-ca'],
    ]);
  });
});
