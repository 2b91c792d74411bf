import { certificatePem } from './certificates.ts';
import { makeAuthority } from './issue.ts';
import type { NodeTree } from './node-tree.ts';

/** The certificate of the cluster's CA from before a renewal with the same key, in PEM. */
export const expiredCopy = (node: NodeTree): string => {
  const { key } = node.authority('kubernetes-ca');
  return certificatePem(
    makeAuthority('kubernetes', { key, notBefore: '2016-11-22', notAfter: '2026-11-20' }).certificate,
  );
};
