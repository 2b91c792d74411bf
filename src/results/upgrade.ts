/** The steps of an upgrade, and what is in their way. */
import type { Fingerprint } from '../core/formats.ts';

/** A step of an upgrade: kubeadm upgrades by one minor release at most. */
export interface UpgradeStep {
  /** The release before it, such as `v1.32.6`. */
  readonly from: string;
  /** The release after it. */
  readonly to: string;
  /**
   * Fingerprints of what to fix before it: for the first step every error of today, and warnings about the upgrade
   * itself; then what fails from this release on. Empty: the node is ready for it, as far as its files show.
   */
  readonly findings: readonly Fingerprint[];
}

/** How a node gets to the target release. */
export interface Upgrade {
  /** Name of the node. */
  readonly node: string;
  /** In order. Empty if the release of the node is not known, or is newer than the target. */
  readonly steps: readonly UpgradeStep[];
}
