import { certificatePem } from '../../support/certificates.ts';
import { pathOf } from '../../support/roles.ts';
import type { Case } from '../harness.ts';
import { between } from '../support/keys.ts';

export const keys: readonly Case[] = [
  {
    name: 'a certificate that belongs to no chain',
    change: (node) => node.edit('pki/etcd/server.crt', (text) => text + node.read('pki/front-proxy-ca.crt')),
    findings: ['cert/chain@kube-etcd'],
  },
  {
    name: 'the root before the intermediate',
    change: (node) => {
      const middle = between(node, 'middle');
      node.issue('kube-apiserver', { issuer: middle });
      node.edit(
        pathOf('kube-apiserver'),
        (text) => text + node.read('pki/ca.crt') + certificatePem(middle.certificate),
      );
    },
    findings: ['cert/chain@kube-apiserver'],
  },
  {
    name: 'the leaf twice',
    change: (node) => node.edit('pki/etcd/peer.crt', (text) => text + text),
    findings: ['cert/chain@kube-etcd-peer'],
  },
];
