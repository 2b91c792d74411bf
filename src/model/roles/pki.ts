/** One node, joined with the tables: what checks work on. */

import type { Certificate } from '../../artifact/certificate.ts';
import type { Strictness } from '../../artifact/strictness.ts';
import type { NodeKind } from '../../results/reported-node.ts';
import type { Policy } from '../../settings/policy.ts';
import type { LaidOutNode, Layout } from '../../tables/layouts/layout.ts';
import type { CertificateRow, KubeconfigRow } from '../../tables/tables.ts';
import type { Facts } from '../facts/facts.ts';
import type { Settled } from '../facts/limits.ts';
import { sharesKey, type TrustSlot } from './authorities.ts';
import type { Contradiction } from './contradictions.ts';
import type { Dialling } from './dials.ts';
import type { OtherCertificate } from './other-certificates.ts';
import type { Authority, Role } from './role.ts';
import type { ServiceAccountKeys } from './service-account.ts';
import type { Slot } from './slots.ts';
import type { Uses } from './uses.ts';

export interface Judging extends Settled {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Whether only what the documentation lists is right, and not what the installer writes instead. */
  readonly documentedOnly: boolean;
  /** The layout that an option names. */
  readonly layout?: string;
  /** The release that the node will be upgraded to, and the time until then. */
  readonly target?: { readonly release: string; readonly windowMs: number };
  /** Whether to judge the node as it is after the upgrade, when the installer has rewritten the manifests. */
  readonly upgraded?: boolean;
  /** The policy, if there is one. */
  readonly policy?: Policy;
}

/** What the nodes of the input are together. */
export interface InputNodes {
  /** Where the API servers of the node's cluster listen, as `placeOfServer` writes it. */
  readonly apiServers: ReadonlySet<string>;
  /** How many of several nodes of its cluster run etcd; 0 if there may be more that were not given. */
  readonly etcds: number;
  /** Where expired CAs are renewed, by role and key (`caSources`). */
  readonly authorities: ReadonlyMap<string, CaSource>;
  /** What the kubeconfigs and the API servers of each cluster show, by the keys of its CA. */
  readonly dialling: ReadonlyMap<string, Dialling>;
  /** Where CAs are, by role. */
  readonly holders: ReadonlyMap<string, readonly CaPlace[]>;
  /** Where the key pair of tokens is. */
  readonly tokenKeys: readonly TokenKeyHolder[];
  /**
   * The names of their machines, by the names that reports give to nodes. Where a copy is says nothing about its
   * machine.
   */
  readonly machines: ReadonlyMap<string, string>;
}

/** Where the input has a CA, as every node of it knows: without the other nodes themselves, which `CaHolder` has. */
export interface CaPlace {
  readonly node: string;
  /** The name of the machine; undefined if it is unknown. */
  readonly machine: string | undefined;
  readonly authority: Authority;
}

/** A node that has the whole key pair of tokens. */
export interface TokenKeyHolder {
  readonly node: string;
  readonly machine: string | undefined;
  /** The id of the public key. */
  readonly id: string;
  /** The paths of the private and the public key. */
  readonly secret: string;
  readonly shared: string;
}

/** The node from which others copy the new certificate of a CA. */
export interface CaSource {
  readonly node: string;
  /** The name of the machine, which several copies of it have; undefined if it is unknown. */
  readonly machine: string | undefined;
  readonly path: string;
  /** Whether it has the new certificate already. */
  readonly isRenewed: boolean;
}

/** The input of a node that is linted alone. */
export const withoutOthers: InputNodes = {
  apiServers: new Set(),
  etcds: 0,
  authorities: new Map(),
  dialling: new Map(),
  holders: new Map(),
  tokenKeys: [],
  machines: new Map(),
};

export interface Pki {
  readonly node: LaidOutNode;
  /** The layout, with the files of its roles and its remedies. */
  readonly layout: Layout;
  /** The node's name, or its label on the command line if the name is unknown. */
  readonly name: string;
  readonly kind: NodeKind;
  readonly facts: Facts;
  readonly slots: readonly Slot[];
  readonly authorities: readonly Authority[];
  readonly roles: readonly Role[];
  readonly serviceAccount: ServiceAccountKeys;
  /** Certificates that something reads, and that play no role. */
  readonly others: readonly OtherCertificate[];
  /** The users of each file. */
  readonly uses: Uses;
  readonly input: InputNodes;
  /** Facts of the policy that the node's own flags contradict; absent if there are none. */
  readonly contradictions?: readonly Contradiction[];
  /** What a policy ignores; undefined without one that ignores anything. */
  readonly ignored?: Ignored;
  /** How strictly the components of the node's release check certificates. */
  readonly strictness: Strictness;
  readonly judging: Judging;
}

/**
 * Returns the authority with an id.
 *
 * @throws Error if the layout has no such authority
 */
export function authorityOf(authorities: readonly Authority[], id: string): Authority {
  const authority = authorities.find((one) => one.id === id);
  if (authority === undefined) throw new Error(`no authority ${id} in the tables`);
  return authority;
}

/** Returns the certificates that a slot of an authority trusts. */
export function trustOf(pki: Pki, slot: Slot): TrustSlot | undefined {
  return pki.authorities.flatMap((authority) => authority.trust).find((trust) => trust.slot === slot);
}

/** Returns the row of the tables that a role's certificate matches by its signer, its usages and its name. */
export function roleOfCertificate(role: Role, { layout }: Pki): CertificateRow | KubeconfigRow | undefined {
  const { leaf } = role;
  if (!leaf || role.signedBy === undefined) return undefined;
  return layout.certificates.find(
    (row) =>
      row.parent === role.signedBy &&
      [row.cn, ...row.accepts, ...(row.accepted?.commonNames ?? [])].some((cn) => cn === leaf.subject.commonName) &&
      row.needs.every((usage) => leaf.extendedKeyUsage?.includes(usage) ?? true),
  );
}

/** Returns the authority of this node whose key a pool of certificates contains. */
export function authorityOfPool(pki: Pki, pool: readonly Certificate[]): Authority | undefined {
  return pki.authorities.find((authority) => sharesKey(pool, authority.loaded?.ok ? authority.loaded.value : []));
}

/** The files of a node that a policy ignores, and those of its patterns that are judged nevertheless. */
export interface Ignored {
  readonly paths: ReadonlySet<string>;
  /** How many of them are no folders. */
  readonly files: number;
  /** Files that something reads, or that the tables list, with the first of these. */
  readonly kept: readonly { readonly path: string; readonly by: string }[];
}
