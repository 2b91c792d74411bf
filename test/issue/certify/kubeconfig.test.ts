import { describe, expect, test } from 'vitest';
import { strictest } from '../../../src/artifact/strictness.ts';
import { UserError } from '../../../src/core/errors.ts';
import { kubeconfigText, yamlString } from '../../../src/issue/certify/kubeconfig.ts';
import { readKubeconfig } from '../../../src/scan/parse/kubeconfig.ts';
import { isYamlError, parseYamlText } from '../../../src/scan/parse/yaml.ts';
import { type CorpusName, corpus } from '../../support/corpus.ts';

/** The value of the first line with this field. */
const field = (text: string, name: string) => new RegExp(`^[- ]*${name}: (.+)$`, 'm').exec(text)?.[1] ?? '';
const decoded = (text: string, name: string) => Buffer.from(field(text, name), 'base64').toString();

const releases: readonly (readonly [CorpusName, string])[] = [
  ['kubeadm-1.22-default', '1.22.4'],
  ['kubeadm-1.32-default', '1.32.6'],
  ['kubeadm-1.36-default', '1.36.2'],
  ['kubeadm-1.36-ha', '1.36.2'],
  ['kubeadm-1.36-finalized', '1.36.2'],
];

test.each(releases)('the kubeconfigs of %s are what kubeadm wrote', async (name, release) => {
  const node = await corpus(name);
  const paths = [...node.entries.keys()].filter((path) => /^\/etc\/kubernetes\/[a-z-]+\.conf$/.test(path));
  let written = 0;
  for (const path of paths) {
    const text = node.read(path);
    const spec = {
      server: field(text, 'server'),
      cluster: field(text, 'cluster'),
      user: field(text, 'user'),
      context: field(text, 'current-context'),
    };
    // A credential that the kubelet rotates is not issued.
    if (field(text, 'client-certificate') !== '') continue;
    const credential = {
      certificatePem: decoded(text, 'client-certificate-data'),
      keyPem: decoded(text, 'client-key-data'),
    };
    written += 1;
    expect(kubeconfigText(spec, decoded(text, 'certificate-authority-data'), credential, release), path).toBe(text);
  }
  expect(written).toBeGreaterThan(2);
});

const nobody = { certificatePem: '', keyPem: '' };

describe('names', () => {
  const doubleQuoted = ['123', '1.5e3', 'true', 'on', '~', '1:20', '2026-11-24'];
  const singleQuoted = ['a: b', "it's 'x': y", '- x', '-', '@home', ' blank', 'blank ', '#1', 'a #b', '---x', '*', '"'];

  test.each([...doubleQuoted, ...singleQuoted])('%j stays itself', (name) => {
    const single = `'${name.replaceAll("'", "''")}'`;
    expect(yamlString(name)).toBe(singleQuoted.includes(name) ? single : `"${name}"`);
    const text = kubeconfigText({ server: name, cluster: name, user: name, context: name }, '', nobody);
    const documents = parseYamlText(text);
    if (isYamlError(documents) || documents[0] === undefined) throw new Error(text);
    const { cluster, user } = readKubeconfig('/x', documents[0], {
      strictness: () => strictest,
      authorities: new Map(),
    });
    expect([cluster?.name, cluster?.server?.value, user?.name]).toEqual([name, name, name]);
  });

  test('are plain where they can be', () => {
    const plain = [
      'system:node:cp-1@kubernetes',
      'https://[2001:db8::7]:6443',
      'Zürich',
      'a#b',
      'x-',
      '-x',
      'a "b"',
      '日本',
    ];
    expect(plain.map(yamlString)).toEqual(plain);
  });

  test.each(['a\nb', 'tab\there', '\u2028', '\x7f', '\ud800'])('%j cannot be written', (user) => {
    const write = () => kubeconfigText({ server: 'https://x', cluster: 'c', user, context: 'x' }, '', nobody);
    expect(write).toThrow(UserError);
    expect(write).toThrow('this user cannot be written into a kubeconfig: "');
  });
});

test('from 1.34 on there are no preferences, nor where the release is not known', () => {
  const spec = { server: 'https://192.0.2.10:6443', cluster: 'kubernetes', user: 'u', context: 'u@kubernetes' };
  const has = (release?: string) => kubeconfigText(spec, '', nobody, release).includes('\npreferences: {}\n');
  expect(['1.22.4', '1.33.12', '1.34.0', '1.36.2', undefined].map(has)).toEqual([true, true, false, false, false]);
});
