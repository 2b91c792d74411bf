import { onlyExampleTest, otherCa, withIntermediate } from '../cause-states.ts';
import type { Case } from '../harness.ts';

export const trueCauses: readonly Case[] = [
  {
    name: 'an older CA of the same name is still in the file of a CA, and nothing uses it',
    change: (node) => node.edit('pki/etcd/ca.crt', (text) => text + otherCa('etcd-ca')),
    findings: ['authority/unused@etcd-ca'],
  },
  {
    name: 'the extended key usages of the cluster CA exclude servers',
    change: (node) => node.issue('kubernetes-ca', { usages: ['clientAuth'] }),
    findings: ['authority/limit@kubernetes-ca'],
  },
  {
    name: 'the extended key usages of the front proxy CA exclude clients',
    change: (node) => node.issue('front-proxy-ca', { usages: ['serverAuth'] }),
    findings: ['authority/limit@front-proxy-ca'],
  },
  {
    name: 'the name constraints of the cluster CA exclude the API server',
    change: (node) => node.issue('kubernetes-ca', { extensions: [onlyExampleTest] }),
    findings: ['authority/limit@kubernetes-ca'],
  },
  {
    name: 'the path length of the cluster CA excludes the intermediate of the API server',
    change: (node) => withIntermediate(node.issue('kubernetes-ca', { pathLength: 0 }), 'kube-apiserver'),
    findings: ['authority/limit@kubernetes-ca'],
  },
  {
    name: 'the path length of the front proxy CA excludes the intermediate of all that it signed',
    change: (node) => withIntermediate(node.issue('front-proxy-ca', { pathLength: 0 }), 'front-proxy-client'),
    findings: ['authority/limit@front-proxy-ca'],
  },
];
