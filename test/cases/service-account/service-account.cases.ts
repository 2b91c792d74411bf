import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../../support/keys.ts';
import type { Case } from '../harness.ts';
import { alsoVerifiedWith } from '../manifest-edits.ts';

const pki = '/etc/kubernetes/pki';
const another = keyNamed('another service account');
const rsa = keyNamed('RSA service account', 'RSA-2048');

const broken: readonly Case[] = [
  {
    name: 'sa.pub is that of another pair',
    change: (node) => node.write('pki/sa.pub', publicKeyPem(another)),
    findings: ['service-account/verified@service-account'],
  },
  {
    name: 'sa.key is that of another pair',
    change: (node) => node.write('pki/sa.key', privateKeyPem(another)),
    findings: ['service-account/verified@service-account'],
  },
  {
    name: 'kube-controller-manager signs with a key of its own',
    change: (node) => {
      node.write('pki/sa-old.key', privateKeyPem(another));
      node.replaceFlag('kube-controller-manager', 'service-account-private-key-file', `${pki}/sa-old.key`);
    },
    findings: ['service-account/verified@service-account'],
  },
  {
    name: 'kube-controller-manager signs with the key of a CA, reported once',
    change: (node) => node.replaceFlag('kube-controller-manager', 'service-account-private-key-file', `${pki}/ca.key`),
    findings: ['service-account/verified@service-account'],
  },
  {
    name: 'kube-apiserver signs with a new key that it does not verify with',
    change: (node) => {
      node.write('pki/sa-new.key', privateKeyPem(another));
      node.replaceFlag('kube-apiserver', 'service-account-signing-key-file', `${pki}/sa-new.key`);
    },
    findings: ['service-account/verified@service-account'],
  },
  {
    name: 'sa.pub is missing',
    change: (node) => node.remove('pki/sa.pub'),
    findings: ['service-account/present@service-account'],
  },
  {
    name: 'the pair was not copied from the first control-plane node',
    change: (node) => node.remove('pki/sa.pub').remove('pki/sa.key'),
    findings: ['service-account/present@service-account'],
  },
  {
    name: 'one of two verifying keys is missing',
    change: (node) => alsoVerifiedWith(node, `${pki}/sa-old.pub`),
    findings: ['argument/file@kube-apiserver --service-account-key-file'],
  },
  {
    name: 'sa.pub is empty',
    change: (node) => node.write('pki/sa.pub', ''),
    findings: [`file/parse@${pki}/sa.pub`],
  },
  {
    name: 'sa.key holds the public half',
    change: (node) => node.write('pki/sa.key', node.read('pki/sa.pub')),
    findings: [`file/parse@${pki}/sa.key`],
  },
  {
    name: 'sa.pub in a form that keyutil does not read (openssl rsa -RSAPublicKey_out)',
    change: (node) => {
      const pkcs1 = rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }) as string;
      node.write('pki/sa.key', privateKeyPem(rsa)).write('pki/sa.pub', pkcs1);
    },
    findings: [`file/parse@${pki}/sa.pub`],
  },
  {
    name: 'a pair that no component signs with',
    change: (node) => {
      const key = keyNamed('ed25519 service account', 'Ed25519');
      node.write('pki/sa.key', privateKeyPem(key)).write('pki/sa.pub', publicKeyPem(key));
    },
    findings: [`file/parse@${pki}/sa.key`, `file/parse@${pki}/sa.pub`],
  },
  {
    name: 'no manifest was seen: the files speak for themselves',
    change: (node) => node.remove('manifests').write('pki/sa.pub', publicKeyPem(another)),
    findings: ['service-account/verified@service-account'],
  },
];

const p224 = keyNamed('service account on P-224', 'P-224');

const unpublished: readonly Case[] = [
  {
    name: 'a verifying key on P-224 beside the one that signs',
    change: (node) => node.edit('pki/sa.pub', (text) => text + publicKeyPem(p224)),
    findings: ['service-account/published@service-account'],
  },
  {
    name: 'a verifying key on P-224 in a file of its own',
    change: (node) => alsoVerifiedWith(node.write('pki/sa-old.pub', publicKeyPem(p224)), `${pki}/sa-old.pub`),
    findings: ['service-account/published@service-account'],
  },
  {
    name: 'a verifying key on P-224 where the issuer cannot be discovered anyway',
    change: (node) =>
      node
        .edit('pki/sa.pub', (text) => publicKeyPem(p224) + text)
        .replaceFlag('kube-apiserver', 'service-account-issuer', 'api'),
    findings: [],
  },
  {
    name: 'a pair on P-224',
    change: (node) => node.write('pki/sa.key', privateKeyPem(p224)).write('pki/sa.pub', publicKeyPem(p224)),
    findings: [`file/parse@${pki}/sa.key`],
  },
];

const freedoms: readonly Case[] = [
  {
    name: 'rotated keys: the old one still verifies',
    change: (node) => {
      node.write('pki/sa-old.pub', publicKeyPem(another));
      alsoVerifiedWith(node, `${pki}/sa-old.pub`);
    },
    findings: [],
  },
  {
    name: 'rotated keys in one file',
    change: (node) => node.edit('pki/sa.pub', (text) => publicKeyPem(another) + text),
    findings: [],
  },
  {
    name: 'the verifying key is the private one',
    change: (node) =>
      node.replaceFlag('kube-apiserver', 'service-account-key-file', `${pki}/sa.key`).remove('pki/sa.pub'),
    findings: [],
  },
  {
    name: 'the verifying key stands in a certificate',
    change: (node) => {
      const { certificate, key } = makeAuthority('service-accounts');
      node.write('pki/sa.key', privateKeyPem(key)).write('pki/sa.crt', certificatePem(certificate));
      node.replaceFlag('kube-apiserver', 'service-account-key-file', `${pki}/sa.crt`);
    },
    findings: [],
  },
  {
    name: 'RSA in PKCS#8',
    change: (node) => node.write('pki/sa.key', privateKeyPem(rsa, 'pkcs8')).write('pki/sa.pub', publicKeyPem(rsa)),
    findings: [],
  },
];

/** Rules about the service account key pair: it exists, can be read, and matches. */
export const serviceAccountCases: readonly Case[] = [...broken, ...unpublished, ...freedoms];
