/** Faults that are not found yet, with the reason. An entry whose fault is found fails: then it goes. */
export const notYet: Readonly<Record<string, string>> = {
  'the identity with which the API server reaches kubelets is bound to no role': 'only the cluster knows its bindings',
};
