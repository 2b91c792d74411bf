/** The program that wrote a report, and how strict it was. */

/** The program that wrote the report. */
export interface Tool {
  /** Always `pki-lint`. */
  readonly name: 'pki-lint';
  /** Its version. */
  readonly version: string;
}

/** `kubeadm`: as documented, accepting what kubeadm writes; `documented`: exactly as documented. */
export type Profile = 'kubeadm' | 'documented';
