/** How strict a lint is. */

/** `kubeadm`: as documented, accepting what kubeadm writes; `documented`: exactly as documented. */
export type Profile = 'kubeadm' | 'documented';
