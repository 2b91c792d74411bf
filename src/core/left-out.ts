/** What a copy of a node is made without, because it is secret. */

export const leftOutKinds = ['keys', 'kubeconfigs'] as const;
/**
 * `keys`: private keys, and the secrets that encrypt etcd; `kubeconfigs`: kubeconfigs, and the credentials of the kubelet, which
 * contain a key too.
 */
export type LeftOut = (typeof leftOutKinds)[number];

/** What each kind is called in reports. */
export const leftOutNames: Readonly<Record<LeftOut, string>> = { keys: 'private keys', kubeconfigs: 'kubeconfigs' };

/** Why a file was not checked that its copy leaves out. What cannot be judged because of it ends its reason with this. */
export const leftOutReasons: Readonly<Record<LeftOut, string>> = {
  keys: 'the input has no private keys',
  kubeconfigs: 'the input has no kubeconfigs',
};

/** Whether something was not judged only because a copy leaves it out. */
export function isAboutLeftOut(reason: string): boolean {
  return leftOutKinds.some((kind) => reason.endsWith(leftOutReasons[kind]));
}
