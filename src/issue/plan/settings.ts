/** What a plan is to do, with its defaults filled in. */
import type { KeyAlgorithm } from '../../core/plan.ts';
import { isFrom } from '../../model/facts/release.ts';
import { kubernetesRows } from '../../tables/go-releases.ts';

export interface Settings {
  readonly profile: 'kubeadm' | 'documented';
  /** Milliseconds since the epoch, whole seconds. */
  readonly now: number;
  readonly only: ReadonlySet<string>;
  /** Whether no person has named the roles of `only` and `replace`: then nothing is made that only a person can call for. */
  readonly unattended: boolean;
  readonly replace: ReadonlySet<string>;
  /** From which end on a certificate is renewed; undefined: none is. */
  readonly renewBefore: number | undefined;
  readonly keepKey: boolean;
  readonly fixModes: boolean;
  readonly confirmed: boolean;
  readonly algorithm: KeyAlgorithm;
  /** Milliseconds. */
  readonly lifetime: number;
  readonly caLifetime: number;
  readonly backdate: number;
  /** The control plane's address with its port, as it was given. */
  readonly endpoint: string | undefined;
  /** Where a common root is kept, and where requests go: absolute, on this machine. */
  readonly rootDir: string | undefined;
  readonly requests: string | undefined;
}

/** Whether a role may be touched at all: all may where none is named. */
export function wants({ only }: Settings, role: string): boolean {
  return only.size === 0 || only.has(role);
}

/** The newest release of the tables, for a node that has none yet. */
export const newestRelease = `${kubernetesRows.at(-1)?.kubernetes ?? ''}.0`;

/** kubeadm makes super-admin.conf, on the node of `kubeadm init` alone, since 1.29 (KEP-4214). */
export function hasSuperAdmin(release: string): boolean {
  return isFrom(release, '1.29.0');
}
