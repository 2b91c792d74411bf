/** Faults that are not found yet, with the reason. An entry whose fault is found fails: then it goes. */
export const notYet: Readonly<Record<string, string>> = {
  'a variable inside a word is not expanded': 'the flags in its units are not read',
  "the kubelet's configuration names a certificate that is not there": 'the flags in its units are not read',
  'a unit has a flag that its release has lost': 'the release of the kubelet is not read',
  'every client certificate may speak for other users': 'the flags in its units are not read',
  'kube-proxy trusts an older CA': 'kubeconfigs of kube-proxy are not judged',
  'the file with the flags of the kubelet is missing, and the unit does not mind':
    'a kubelet without --kubeconfig is not reported',
  'the identity with which the API server reaches kubelets is bound to no role': 'the flags in its units are not read',
  'a drop-in with the kubeconfig of the kubelet is missing': 'the flags in its units are not read',
  'the kubeconfig of a kubelet is not there': 'the flags in its units are not read',
};
