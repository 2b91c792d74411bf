import { keyNamed, privateKeyPem, publicKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';
import { short } from '../support/key-strength.ts';

/** Signs tokens with a key that Go refuses since 1.24. */
const shortTokenKey = (node: NodeTree) => {
  const key = keyNamed('service-account', 'RSA-768');
  node.write('pki/sa.key', privateKeyPem(key)).write('pki/sa.pub', publicKeyPem(key));
};

export const keyStrength: readonly Case[] = [
  {
    name: 'tokens are signed with RSA-1024',
    change: (node) => {
      node.write('pki/sa.key', privateKeyPem(short.key)).write('pki/sa.pub', publicKeyPem(short.key));
    },
    findings: ['service-account/key-size@service-account'],
  },
  {
    name: 'tokens are signed with RSA-768',
    change: shortTokenKey,
    findings: ['service-account/key-usable@service-account'],
  },
  {
    name: 'tokens are signed with RSA-768, which v1.32 takes, whichever Go built it',
    node: { release: '1.32' },
    change: shortTokenKey,
    options: { facts: { kubernetesVersion: 'v1.32.12' } },
    findings: ['service-account/key-size@service-account'],
  },
  {
    name: 'tokens are verified with RSA-768, and the key that signs them was not given',
    change: shortTokenKey,
    unreadable: (path) => path.endsWith('/sa.key'),
    findings: ['node/readable@cp-1', 'service-account/key-usable@service-account'],
  },
];
