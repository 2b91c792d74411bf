/** The options of a plan, with their defaults filled in. */
import { UserError } from '../../core/errors.ts';
import { isFrom } from '../../model/release.ts';
import { kubernetesRows } from '../../spec/go-releases.ts';
import type { IssueOptions } from '../options.ts';
import type { Algorithm } from '../types.ts';

const day = 24 * 60 * 60 * 1000;

/** UTCTime begins with 1950, and GeneralizedTime ends with 9999 (RFC 5280 section 4.1.2.5). */
const years = { first: Date.UTC(1950, 0), end: Date.UTC(10_000, 0) };

export interface Settings {
  readonly profile: 'kubeadm' | 'documented';
  /** Milliseconds since the epoch, whole seconds. */
  readonly now: number;
  readonly only: ReadonlySet<string>;
  readonly replace: ReadonlySet<string>;
  /** From which end on a certificate is renewed; undefined: none is. */
  readonly renewBefore: number | undefined;
  readonly keepKey: boolean;
  readonly fixModes: boolean;
  readonly confirmed: boolean;
  readonly algorithm: Algorithm;
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

/** Defaults are kubeadm's: RSA-2048, a year, ten years for CAs, five minutes back (kubeadm certlist.go, constants.go). */
export function settingsOf(options: IssueOptions): Settings {
  const now = Math.floor((options.at ?? new Date(0)).getTime() / 1000) * 1000;
  const { days = 365, caDays = 3650, backdateMs = 5 * 60 * 1000, withinDays = 30 } = options;
  for (const [option, value] of Object.entries({ '--days': days, '--ca-days': caDays })) {
    if (!(value > 0)) throw new UserError(`${option} is ${value}`, 'a certificate has to live');
  }
  const begin = now - backdateMs;
  const end = now + Math.max(days, caDays) * day;
  if (begin < years.first || end >= years.end) {
    throw new UserError(
      'a certificate would begin before 1950 or end after 9999, which none can say',
      'see to --at, --backdate, --days and --ca-days',
    );
  }
  return {
    profile: options.profile ?? 'kubeadm',
    now,
    only: new Set(options.only ?? []),
    replace: new Set(options.replace ?? []),
    renewBefore: options.renew ? now + withinDays * day : undefined,
    keepKey: options.keepKey ?? false,
    fixModes: options.fixModes ?? false,
    confirmed: options.yes ?? false,
    algorithm: options.algorithm ?? 'rsa-2048',
    lifetime: days * day,
    caLifetime: caDays * day,
    backdate: backdateMs,
    endpoint: options.facts?.controlPlaneEndpoint,
    rootDir: options.rootCa ? options.rootDir : undefined,
    requests: options.csr,
  };
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
