import type { NodeTree } from './node-tree.ts';

/** Writes settings of the kubelet. What kubeadm has written with the same names goes away. */
export const setKubelet = (text: string) => (node: NodeTree) => {
  const names = [...text.matchAll(/^\w+(?=:)/gm)].map(([name]) => name);
  node.edit('/var/lib/kubelet/config.yaml', (old) => {
    const fields = old.split(/\n(?=\S)/).filter((field) => !names.some((name) => field.startsWith(`${name}:`)));
    return `${fields.join('\n').trimEnd()}\n${text}`;
  });
};

/** Gives the kubelet a flag, where kubeadm writes its flags. */
export const addKubeletFlag = (text: string) => (node: NodeTree) => {
  node.edit('/var/lib/kubelet/kubeadm-flags.env', (old) => old.replace(/"\s*$/, ` ${text}"\n`));
};
