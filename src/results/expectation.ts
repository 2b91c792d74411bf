/** The expected files of one role on one node: the result of `pki-lint expect`. */

export interface Expectation {
  readonly node: string;
  readonly role: string;
  readonly path: string;
  readonly commonName: string | null;
  readonly organizations: readonly string[];
  readonly issuer: string | null;
  readonly usages: readonly string[];
  readonly sans: readonly { readonly type: 'DNS' | 'IP'; readonly value: string }[];
  readonly arguments: readonly { readonly component: string; readonly flag: string; readonly value: string }[];
  /** What a policy accepts as well; absent if it accepts nothing more for this role. */
  readonly accepted?: {
    readonly commonNames: readonly string[];
    readonly organizations: readonly (readonly string[])[];
    readonly sans: readonly string[];
  };
  /** The parts that are missing, because a fact is unknown. */
  readonly unknown: readonly string[];
}
