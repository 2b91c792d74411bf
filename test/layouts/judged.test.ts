/** Certificates that play no role, in a layout whose components units start. */
import { expect, it } from 'vitest';
import type { Report } from '../../src/index.ts';
import { table } from '../../src/report/terminal/table.ts';
import { buildNode } from '../support/build-node.ts';
import { certificatePem } from '../support/certificates.ts';
import { certify, makeAuthority, presentProfile } from '../support/issue.ts';
import { keyNamed, privateKeyPem } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { harbourNode, known } from './harbour.ts';
import { askAll, lintTree } from './run.ts';

const relay = '/etc/systemd/system/relay2.service';
const ended = { notAfter: '2026-11-30' };

const named = ({ findings }: Report) => findings.map(({ severity, rule, subject }) => `${severity} ${rule}@${subject}`);

const profile = presentProfile(buildNode().certificate('kube-apiserver'));

/** Writes the pair of a server whose CA is not on the node. */
function writePair(
  node: NodeTree,
  path: string,
  changes = {},
  key = keyNamed('public'),
  issuer = makeAuthority('public CA'),
): NodeTree {
  const der = certify(profile, { commonName: 'metrics', ...changes }, key, issuer);
  return node.write(`${path}.crt`, certificatePem(der)).write(`${path}.key`, privateKeyPem(key), 0o600);
}

/** A node whose relay has flags that no table lists. */
function relayWith(flags: string): NodeTree {
  return harbourNode().edit(relay, (text) => text.replace('--quiet', flags));
}

const metrics = '--metrics-cert-file=/srv/relay/tls.crt --metrics-key-file=/srv/relay/tls.key';
const ofMetrics = 'relay2 --metrics-cert-file';

it.each([
  ['in order', relayWith(metrics), {}, []],
  ['that has expired', relayWith(metrics), ended, [`error cert/expired@${ofMetrics}`]],
  ['that is not valid yet', relayWith(metrics), { notBefore: '2026-12-24' }, [`error cert/not-yet-valid@${ofMetrics}`]],
  [
    'that expires soon',
    relayWith(metrics),
    { notBefore: '2026-01-01', notAfter: '2026-12-10' },
    [`warning cert/ends-soon@${ofMetrics}`],
  ],
] as const)(
  'judges the dates of a certificate that a flag without a row names: one %s',
  async (_, node, changes, findings) => {
    const report = await lintTree(writePair(node, '/srv/relay/tls', changes), known);
    expect(named(report)).toEqual(findings);
    expect(report.inventory.filter(({ path }) => path.startsWith('/srv/relay/'))).toMatchObject([
      { kind: 'certificate', path: '/srv/relay/tls.crt', judged: true, usedBy: [ofMetrics] },
      { kind: 'private-key', path: '/srv/relay/tls.key' },
    ]);
  },
);

it.each([
  [
    'the key that the same program names is that of another certificate',
    (node: NodeTree) => node.write('/srv/relay/tls.key', privateKeyPem(keyNamed('other')), 0o600),
    metrics,
    [`error cert/pair@${ofMetrics}`],
  ],
  [
    'the key beside it is that of another certificate',
    (node: NodeTree) => node.write('/srv/relay/tls.key', privateKeyPem(keyNamed('other')), 0o600),
    '--metrics-cert-file=/srv/relay/tls.crt',
    [`error cert/pair@${ofMetrics}`],
  ],
  [
    'the key beside it can be read by every user',
    (node: NodeTree) => node.chmod('/srv/relay/tls.key', 0o644),
    '--metrics-cert-file=/srv/relay/tls.crt',
    ['error key/mode@/srv/relay/tls.key'],
  ],
  [
    'every user could read its key, but nobody gets into a folder above it',
    (node: NodeTree) => node.chmod('/srv/relay/tls.key', 0o644).directory('/srv', 0o700),
    metrics,
    [],
  ],
  [
    'only a group gets into a folder above it',
    (node: NodeTree) => node.chmod('/srv/relay/tls.key', 0o644).directory('/srv', 0o750),
    metrics,
    ['info file/mode@cp-1'],
  ],
  [
    'every user gets into each folder above it',
    (node: NodeTree) => node.chmod('/srv/relay/tls.key', 0o644).directory('/srv', 0o755),
    metrics,
    ['error key/mode@/srv/relay/tls.key'],
  ],
] as const)('judges its key: %s', async (_, change, flags, findings) => {
  const node = writePair(relayWith(flags), '/srv/relay/tls');
  change(node);
  expect(named(await lintTree(node, known))).toEqual(findings);
});

it('finds a certificate by the name of its file, whatever the flag is called', async () => {
  const node = writePair(
    relayWith('--web-cert=/srv/relay/tls.crt --web-key=/srv/relay/own.key'),
    '/srv/relay/tls',
    ended,
  );
  node.write('/srv/relay/own.key', privateKeyPem(keyNamed('other')), 0o600);
  expect(named(await lintTree(node, known))).toEqual(['error cert/pair@relay2 --web-cert', 'info file/unused@cp-1']);
  node.write('/srv/relay/own.key', privateKeyPem(keyNamed('public')), 0o600).remove('/srv/relay/tls.key');
  expect(named(await lintTree(node, known))).toEqual(['error cert/expired@relay2 --web-cert']);
});

it('takes part in the next expiry', async () => {
  const node = writePair(relayWith(metrics), '/srv/relay/tls', { notAfter: '2027-03-05' });
  const { report, expiries } = await askAll(node, known);
  expect(expiries[0]).toMatchObject({
    usedBy: [ofMetrics],
    inUse: true,
    expires: '2027-03-05T00:00:00Z',
    daysLeft: 94,
  });
  const text = await table(report, { quiet: false, verbose: false, width: 200, color: false });
  expect(text).toContain(`Next expiry: 2027-03-05, in 94 days (${ofMetrics})`);
});

/** A CA that nothing of the node was signed by. */
const foreign = (changes = {}) => makeAuthority('foreign CA', changes);

it('judges the dates of a CA that a flag without a row trusts', async () => {
  const node = relayWith('--peer-ca-file=/srv/relay/ca.crt');
  node.write('/srv/relay/ca.crt', certificatePem(foreign(ended).certificate));
  expect(named(await lintTree(node, known))).toEqual(['error cert/expired@relay2 --peer-ca-file']);
});

it('counts a CA that an argument of the tables trusts, also if it should name a different one', async () => {
  const node = harbourNode().write('/srv/other/ca.crt', certificatePem(foreign().certificate));
  node.edit('/etc/systemd/system/kube-apiserver.service', (text) =>
    text.replace('--client-ca-file=/opt/harbour/tls/client-ca.crt', '--client-ca-file=/srv/other/ca.crt'),
  );
  const report = await lintTree(node, known);
  expect(named(report)).toEqual(['error argument/target@kube-apiserver --client-ca-file']);
  expect(report.inventory.filter(({ path }) => path === '/srv/other/ca.crt')).toMatchObject([{ judged: true }]);
});

it('reads the folder of a CA, and sees that every user can read its key', async () => {
  const { certificate, key } = foreign();
  const node = relayWith('--peer-ca-file=/srv/relay/ca.crt').write('/srv/relay/ca.crt', certificatePem(certificate));
  node.write('/srv/relay/ca.key', privateKeyPem(key), 0o644);
  const report = await lintTree(node, known);
  expect(named(report)).toEqual(['error key/mode-signing@/srv/relay/ca.key']);
});

it('counts a CA that follows what it signed as what is judged in its own file', async () => {
  const issuer = foreign();
  const node = relayWith(`${metrics} --peer-ca-file=/srv/relay/ca.crt`);
  writePair(node, '/srv/relay/tls', {}, keyNamed('public'), issuer);
  const ca = certificatePem(issuer.certificate);
  node.edit('/srv/relay/tls.crt', (text) => text + ca).write('/srv/relay/ca.crt', ca);
  const report = await lintTree(node, known);
  expect(named(report)).toEqual([]);
  expect(report.nodes[0]?.judged).toMatchObject({ certificates: 21, judgedCertificates: 21 });
});

it('does not read a folder in which the files of many programs meet', async () => {
  const node = writePair(relayWith('--metrics-cert-file=/etc/relay.crt'), '/etc/relay');
  writePair(node, '/etc/stray', ended).chmod('/etc/stray.key', 0o644);
  const report = await lintTree(node, known);
  expect(named(report)).toEqual([]);
  expect(report.inventory.filter(({ path }) => path.includes('stray'))).toEqual([]);
});

it('lists by name what is next to it and what nothing names, and counts only the rest', async () => {
  const node = writePair(relayWith(metrics), '/srv/relay/tls');
  writePair(node, '/srv/relay/stray', ended, keyNamed('other'));
  writePair(node, '/srv/relay/tls-old', ended, keyNamed('other'));
  const report = await lintTree(node, known);
  expect(named(report)).toEqual(['info file/unused@cp-1']);
  expect(report.findings[0]?.related.map(({ path, message }) => [path, message])).toEqual([
    ['/srv/relay/stray.crt', 'not in use, expired on 2026-11-30'],
    ['/srv/relay/stray.key', 'not in use'],
    ['/srv/relay/tls-old.crt', 'not in use, expired on 2026-11-30'],
    ['/srv/relay/tls-old.key', 'not in use'],
  ]);
  expect(report.nodes[0]?.judged).toMatchObject({ certificates: 21, judgedCertificates: 19 });
  const text = await table(report, { quiet: false, verbose: false, width: 200, color: false });
  expect(text).toContain('19 of 21 certificates, 28 flags');
});

it('judges what a kubeconfig of such a flag has: the client, and the CA of the server', async () => {
  const node = relayWith('--hub-kubeconfig=/srv/relay/hub.kubeconfig');
  const old = buildNode().issue('scheduler.conf', ended);
  node.write('/srv/relay/hub.kubeconfig', old.read('scheduler.conf'), 0o600);
  expect(named(await lintTree(node, known))).toEqual(['error cert/expired@relay2 --hub-kubeconfig']);
  const { certificate } = foreign(ended);
  const other = buildNode().editKubeconfig('scheduler.conf', { certificateAuthority: certificatePem(certificate) });
  node.write('/srv/relay/hub.kubeconfig', other.read('scheduler.conf'), 0o600);
  expect(named(await lintTree(node, known))).toEqual([
    'error cert/expired@relay2 --hub-kubeconfig certificate-authority',
  ]);
});

it('judges what a configuration file names, with the key that it names', async () => {
  const egress = [
    'apiVersion: apiserver.k8s.io/v1beta1',
    'kind: EgressSelectorConfiguration',
    'egressSelections:',
    '- name: cluster',
    '  connection:',
    '    proxyProtocol: HTTPConnect',
    '    transport:',
    '      tcp:',
    '        url: https://192.0.2.40:8131',
    '        tlsConfig:',
    '          caBundle: /srv/egress/ca.crt',
    '          clientCert: /srv/egress/client.crt',
    '          clientKey: /srv/egress/client.key',
    '',
  ].join('\n');
  const node = harbourNode().write('/srv/egress.yaml', egress);
  node.edit('/etc/systemd/system/kube-apiserver.service', (text) =>
    text.replace('--client-ca-file', '--egress-selector-config-file=/srv/egress.yaml \\\n  --client-ca-file'),
  );
  node.write('/srv/egress/ca.crt', certificatePem(foreign(ended).certificate));
  writePair(node, '/srv/egress/client').write('/srv/egress/client.key', privateKeyPem(keyNamed('other')), 0o600);
  expect(named(await lintTree(node, known))).toEqual([
    'error cert/pair@kube-apiserver --egress-selector-config-file clientCert',
    'error cert/expired@kube-apiserver --egress-selector-config-file caBundle',
  ]);
});
