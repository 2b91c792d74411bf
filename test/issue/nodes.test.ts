import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type IssueReport, issue, lint } from '../../src/index.ts';
import { at, names } from '../cases/harness.ts';
import { corpus } from '../support/corpus.ts';
import { requestsIn, signAll } from './support/another-ca.ts';
import { actionsOf, alarmsIn, cp1, emptyFolder, filesIn, issueIn, write } from './support/folders.ts';
import { putNode } from './support/issued.ts';

const authorityFiles = ['ca', 'etcd/ca', 'front-proxy-ca'];

describe('external etcd', () => {
  const facts = { ...cp1, etcd: 'external' } as const;

  it('has its CA in --ca-dir, which signs only the client', async () => {
    const [etcd, kept, folder] = [emptyFolder(), emptyFolder(), emptyFolder()];
    await write(etcd, { facts: cp1 });
    mkdirSync(join(kept, 'etcd'));
    for (const name of ['etcd/ca.crt', 'etcd/ca.key']) cpSync(join(etcd, 'pki', name), join(kept, name));
    const report = await write(folder, { facts, caDir: kept });
    expect(actionsOf(report).filter((one) => one.includes('etcd'))).toEqual([
      'install etcd-ca',
      'issue kube-apiserver-etcd-client',
    ]);
    expect([...filesIn(folder).keys()].filter((name) => name.includes('etcd'))).toEqual([
      'pki/apiserver-etcd-client.crt',
      'pki/apiserver-etcd-client.key',
      'pki/etcd/ca.crt',
    ]);
    expect(await alarmsIn(folder, { facts })).toEqual([]);
  });

  it('makes no CA of its own: its certificate is asked for, or refused', async () => {
    const [folder, csr] = [emptyFolder(), emptyFolder()];
    const refused = await issueIn(folder, { facts, write: true });
    expect(refused).toMatchObject({ exitCode: 2, result: null });
    expect(refused.plan.refusals.map(({ role }) => role)).toEqual(['etcd-ca', 'kube-apiserver-etcd-client']);
    await write(folder, { facts, csr, only: ['kube-apiserver-etcd-client'] });
    expect(requestsIn(csr)).toEqual(['apiserver-etcd-client']);
    signAll(csr);
    for (const name of ['ca.crt', 'front-proxy-ca.crt']) rmSync(join(csr, name));
    await write(folder, { facts, import: csr });
    await write(folder, { facts: { ...facts, serviceCidrs: ['10.96.0.0/12'], dnsDomain: 'cluster.local' } });
    expect(await alarmsIn(folder, { facts })).toEqual([]);
  });
});

it('the CA of an etcd that runs elsewhere is not replaced, even if confirmed', async () => {
  const folder = emptyFolder();
  await putNode(folder);
  const before = filesIn(folder);
  const facts = { ...cp1, etcd: 'external' } as const;
  const report = await issueIn(folder, { facts, replace: ['etcd-ca'], yes: true, write: true });
  expect(report).toMatchObject({ exitCode: 2, result: null });
  expect(report.plan.refusals.map(({ message }) => message)).toContain(
    'etcd runs elsewhere, and would not trust a new etcd-ca',
  );
  expect(filesIn(folder)).toEqual(before);
});

it('a CA that is not valid yet signs nothing', async () => {
  const folder = emptyFolder();
  await putNode(folder);
  rmSync(join(folder, 'pki/apiserver.crt'));
  const facts = { ...cp1, serviceCidrs: ['10.96.0.0/12'], dnsDomain: 'cluster.local' };
  const early = new Date(at.getTime() - 24 * 60 * 60 * 1000);
  const report = await issueIn(folder, { facts, only: ['kube-apiserver'], at: early, write: true });
  expect(report).toMatchObject({ exitCode: 2, result: null });
  expect(report.plan.refusals[0]?.message).toMatch(/cannot be signed: the CA is not valid before /);
});

it('modes that are put right are not left as they are', async () => {
  const folder = emptyFolder();
  await putNode(folder);
  chmodSync(folder, 0o755);
  chmodSync(join(folder, 'pki/sa.key'), 0o644);
  const facts = { ...cp1, serviceCidrs: ['10.96.0.0/12'], dnsDomain: 'cluster.local' };
  expect((await issueIn(folder, { facts })).plan.left.map(({ role }) => role)).toEqual(['/etc/kubernetes/pki/sa.key']);
  expect((await write(folder, { facts, fixModes: true })).plan.left).toEqual([]);
  expect(await alarmsIn(folder)).toEqual([]);
});

describe('a further control plane', () => {
  const shared = [...authorityFiles.flatMap((one) => [`${one}.crt`, `${one}.key`]), 'sa.key', 'sa.pub'];
  const cp2 = { nodeName: 'cp-2', advertiseAddress: '192.0.2.11', controlPlaneEndpoint: 'lb.example.test:6443' };

  async function both(): Promise<readonly [string, string]> {
    const [first, second] = [join(emptyFolder(), 'cp-1'), join(emptyFolder(), 'cp-2')];
    await write(join(first, 'etc/kubernetes'), { facts: { ...cp1, controlPlaneEndpoint: 'lb.example.test:6443' } });
    mkdirSync(join(second, 'etc/kubernetes/pki/etcd'), { recursive: true });
    for (const name of shared)
      cpSync(join(first, 'etc/kubernetes/pki', name), join(second, 'etc/kubernetes/pki', name));
    return [first, second];
  }

  it('has its own certificates of the shared CAs, and no super-admin.conf', async () => {
    const [first, second] = await both();
    const before = filesIn(second);
    const facts = { ...cp2, serviceCidrs: ['10.96.0.0/12'], dnsDomain: 'cluster.local' };
    await write(second, { facts });
    const after = filesIn(second);
    for (const [name, told] of before) expect([name, after.get(name)]).toEqual([name, told]);
    const own = [...filesIn(first).keys()].filter((name) => !name.endsWith('super-admin.conf'));
    expect([...after.keys()]).toEqual(own);
    const report = await lint({ at, cwd: '/', paths: [first, second] });
    expect(report.failures).toEqual([]);
    expect(names({ findings: report.findings.filter(({ severity }) => severity !== 'info') })).toEqual([]);
    expect(report.nodes.map(({ name }) => name)).toEqual(['cp-1', 'cp-2']);
  });

  it.each([
    ['front-proxy-ca', 'front-proxy-ca'],
    ['etcd-ca', 'etcd/ca'],
    ['kubernetes-ca', 'ca'],
  ])('gets no %s of its own because somebody forgot to copy it', async (role, file) => {
    const [, second] = await both();
    for (const end of ['crt', 'key']) rmSync(join(second, `etc/kubernetes/pki/${file}.${end}`));
    const before = filesIn(second);
    const facts = { ...cp2, etcd: 'stacked', serviceCidrs: ['10.96.0.0/12'], dnsDomain: 'cluster.local' } as const;
    const refused = await issueIn(second, { facts, write: true });
    expect(refused).toMatchObject({ exitCode: 2, result: null });
    expect(refused.plan.refusals.find((one) => one.role === role)?.message).toMatch(
      /^this node belongs to a cluster, as \/etc\/kubernetes\/pki\/.* shows, and nothing there would trust a new /,
    );
    expect(filesIn(second)).toEqual(before);
    const unconfirmed = await issueIn(second, { facts, only: [role] });
    expect([actionsOf(unconfirmed), unconfirmed.plan.refusals[0]?.hint]).toEqual([
      [],
      expect.stringMatching(/; if it is lost everywhere: --yes$/),
    ]);
    const named = await issueIn(second, { facts, only: [role], yes: true });
    expect(actionsOf(named)).toEqual([`create-ca ${role}`]);
  });

  it('does not get service account keys of its own when they were not copied', async () => {
    const [, second] = await both();
    for (const name of ['sa.key', 'sa.pub']) rmSync(join(second, 'etc/kubernetes/pki', name));
    const before = filesIn(second);
    const facts = { ...cp2, etcd: 'stacked', serviceCidrs: ['10.96.0.0/12'], dnsDomain: 'cluster.local' } as const;
    const refused = await issueIn(second, { facts, write: true });
    expect(refused).toMatchObject({ exitCode: 2, result: null });
    expect(refused.plan.refusals).toMatchObject([
      {
        role: 'service-account',
        message: expect.stringMatching(/its control planes share one pair, and reject tokens of a different one$/),
        hint: 'restore the pair from another control-plane node or from a backup',
      },
    ]);
    expect(filesIn(second)).toEqual(before);
    const only = ['service-account'];
    expect(actionsOf(await issueIn(second, { facts, only }))).toEqual([]);
    const named = await issueIn(second, { facts, only, yes: true });
    expect(actionsOf(named)).toEqual(['key-pair service-account']);
  });

  it('takes the cluster from its kubeadm config', async () => {
    const [, second] = await both();
    const config = join(second, 'kubeadm.yaml');
    const lines = [
      'apiVersion: kubeadm.k8s.io/v1beta4',
      'kind: ClusterConfiguration',
      'kubernetesVersion: v1.34.2',
      'controlPlaneEndpoint: lb.example.test:6443',
      'networking:',
      '  serviceSubnet: 172.20.0.0/16',
      '  dnsDomain: corp.internal',
      'apiServer:',
      '  certSANs:',
      '  - api.example.test',
    ];
    writeFileSync(config, `${lines.join('\n')}\n`);
    const report = await write(second, {
      facts: { nodeName: 'cp-2', advertiseAddress: '192.0.2.11' },
      kubeadmConfig: config,
    });
    expect(report.plan.assumed).toEqual(['--etcd stacked']);
    const apiserver = report.plan.actions.find(({ role }) => role === 'kube-apiserver');
    expect(apiserver?.certificate?.sans.map(({ value }) => value).sort()).toEqual([
      '172.20.0.1',
      '192.0.2.11',
      'api.example.test',
      'cp-2',
      'kubernetes',
      'kubernetes.default',
      'kubernetes.default.svc',
      'kubernetes.default.svc.corp.internal',
      'lb.example.test',
    ]);
    expect(readFileSync(join(second, 'etc/kubernetes/admin.conf'), 'utf8')).toContain(
      'server: https://lb.example.test:6443\n',
    );
    expect(readFileSync(join(second, 'etc/kubernetes/scheduler.conf'), 'utf8')).toContain(
      'server: https://192.0.2.11:6443\n',
    );
  });

  it('has keys, lifetimes and names as its kubeadm config wants them, unless an option says otherwise', async () => {
    const [, second] = await both();
    const config = join(second, 'kubeadm.yaml');
    const lines = [
      'apiVersion: kubeadm.k8s.io/v1beta4',
      'kind: ClusterConfiguration',
      'controlPlaneEndpoint: lb.example.test:6443',
      'encryptionAlgorithm: ECDSA-P384',
      'certificateValidityPeriod: 240h0m0s',
      'networking: { serviceSubnet: 172.20.0.0/16, dnsDomain: corp.internal }',
      'etcd: { local: { serverCertSANs: [etcd.example.test], peerCertSANs: [192.0.2.77] } }',
    ];
    writeFileSync(config, `${lines.join('\n')}\n`);
    const facts = { nodeName: 'cp-2', advertiseAddress: '192.0.2.11' };
    const options = { at, cwd: '/', paths: [second], facts, kubeadmConfig: config };
    const ofRole = ({ plan }: IssueReport, role: string) => plan.actions.find((one) => one.role === role);
    const report = await issue(options);
    const server = ofRole(report, 'kube-etcd');
    expect(server?.algorithm).toBe('ecdsa-p384');
    expect(server?.certificate?.sans.map(({ value }) => value)).toContain('etcd.example.test');
    expect(ofRole(report, 'kube-etcd-peer')?.certificate?.sans).toContainEqual({ type: 'IP', value: '192.0.2.77' });
    const days = (one: IssueReport) => {
      const { notBefore = 0, notAfter = 0 } = ofRole(one, 'kube-apiserver')?.certificate ?? {};
      return (new Date(notAfter).getTime() - new Date(notBefore).getTime() - 300_000) / 86_400_000;
    };
    expect(days(report)).toBe(10);
    const told = await issue({ ...options, algorithm: 'rsa-2048', days: 30 });
    expect([ofRole(told, 'kube-etcd')?.algorithm, days(told)]).toEqual(['rsa-2048', 30]);
    const wrong: readonly (readonly [string, string])[] = [
      ['encryptionAlgorithm: RSA-1024', ':4: encryptionAlgorithm is "RSA-1024"'],
      ['encryptionAlgorithm: ML-DSA-66', ':4: encryptionAlgorithm is "ML-DSA-66"'],
      ['certificateValidityPeriod: a year', ':5: certificateValidityPeriod is "a year"'],
      [
        'certificatesDir: /etc/kubernetes/ssl',
        'certificatesDir is /etc/kubernetes/ssl, but this is /etc/kubernetes/pki',
      ],
    ];
    for (const [line, message] of wrong) {
      const index = lines.findIndex((one) => one.startsWith(line.split(':')[0] ?? ''));
      writeFileSync(config, (index < 0 ? [...lines, line] : lines.with(index, line)).join('\n'));
      await expect(issue(options)).rejects.toThrow(message);
    }
  });

  it('is not guessed: what the cluster has chosen is asked for', async () => {
    const [, second] = await both();
    const before = filesIn(second);
    const report = await issueIn(second, { facts: cp2, write: true });
    expect(report).toMatchObject({ exitCode: 2, result: null });
    expect(report.plan.refusals).toEqual([
      {
        role: 'kube-apiserver',
        message: 'not known: the range of service addresses (--service-cidr), the domain of the cluster (--dns-domain)',
        hint: 'set it on the command line, or with --kubeadm-config',
      },
    ]);
    expect(filesIn(second)).toEqual(before);
  });
});

describe('a worker', () => {
  async function caDir(): Promise<string> {
    const [first, kept] = [emptyFolder(), emptyFolder()];
    await write(first, { facts: cp1 });
    for (const name of ['ca.crt', 'ca.key']) cpSync(join(first, 'pki', name), join(kept, name));
    return kept;
  }
  const only = ['kubelet.conf'];

  it('has its kubelet.conf, and the CA that it trusts', async () => {
    const folder = emptyFolder();
    const report = await write(join(folder, 'etc/kubernetes'), {
      only,
      caDir: await caDir(),
      facts: { nodeName: 'worker-1', controlPlaneEndpoint: 'lb.example.test:6443' },
    });
    expect(actionsOf(report)).toEqual(['install kubernetes-ca', 'kubeconfig kubelet.conf']);
    expect([...filesIn(folder).keys()]).toEqual(['etc/kubernetes/kubelet.conf', 'etc/kubernetes/pki/ca.crt']);
    const text = readFileSync(join(folder, 'etc/kubernetes/kubelet.conf'), 'utf8');
    expect(text).toContain('server: https://lb.example.test:6443\n');
    expect(text).toContain('name: system:node:worker-1@kubernetes\n');
    expect(report.plan.next.flatMap(({ command }) => command ?? [])).toEqual(['systemctl restart kubelet']);
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it.each(['only', 'replace'] as const)('has no service account keys, even if named with --%s', async (option) => {
    const node = emptyFolder();
    (await corpus('kubeadm-1.36-worker')).toDisk(node);
    const before = filesIn(node);
    const report = await issueIn(node, { [option]: ['service-account'], write: true });
    expect(report).toMatchObject({ exitCode: 2, result: null, plan: { actions: [] } });
    expect(filesIn(node)).toEqual(before);
  });

  it.each([
    ['its name', { controlPlaneEndpoint: 'lb.example.test:6443' }, '--node-name'],
    ['where its API server is', { nodeName: 'worker-1' }, '--control-plane-endpoint'],
  ])('needs %s', async (_, facts, option) => {
    const report = await issueIn(join(emptyFolder(), 'etc/kubernetes'), {
      only,
      caDir: await caDir(),
      facts,
      write: true,
    });
    expect(report).toMatchObject({ exitCode: 2, result: null });
    expect(report.plan.refusals[0]?.message).toContain(option);
  });
});
