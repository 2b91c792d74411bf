/** What was not read: what a copy of a node is made without, because it is secret, and what the system refuses. */
import { groupBy } from '../core/collections.ts';
import { handful } from '../core/text.ts';

export const leftOutKinds = ['keys', 'kubeconfigs'] as const;
/**
 * `keys`: private keys, and the files of `--encryption-provider-config` and `--token-auth-file`; `kubeconfigs`:
 * kubeconfigs, and the credentials of the kubelet, which contain a key too.
 */
export type LeftOut = (typeof leftOutKinds)[number];

/** What each kind is called in reports. */
export const leftOutNames: Readonly<Record<LeftOut, string>> = { keys: 'private keys', kubeconfigs: 'kubeconfigs' };

/**
 * Why a file was not checked that its copy leaves out. What cannot be judged because of it ends its reason with this.
 */
export const leftOutReasons: Readonly<Record<LeftOut, string>> = {
  keys: 'the input has no private keys',
  kubeconfigs: 'the input has no kubeconfigs',
};

/** Returns the kind that a reason is about, if something was not judged only because a copy leaves it out. */
export function leftOutIn(reason: string): LeftOut | undefined {
  return leftOutKinds.find((kind) => reason.endsWith(leftOutReasons[kind]));
}

/** Returns a list without what was not judged because copies leave it out: that is said once (`leftOutText`). */
export function besidesLeftOut<T extends { readonly reason: string }>(list: readonly T[]): readonly T[] {
  return list.filter(({ reason }) => leftOutIn(reason) === undefined);
}

/** A node, and what its copy leaves out. */
interface CopiedNode {
  readonly name: string;
  readonly leftOut?: readonly LeftOut[];
}

/**
 * Returns what the copies of nodes leave out, in words; '' if that is nothing: `private keys and kubeconfigs of cp-1`.
 */
export function leftOutText(nodes: readonly CopiedNode[]): string {
  const text = ({ leftOut = [] }: CopiedNode) => leftOut.map((kind) => leftOutNames[kind]).join(' and ');
  const groups = [...groupBy(nodes, text)].filter(([what]) => what !== '');
  const parts = groups.map(([what, same]) => {
    const names = same.map(({ name }) => name);
    return same.length === nodes.length ? what : `${what} of ${handful(names, 3)}`;
  });
  return parts.length === 0 ? '' : `${parts.join('; ')} (left out of the input)`;
}

/** Why a path was not read that this user may not read. */
export const permissionDenied = 'permission denied';

/** Why something is not read that has a name which is not UTF-8. Root cannot read it either. */
export const notUtf8 = 'its name is not UTF-8';
