/** From the options of issuing to the settings of a plan. */
import type { KubeadmConfig, Placed } from '../../core/artifact.ts';
import { UserError } from '../../core/errors.ts';
import { type Algorithm, algorithms } from '../../core/plan.ts';
import { day } from '../../core/time.ts';
import type { Settings } from '../plan/settings.ts';
import type { IssueOptions } from './options.ts';

/** UTCTime begins with 1950, and GeneralizedTime ends with 9999 (RFC 5280 section 4.1.2.5). */
const years = { first: Date.UTC(1950, 0), end: Date.UTC(10_000, 0) };

/**
 * Defaults are those of kubeadm's configuration, else kubeadm's: RSA-2048, a year, ten years for CAs, five minutes back
 * (kubeadm certlist.go, constants.go).
 */
export function settingsOf(options: IssueOptions, config?: KubeadmConfig): Settings {
  const now = Math.floor((options.at ?? new Date(0)).getTime() / 1000) * 1000;
  const { backdateMs = 5 * 60 * 1000, withinDays = 30 } = options;
  const lifetime = options.days === undefined ? periodOf(config, 'certificateValidityPeriod', 365) : options.days * day;
  const caLifetime =
    options.caDays === undefined ? periodOf(config, 'caCertificateValidityPeriod', 3650) : options.caDays * day;
  for (const [what, value] of Object.entries({ '--days': lifetime, '--ca-days': caLifetime })) {
    if (!(value > 0)) throw new UserError(`${what} is ${value / day}`, 'a certificate has to live');
  }
  if (now - backdateMs < years.first || now + Math.max(lifetime, caLifetime) >= years.end) {
    throw new UserError(
      'a certificate would begin before 1950 or end after 9999, which none can say',
      'see to --at, --backdate, --days and --ca-days',
    );
  }
  return {
    profile: options.profile ?? 'kubeadm',
    now,
    only: new Set(options.only ?? []),
    unattended: false,
    replace: new Set(options.replace ?? []),
    renewBefore: options.renew ? now + withinDays * day : undefined,
    keepKey: options.keepKey ?? false,
    fixModes: options.fixModes ?? false,
    confirmed: options.yes ?? false,
    algorithm: options.algorithm ?? algorithmOf(config?.encryptionAlgorithm),
    lifetime,
    caLifetime,
    backdate: Math.floor(backdateMs / 1000) * 1000,
    endpoint: options.facts?.controlPlaneEndpoint,
    rootDir: options.rootCa ? options.rootDir : undefined,
    requests: options.csr,
  };
}

/** kubeadm calls it `ECDSA-P256` what we call ecdsa-p256 (kubeadm v1beta4, EncryptionAlgorithmType). */
function algorithmOf(told: Placed<string> | undefined): Algorithm {
  const found = algorithms.find((one) => one === (told?.value.toLowerCase() ?? 'rsa-2048'));
  if (found !== undefined) return found;
  throw odd('encryptionAlgorithm', told, `one of ${algorithms.map((one) => one.toUpperCase()).join(', ')}`);
}

const units = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

/** Milliseconds of a duration as Go reads it (time.ParseDuration), down to milliseconds; else of a number of days. */
function periodOf(
  config: KubeadmConfig | undefined,
  field: 'certificateValidityPeriod' | 'caCertificateValidityPeriod',
  days: number,
): number {
  const told = config?.[field];
  if (told === undefined) return days * day;
  const parts = [...told.value.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
  const sum = parts.reduce((total, [, count, unit]) => total + Number(count) * units[unit as keyof typeof units], 0);
  if (sum > 0 && parts.map(([part]) => part).join('') === told.value) return Math.round(sum);
  throw odd(field, told, 'a duration such as 8760h or 8760h0m0s');
}

function odd(what: string, told: Placed<string> | undefined, wanted: string): UserError {
  const { path, line } = told?.at ?? { path: '' };
  return new UserError(`${path}:${line}: ${what} is "${told?.value}"`, `wanted is ${wanted}`);
}
