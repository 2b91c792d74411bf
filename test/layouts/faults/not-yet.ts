/** Faults that are not found yet, with the reason. An entry whose fault is found fails: then it goes. */
export const notYet: Readonly<Record<string, string>> = {
  'the identity with which the API server reaches kubelets is bound to no role': 'only the cluster knows its bindings',
  'a worker of MicroK8s has the CA from before refresh-certs with a new CA':
    'nothing but its proxy names the control planes, and that is not read: to pki-lint they are two clusters',
};
