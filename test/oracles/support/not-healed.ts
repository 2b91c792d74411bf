/** Cases and incidents whose node is not as it was when their first fixes have been followed, and why. */

const newName = 'the name or address is right: the certificates get it in addition to those that they had';
const tokensOfBoth = 'the tokens of both keys are valid until a person removes the old one';
const newFrontProxyCa = 'the front proxy gets a CA of its own, which it did not have';
const noRightKey = 'the right key is nowhere on the node';
const unseen = 'the file that the kubelet renews is not in the input';
const ofEtcdUser = 'the files belong to the user as whom etcd runs';
const partial = 'most of the node is not in the input, and kubeadm has nothing to sign with';
const wanted = 'the flag stays, and gets the right value';
const newTokenKey = 'tokens get a new key';
const newEtcdCa = 'etcd gets a new CA, which only this node trusts';
const ownSigningFile = 'the signer gets a file of its own, which has only the certificate that signs';
const caOfOthers = 'it gets the CA of the other control planes';
const bothCas = 'both CAs stay in the file, the one of the key before the other';

export const notHealed: Readonly<Record<string, string>> = {
  'kubelet-conf-not-renewed': unseen,
  'front-proxy-ca-per-master': caOfOthers,
  'one-ca-for-clients-and-front-proxy': newFrontProxyCa,
  'token-keys-per-master': tokensOfBoth,
  'master-recreated': tokensOfBoth,
  'address-changed': newName,
  'etcd-without-addresses': newName,
  'etcd-common-name-only': newName,
  'host-renamed': 'the kubelet gets the new name of its node',
  'front-proxy-name-not-allowed': 'the name that the certificate has is allowed in addition',
  'etcd-key-of-root': ofEtcdUser,
  'copied-without-certificate': partial,
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
  'the client certificate for an external etcd is missing':
    'signed on a host of that etcd, which the test does not have',
  'a control plane with a front-proxy CA of its own': caOfOthers,
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
  'the certificate of etcd-ca is missing': newEtcdCa,
  'the CA of etcd was made anew': newEtcdCa,
  'the key usages of the CA of etcd leave out to sign certificates': newEtcdCa,
  'the folder of etcd is lost': newEtcdCa,
  'the folder of etcd is lost on the only control plane': newEtcdCa,
  'controller manager and scheduler dial another control plane, which is given':
    'they connect to the API server of their own node, no longer to the other',
  'sa.pub in a form that keyutil does not read (openssl rsa -RSAPublicKey_out)':
    'the public half is that of the private key, which the case has replaced',
  'the CA of etcd was created again on the only control plane': newEtcdCa,
  'the CA of etcd and its key are lost on the only control plane': newEtcdCa,
  'the certificate of the CA of etcd is a link to that of the cluster': newEtcdCa,
  'a bundle where the signer must be one certificate': ownSigningFile,
  'rotation: the signer is handed the bundle': ownSigningFile,
  'the next CA follows the current one in the file of the signer': ownSigningFile,
  'the signer kubelet-client with a chain': ownSigningFile,
  'the signer kubelet-serving with a chain': ownSigningFile,
  'the signer kube-apiserver-client with a chain': ownSigningFile,
  'the signer legacy-unknown with a chain': ownSigningFile,
  'rotation: new CA first, and leaves from both': bothCas,
  'a control plane with a cluster CA of its own': caOfOthers,
  'a control plane with an etcd CA of its own': caOfOthers,
  'a worker that belongs to another CA': 'it joins the cluster again, which needs one that runs',
  'everybody may do everything, told once, but for the secrets that are out':
    'what the other users may do is taken away, the group of root keeps what it has',
  'a wildcard covers one label alone': newName,
  'no range for services is given, and the default has a different first address': newName,
  'the node has another name than its API server': newName,
  'the certificate names a machine of that name in a different domain': newName,
  'the DNS domain of the cluster is another': newName,
  'the service range was changed': newName,
  'only administrators dial a name for which the API server presents a different certificate': newName,
  'one of three control planes lacks the names of a balancer': newName,
  'the same, where nothing shows whose address it is': newName,
  'the endpoint of the control plane is missing':
    'nothing shows whether the name is one of the API server: the kubeconfigs dial what the others dial',
  'the kubelet has a name with a domain, and a credential without': 'the kubelet gets the new name of its node',
  'the kubelet has no configuration yet, because its node did not join': 'the node did not join yet',
  'sa.pub is that of another pair': tokensOfBoth,
  'sa.key is that of another pair': tokensOfBoth,
  'the pair was not copied from the first control-plane node': newTokenKey,
  'sa.key holds the public half': newTokenKey,
  'one of two verifying keys is missing': wanted,
  'the allowed names leave out the front proxy': 'the name that the certificate has is allowed in addition',
  'one certificate verifies clients and front proxies, and any name is allowed': newFrontProxyCa,
  'the same on the last release that starts with it': newFrontProxyCa,
  'the same before an upgrade to the first release that does not': newFrontProxyCa,
  'the first of two certificates in the file of a CA does not fit its key': bothCas,
  'the first of two certificates in the file of the front proxy CA does not fit its key': bothCas,
  'an expired CA that signed nothing here is left in the trust file, before the one in use': bothCas,
  'tokens are signed with RSA-768, which the next release refuses': newTokenKey,
  'the same flags with another value, which somebody else wrote': 'the next release does not know the flags',
  'what ends within the time of the upgrade, and is renewed by it but for the kubelet': unseen,
  'the scheduler runs as a user who may not read its kubeconfig': 'the file belongs to the user of its component',
  'the kubeconfig of the scheduler belongs to a person, not to its user':
    'the file belongs to the user of its component',
  'administrators and the kubelet dial a name that the certificate has lost': newName,
  'a component dials its own machine at another name of it, which the certificate lacks': newName,
  'etcd runs as a user who may not read its keys': ofEtcdUser,
  'a container of etcd has the user': ofEtcdUser,
  'a renewal gave one key of etcd back to root': ofEtcdUser,
  'etcd listens at the address that it advertises, which the certificate lacks': newName,
  'a different certificate with the same key, which kube-apiserver does not notice': newFrontProxyCa,
  'the current credential is no link': 'the file gets a name of its own, behind the link',
};
