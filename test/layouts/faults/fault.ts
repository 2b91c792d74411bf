/** Faults of real clusters on kits, as data. */

import type { Severity } from '../../../src/results/finding.ts';
import { certificatePem } from '../../support/certificates.ts';
import { editKubeconfig, type KubeconfigEdit } from '../../support/credential.ts';
import { makeAuthority } from '../../support/issue.ts';
import type { KitName } from '../kits/index.ts';
import type { KitChanges } from '../kits/kit.ts';
import type { KubesprayChanges } from '../kits/kubespray.ts';

export interface KitFault {
  readonly name: string;
  readonly kit: KitName;
  /** Of the first node, or of each in turn. */
  readonly change: KubesprayChanges | readonly KitChanges[];
  /** A finding of this severity that is about it. null: nothing is wrong, and the nodes stay quiet. */
  readonly expects: { readonly severity: Exclude<Severity, 'info'>; readonly about: RegExp } | null;
  /** What the component does, and where that is known from. */
  readonly source: string;
}

export const error = (about: RegExp) => ({ severity: 'error', about }) as const;
export const warning = (about: RegExp) => ({ severity: 'warning', about }) as const;

/** A CA that has nothing to do with the cluster, such as the one before its reinstallation. */
export const formerCa = makeAuthority('former cluster');
export const formerCaPem = certificatePem(formerCa.certificate);

/**
 * Replaces what a text has exactly once or more. A text that is not there is an error: then the change would do
 * nothing.
 */
export const swap = (from: string | RegExp, to: string) => (text: string) => text.replace(from, to);

/** Changes fields of a kubeconfig. */
export const inKubeconfig = (edit: KubeconfigEdit) => (text: string) => editKubeconfig(text, edit);
