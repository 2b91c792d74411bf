import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';
import { mount, setFlags } from '../manifest-edits.ts';
import { asItIs, pki, sni, withSni, writePair } from '../support/other-certificates.ts';

const ended = { notAfter: '2026-11-30' };

const soon = { notBefore: '2026-01-01', notAfter: '2026-12-10' };

const byName: readonly Case[] = [
  { name: 'a pair for a name', change: withSni(asItIs), findings: [] },
  {
    name: 'a pair for a name that the argument gives, and a pair that the kubelet made',
    node: { rotatedKubelet: true },
    change: withSni(asItIs, `${pki}/sni.crt,${pki}/sni.key:api.example.test`),
    findings: [],
  },
  {
    name: 'a pair with blanks around its paths and names, some of them patterns',
    change: withSni(asItIs, ` ${pki}/sni.crt , ${pki}/sni.key : *.example.test, api.example.test`),
    findings: [],
  },
  {
    name: 'the certificate of that pair does not exist',
    change: withSni((node) => node.remove('pki/sni.crt')),
    findings: [`argument/file@${sni}`],
  },
  {
    name: 'the key of that pair does not exist',
    change: withSni((node) => node.remove('pki/sni.key')),
    findings: [`argument/file@${sni}`],
  },
  {
    name: 'that pair is not mounted',
    change: withSni((node) => {
      node.move('pki/sni.crt', '/srv/tls/sni.crt').move('pki/sni.key', '/srv/tls/sni.key');
    }, '/srv/tls/sni.crt,/srv/tls/sni.key'),
    findings: ['argument/mount@kube-apiserver'],
  },
  {
    name: 'that pair is mounted from elsewhere',
    change: withSni((node) => {
      writePair(node, '/data/tls/sni', ended).remove('pki/sni.crt').remove('pki/sni.key');
      mount(node, 'kube-apiserver', '/data/tls', '/srv/tls');
    }, '/srv/tls/sni.crt,/srv/tls/sni.key'),
    findings: [`cert/expired@${sni}`],
  },
  {
    name: 'the key of that pair is that of another certificate',
    change: withSni((node) => node.write('pki/sni.key', node.read('pki/apiserver.key'), 0o600)),
    findings: [`cert/pair@${sni}`],
  },
  {
    name: 'certificate and key are in the wrong order',
    change: withSni(asItIs, `${pki}/sni.key,${pki}/sni.crt`),
    findings: ['argument/load@kube-apiserver --tls-sni-cert-key', 'argument/load@kube-apiserver --tls-sni-cert-key'],
  },
  {
    name: 'the key of that pair is empty',
    change: withSni((node) => node.write('pki/sni.key', '', 0o600)),
    findings: [`file/parse@${pki}/sni.key`],
  },
  ...['', `${pki}/sni.crt`, `${pki}/sni.crt,${pki}/sni.key,${pki}/ca.crt`, `${pki}/sni.crt,${pki}/sni.key:`].map(
    (value): Case => ({
      name: `not a pair: ${value}`,
      change: withSni((node) => node.remove('pki/sni.crt').remove('pki/sni.key'), value),
      findings: [`argument/value@kube-apiserver`],
    }),
  ),
  {
    name: 'a pair without its second half',
    change: withSni(asItIs, `${pki}/sni.crt,`),
    findings: [`argument/value@kube-apiserver`, 'file/unused@cp-1'],
  },
  {
    name: 'the certificate of that pair has expired',
    change: withSni(asItIs, undefined, ended),
    findings: [`cert/expired@${sni}`],
  },
  {
    name: 'the certificate of that pair expires soon',
    change: withSni(asItIs, undefined, soon),
    findings: [`cert/ends-soon@${sni}`],
  },
  {
    name: 'the certificate of that pair is not valid yet',
    change: withSni(asItIs, undefined, { notBefore: '2026-12-24' }),
    findings: [`cert/not-yet-valid@${sni}`],
  },
  {
    name: 'two pairs, one of which is in order',
    change: withSni((node) => {
      writePair(node, 'pki/second', ended);
      node.edit('manifests/kube-apiserver.yaml', (text) =>
        text.replace(
          /^( *- )'--tls-sni-cert-key=.*\n/m,
          `$&$1--tls-sni-cert-key=${pki}/second.crt,${pki}/second.key\n`,
        ),
      );
    }),
    findings: [`cert/expired@${sni}`],
  },
  {
    name: 'the certificate of a role with the key of another',
    change: withSni(asItIs, `${pki}/apiserver.crt,${pki}/front-proxy-client.key`),
    findings: [`cert/pair@${sni}`, 'file/unused@cp-1'],
  },
  {
    name: 'the key of that pair can be read by every user',
    change: withSni((node) => node.chmod('pki/sni.key', 0o644)),
    findings: [`key/mode@${pki}/sni.key`],
  },
];

/** A pair that two arguments of one component name. */
const named =
  (component: string, certificateFlag: string, keyFlag: string, changes = {}) =>
  (node: NodeTree) => {
    writePair(node, 'pki/etcd/extra', changes);
    setFlags(node, component, {
      [certificateFlag]: `${pki}/etcd/extra.crt`,
      [keyFlag]: `${pki}/etcd/extra.key`,
    });
  };

/** A kubeconfig that names a key which does not exist. */
const withoutKey = (text: string) => text.replace(/client-key-data: .*/, `client-key: ${pki}/none.key`);

const byArgument: readonly Case[] = [
  {
    name: 'kube-scheduler serves with a pair that has expired',
    change: (node) => {
      named('kube-scheduler', 'tls-cert-file', 'tls-private-key-file', ended)(node);
      mount(node, 'kube-scheduler', `${pki}/etcd`);
    },
    findings: ['cert/dates-minor@kube-scheduler --tls-cert-file'],
  },
  {
    name: 'kube-controller-manager serves with a pair that does not match',
    change: (node) => {
      named('kube-controller-manager', 'tls-cert-file', 'tls-private-key-file')(node);
      node.write('pki/etcd/extra.key', node.read('pki/apiserver.key'), 0o600);
    },
    findings: ['cert/pair@kube-controller-manager --tls-cert-file'],
  },
  {
    name: 'kube-controller-manager serves with half of a pair',
    change: (node) => {
      writePair(node, 'pki/extra').replaceFlag('kube-controller-manager', 'tls-cert-file', `${pki}/extra.crt`);
    },
    findings: ['argument/required@kube-controller-manager --tls-private-key-file', 'file/unused@cp-1'],
  },
  {
    name: 'the client certificate with which etcd dials itself is not valid yet',
    change: named('etcd', 'client-cert-file', 'client-key-file', { notBefore: '2026-12-24' }),
    findings: ['cert/dates-minor@etcd --client-cert-file'],
  },
  {
    name: 'kube-scheduler serves with a pair that is valid',
    change: (node) => {
      named('kube-scheduler', 'tls-cert-file', 'tls-private-key-file')(node);
      mount(node, 'kube-scheduler', `${pki}/etcd`);
    },
    findings: [],
  },
  {
    name: 'the client certificate with which etcd dials other members has expired',
    change: named('etcd', 'peer-client-cert-file', 'peer-client-key-file', ended),
    findings: ['cert/expired@etcd --peer-client-cert-file'],
  },
  ...(
    [
      ['expires soon', soon, 'cert/ends-soon@kube-apiserver --peer-ca-file'],
      ['has expired', ended, 'cert/expired@kube-apiserver --peer-ca-file'],
    ] as const
  ).map(
    ([what, changes, finding]): Case => ({
      name: `a copy of the CA that only verifies other API servers ${what}`,
      change: (node) => {
        const own = node.read('pki/ca.crt');
        node.write('pki/peers.crt', node.issue('kubernetes-ca', changes).read('pki/ca.crt')).write('pki/ca.crt', own);
        node.replaceFlag('kube-apiserver', 'peer-ca-file', `${pki}/peers.crt`);
      },
      findings: [finding],
    }),
  ),
  {
    name: 'an expired CA next to its successor',
    change: (node) => {
      const { certificate } = makeAuthority('peers', ended);
      node.write('pki/peers.crt', certificatePem(certificate) + node.read('pki/ca.crt'));
      node.replaceFlag('kube-apiserver', 'peer-ca-file', `${pki}/peers.crt`);
    },
    findings: [],
  },
  {
    name: 'a kubeconfig of another argument has a client certificate that has expired',
    change: (node) => {
      const own = node.read('scheduler.conf');
      node.issue('scheduler.conf', ended);
      node.write('pki/webhook.conf', node.read('scheduler.conf'), 0o600).write('scheduler.conf', own, 0o600);
      node.replaceFlag('kube-apiserver', 'audit-webhook-config-file', `${pki}/webhook.conf`);
    },
    findings: ['cert/expired@kube-apiserver --audit-webhook-config-file'],
  },
  {
    name: 'a kubeconfig of another argument names a key that does not exist',
    change: (node) => {
      node.write('pki/webhook.conf', withoutKey(node.read('scheduler.conf')), 0o600);
      node.replaceFlag('kube-apiserver', 'audit-webhook-config-file', `${pki}/webhook.conf`);
    },
    findings: ['argument/file@kube-apiserver --audit-webhook-config-file'],
  },
  {
    name: 'kube-controller-manager asks about clients with a kubeconfig of its own, whose key does not exist',
    change: (node) => {
      node.write('pki/metrics.conf', withoutKey(node.read('controller-manager.conf')), 0o600);
      node.replaceFlag('kube-controller-manager', 'authentication-kubeconfig', `${pki}/metrics.conf`);
    },
    findings: ['cert/key@kube-controller-manager --authentication-kubeconfig'],
  },
];

const exporter = (node: NodeTree, ...lines: readonly string[]) =>
  node.write('/etc/systemd/system/exporter.service', `[Service]\n${lines.join('\n')}\n`);

/** Certificates of programs that are not components of Kubernetes. */
const byProgram: readonly Case[] = [
  {
    name: 'a unit starts a program with a pair that has expired',
    change: (node) => {
      writePair(node, '/srv/exporter/tls', ended);
      exporter(node, 'ExecStart=/usr/bin/exporter --cert=/srv/exporter/tls.crt --key /srv/exporter/tls.key');
    },
    findings: ['cert/expired@exporter.service --cert'],
  },
  {
    name: 'a unit names a certificate, and the key of another, in variables',
    change: (node) => {
      writePair(node, '/srv/exporter/tls').write('/srv/exporter/tls.key', node.read('pki/apiserver.key'), 0o600);
      exporter(
        node,
        'Environment=TLS_CERT=/srv/exporter/tls.crt TLS_KEY=/srv/exporter/tls.key',
        'ExecStart=/usr/bin/exporter',
      );
    },
    findings: ['cert/pair@exporter.service TLS_CERT'],
  },
  {
    name: 'a unit names a kubeconfig whose certificate expires soon',
    change: (node) => {
      const own = node.read('scheduler.conf');
      node.issue('scheduler.conf', soon);
      node.write('/srv/exporter/kubeconfig', node.read('scheduler.conf'), 0o600).write('scheduler.conf', own, 0o600);
      exporter(node, 'ExecStart=/usr/bin/exporter --kubeconfig=/srv/exporter/kubeconfig');
    },
    findings: ['cert/ends-soon@exporter.service --kubeconfig'],
  },
  {
    name: 'a unit names a documented certificate, one that does not exist, and what the system trusts',
    change: (node) => {
      const old = makeAuthority('old', ended);
      node.write('/etc/ssl/certs/all.pem', certificatePem(old.certificate) + node.read('pki/ca.crt'));
      exporter(
        node,
        `ExecStart=/usr/bin/exporter --cert=${pki}/etcd/healthcheck-client.crt --key=${pki}/etcd/healthcheck-client.key \\`,
        ' --other=/srv/exporter/tls.crt --ca=/etc/ssl/certs/all.pem',
      );
    },
    findings: [],
  },
];

/** Certificates that something reads, and that the documented tables do not list. */
export const otherCertificateCases: readonly Case[] = [...byName, ...byArgument, ...byProgram];
