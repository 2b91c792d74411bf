import { generateKeyPairSync } from 'node:crypto';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const pods = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((name) => `manifests/${name}.yaml`);

/** Gives the control plane images a different release, or none. */
function withImages(node: NodeTree, tag: string): NodeTree {
  for (const file of pods) node.edit(file, (text) => text.replace(/^( +image: .*):v[\d.]+$/m, `$1${tag}`));
  return node;
}

const refused = ['file/parse@/etc/kubernetes/pki/front-proxy-client.crt'];
const unsigned = ['cert/signature@front-proxy-client'];

const negative = (node: NodeTree) => node.issue('front-proxy-client', { serial: -5n });

const serials: readonly Case[] = [
  {
    name: 'a negative serial number, which 1.31 takes',
    node: { release: '1.32' },
    change: (node) => negative(withImages(node, ':v1.31.3')),
    findings: [],
  },
  {
    name: 'a negative serial number, which 1.31 takes whatever Go built its patch release',
    node: { release: '1.32' },
    change: (node) => negative(withImages(node, ':v1.31.14')),
    findings: [],
  },
  {
    name: 'a negative serial number in a kubeconfig, which 1.31 takes',
    node: { release: '1.32' },
    change: (node) => withImages(node, ':v1.31.3').issue('scheduler.conf', { serial: -5n }),
    findings: [],
  },
  {
    name: 'a negative serial number, which 1.32 refuses',
    node: { release: '1.32' },
    change: negative,
    findings: refused,
  },
  {
    name: 'a negative serial number, which the release of the command line takes',
    node: { release: '1.32' },
    change: negative,
    options: { facts: { kubernetesVersion: 'v1.30.0' } },
    findings: [],
  },
  {
    name: 'a negative serial number, and nothing that tells the release',
    node: { release: '1.32' },
    change: (node) => negative(withImages(node, `@sha256:${'0'.repeat(64)}`)),
    findings: refused,
  },
];

/** A client certificate with a SHA-1 signature, on a node of a given release. */
const sha1 = (release: string, findings: readonly string[], said: string): Case => ({
  name: `signed over SHA-1, which ${release} ${said}`,
  node: { release: '1.28' },
  change: (node) => withImages(node, `:${release}`).issue('front-proxy-client', { hash: 'sha1' }),
  findings,
});

const short = generateKeyPairSync('rsa', { modulusLength: 1000 });

/** The front-proxy CA with a 1000-bit key and the certificates it signed, on a node of a given release. */
const shortKey = (release: string, findings: readonly string[], said: string): Case => ({
  name: `signed by a key of 1000 bits, which ${release} ${said}`,
  node: { release: '1.32' },
  change: (node) => withImages(node, `:${release}`).issue('front-proxy-ca', { key: short }).issue('front-proxy-client'),
  findings,
});

const signatures: readonly Case[] = [
  sha1('v1.22.4', ['cert/hash@front-proxy-client'], 'takes'),
  sha1('v1.23.15', ['cert/hash@front-proxy-client'], 'takes'),
  sha1('v1.23.16', unsigned, 'refuses, since Go 1.19 built it'),
  sha1('v1.24.0', unsigned, 'refuses'),
  shortKey('v1.32.0', ['authority/key-size@front-proxy-ca'], 'takes'),
  shortKey('v1.32.10', ['authority/key-size@front-proxy-ca'], 'takes, although Go 1.24 built it'),
  shortKey('v1.33.0', ['authority/key-usable@front-proxy-ca'], 'refuses'),
];

export const strictnessCases: readonly Case[] = [...serials, ...signatures];
