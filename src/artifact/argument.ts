/** One argument of a program. */
import type { SetBy } from './place.ts';

/** One argument of a component, after quotes and `$(VAR)` are resolved. */
export interface Argument {
  /** Canonical: no dashes in front, `-` for `_`. A kubelet config field has the name of its flag. */
  readonly name: string;
  /** As written: `--tls-cert-file`, `authentication.x509.clientCAFile`, `ETCD_CERT_FILE`. */
  readonly spelled: string;
  /** undefined if it contains an unknown variable (see `unknownVariable`). */
  readonly value: string | undefined;
  readonly unknownVariable?: string | undefined;
  readonly at: SetBy;
  /** Whether its line in a file of arguments has nothing else: then the line can be replaced, whatever it contains. */
  readonly ownLine?: true;
}
