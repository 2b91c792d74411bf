/** Cases and incidents whose node is not as it was when their first fixes have been followed, and why. */

const newName = 'the name or address is right: the certificates get it in addition to those that they had';
const tokensOfBoth = 'the tokens of both keys are valid until a person removes the old one';
const newFrontProxyCa = 'the front proxy gets a CA of its own, which it did not have';
const noRightKey = 'the right key is nowhere on the node';
const unseen = 'the file that the kubelet renews is not in the input';
const partial = 'most of the node is not in the input, and kubeadm has nothing to sign with';
const wanted = 'the flag stays, and gets the right value';
const byNote = 'a note says to copy files, and not to keep those that are there';
const otherNode =
  'it keeps the names of the node whose certificate was copied: nothing says which of them are shared by all nodes';
const newTokenKey = 'tokens get a new key';
const removed = 'what is removed must not be on the node';

export const notHealed: Readonly<Record<string, string>> = {
  'kubelet-conf-not-renewed': unseen,
  'front-proxy-ca-per-master': byNote,
  'one-ca-for-clients-and-front-proxy': newFrontProxyCa,
  'token-keys-per-master': tokensOfBoth,
  'master-recreated': tokensOfBoth,
  'ca-key-on-workers': removed,
  'address-changed': newName,
  'etcd-without-addresses': newName,
  'etcd-common-name-only': newName,
  'host-renamed': 'the kubelet gets the new name of its node',
  'front-proxy-name-not-allowed': 'the name that the certificate has is allowed in addition',
  'etcd-key-of-root': 'the files belong to the user as whom etcd runs',
  'copied-without-certificate': partial,
  'load-balancer-not-in-certificate': newName,
  'address-in-kubeconfigs-replaced': newName,
  'service-range-differs': newName,
  'service-range-of-default': newName,
  'the last of repeated flags wins, and it names no file': wanted,
  'a signer of one kind of request is the CA of the front proxy': wanted,
  'the key of another CA lies beside that of etcd, and nothing that runs reads it': noRightKey,
  'one CA for clients and the front proxy, and every name is allowed': newFrontProxyCa,
  'the front proxy has its certificate from the cluster CA, as in many guides': newFrontProxyCa,
  'keys were swapped, but no public key shows that one of them signed tokens': noRightKey,
  'service-range-not-at-its-start': newName,
  'the same, with only one kubeconfig of a control plane': partial,
  'the PKI is that of a different node, which is not in the input': otherNode,
  'the PKI is that of a different node': otherNode,
  'one certificate is that of a different node, its key is not': otherNode,
  'only one certificate names a different node': otherNode,
  'an etcd certificate that was copied and fits the other node alone': otherNode,
  'a key pair of tokens in the place of each other, of different keys': noRightKey,
  'the client certificate for an external etcd is missing':
    'signed on a host of that etcd, which the test does not have',
  'a control plane with a front-proxy CA of its own': byNote,
  'a control plane that was made by kubeadm init again, behind the same endpoint': byNote,
  'a front-proxy CA in rotation, which the others do not trust yet': byNote,
  'a control plane with service account keys of its own': tokensOfBoth,
  'service account keys that one control plane alone has changed': tokensOfBoth,
  'kube-apiserver verifies kubelets, and what the kubelet serves is no certificate':
    'what the kubelet signs itself is not verified: that shows only when it serves again',
  'no manifest was seen: the files speak for themselves': tokensOfBoth,
  'every flag of which the table says that it is newer, on 1.22': 'each of these flags is a finding of its own',
  'etcd speaks to its peers in a network of their own, and their certificates name no other': newName,
  'the client of kubelets in v1.35.4: no group': 'kubeadm of that release writes the group that its cluster binds',
  'tokens are signed with RSA-1024': newTokenKey,
  'tokens are signed with RSA-768': newTokenKey,
  'tokens are signed with RSA-768, which v1.32 takes, whichever Go built it': newTokenKey,
  'tokens are signed with the key of the CA': newTokenKey,
  'tokens are signed with the key of kube-apiserver': newTokenKey,
  'a key that kubeadm could not read is left on a worker, which signs nothing': removed,
  'a worker has a key of the CA under another name': removed,
  'a worker has the keys of every CA and what they belong to': removed,
  'a worker has sa.key': removed,
  'a worker has front-proxy-ca.key': removed,
  'a worker has etcd/ca.key': removed,
  'a worker has ca.key': removed,
  'the current credential is no link': 'the file gets a name of its own, behind the link',
};
