/** Exceptions of a policy, and comments that excuse findings. They are judged as of 2026-12-01. */

import { type Given, withExceptions } from '../../support/exceptions.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const path = '/etc/kubernetes/pki/apiserver.crt';
const match = { rule: 'cert/expired', path };

/** Only the serving certificate of the API server has expired. */
const expired = (node: NodeTree) => node.issue('kube-apiserver', { notAfter: '2026-11-01' });

const withPolicy = (given: Given, more?: Parameters<typeof withExceptions>[1]) => ({
  options: { policy: withExceptions([given], more) },
});

/** Adds a comment to the manifest of the API server. */
const comment = (text: string) => (node: NodeTree) => {
  const manifest = node.read('manifests/kube-apiserver.yaml');
  return node.write('manifests/kube-apiserver.yaml', `${text}\n${manifest}`);
};

export const exceptions: readonly Case[] = [
  {
    name: 'an exception and a comment are in order, although comments in archives are not in force',
    change: (node) =>
      comment('# pki-lint-disable-next-line argument/unknown until=2027-03-31 -- removed with the next release')(
        expired(node),
      ),
    ...withPolicy({ match }),
    findings: ['cert/expired@kube-apiserver'],
  },
  {
    name: 'an exception has expired, and its finding counts again',
    change: expired,
    ...withPolicy({ match, until: '2026-11-30' }),
    findings: ['cert/expired@kube-apiserver', `policy/expired@cert/expired at ${path}`],
  },
  {
    name: 'an exception expires in less than two weeks',
    change: expired,
    ...withPolicy({ match, until: '2026-12-10' }),
    findings: ['cert/expired@kube-apiserver', `policy/ends-soon@cert/expired at ${path}`],
  },
  {
    name: 'an exception names a different file',
    change: expired,
    ...withPolicy({ match: { rule: 'cert/expired', path: '/etc/kubernetes/pki/apiservers.crt' } }),
    findings: ['cert/expired@kube-apiserver', 'policy/unused@cert/expired at /etc/kubernetes/pki/apiservers.crt'],
  },
  {
    name: 'an exception excuses what is never excused',
    change: expired,
    ...withPolicy({ match }, { exceptionPolicy: { never: ['cert/*'] } }),
    findings: ['cert/expired@kube-apiserver', `policy/forbidden@cert/expired at ${path}`],
  },
  {
    name: 'a comment does not say until when',
    change: comment('# pki-lint-disable-next-line argument/unknown -- removed with the next release'),
    options: { policy: withExceptions([]) },
    findings: ['policy/comment@/etc/kubernetes/manifests/kube-apiserver.yaml'],
  },
];
