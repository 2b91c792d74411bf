import { controlPlane } from '../../support/cluster.ts';
import { encryption, identity, keyed, secretOf } from '../../support/configurations.ts';
import type { Case } from '../harness.ts';
import { encrypts } from '../support/configuration.ts';

export const configuration: readonly Case[] = [
  {
    name: 'a control plane that writes without encryption, where another one does not read that',
    node: () => controlPlane(1),
    beside: () => [encrypts(encryption(keyed({ a: secretOf('a') })))(controlPlane(2))],
    findings: ['cluster/encryption@kube-apiserver --encryption-provider-config'],
  },
  {
    name: 'control planes whose lists name the same keys in different ways',
    node: () => encrypts(encryption(keyed({ a: secretOf('a') }) + identity))(controlPlane(1)),
    beside: () => [
      encrypts(encryption(keyed({ a: secretOf('a') }) + identity).replace('[secrets]', '["*.*"]'))(controlPlane(2)),
    ],
    findings: ['cluster/encryption@kube-apiserver --encryption-provider-config'],
  },
];
