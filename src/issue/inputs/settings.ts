/** From the options of issuing to the settings of a plan. */
import type { KubeadmConfig, Placed } from '../../core/artifact.ts';
import { UserError } from '../../core/errors.ts';
import { algorithms, type KeyAlgorithm } from '../../core/plan.ts';
import { day } from '../../core/time.ts';
import type { Settings } from '../plan/settings.ts';
import { type IssueOptions, issueDefaults, issueOptions } from './options.ts';

/** UTCTime begins with 1950, and GeneralizedTime ends with 9999 (RFC 5280 section 4.1.2.5). */
const years = { first: Date.UTC(1950, 0), end: Date.UTC(10_000, 0) };

/**
 * Defaults are those of kubeadm's configuration, else kubeadm's: RSA-2048, a year, ten years for CAs, five minutes back
 * (kubeadm certlist.go, constants.go).
 */
export function settingsOf(options: IssueOptions, config?: KubeadmConfig): Settings {
  const now = Math.floor((options.at ?? new Date(0)).getTime() / 1000) * 1000;
  const { backdateMs = issueDefaults.backdateMs, withinDays = issueDefaults.withinDays } = options;
  const lifetime =
    options.days === undefined ? periodOf(config, 'certificateValidityPeriod', issueDefaults.days) : options.days * day;
  const caLifetime =
    options.caDays === undefined
      ? periodOf(config, 'caCertificateValidityPeriod', issueDefaults.caDays)
      : options.caDays * day;
  const lives = [
    [issueOptions.days, lifetime],
    [issueOptions.caDays, caLifetime],
  ] as const;
  for (const [{ option }, value] of lives) {
    if (!(value > 0)) throw new UserError(`${option} is ${value / day}`, 'a certificate has to live');
  }
  if (now - backdateMs < years.first || now + Math.max(lifetime, caLifetime) >= years.end) {
    const { at, backdateMs: backdate, days, caDays } = issueOptions;
    throw new UserError(
      'a certificate would begin before 1950 or end after 9999, which none can say',
      `see to ${at.option}, ${backdate.option}, ${days.option} and ${caDays.option}`,
    );
  }
  return {
    profile: options.profile ?? issueDefaults.profile,
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
function algorithmOf(configured: Placed<string> | undefined): KeyAlgorithm {
  const found = algorithms.find((one) => one === (configured?.value.toLowerCase() ?? issueDefaults.algorithm));
  if (found !== undefined) return found;
  throw odd('encryptionAlgorithm', configured, `one of ${algorithms.map((one) => one.toUpperCase()).join(', ')}`);
}

const units = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

/** Milliseconds of a duration as Go reads it (time.ParseDuration), down to milliseconds; else of a number of days. */
function periodOf(
  config: KubeadmConfig | undefined,
  field: 'certificateValidityPeriod' | 'caCertificateValidityPeriod',
  days: number,
): number {
  const configured = config?.[field];
  if (configured === undefined) return days * day;
  const parts = [...configured.value.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
  const sum = parts.reduce((total, [, count, unit]) => total + Number(count) * units[unit as keyof typeof units], 0);
  if (sum > 0 && parts.map(([part]) => part).join('') === configured.value) return Math.round(sum);
  throw odd(field, configured, 'a duration such as 8760h or 8760h0m0s');
}

function odd(what: string, configured: Placed<string> | undefined, wanted: string): UserError {
  const { path, line } = configured?.at ?? { path: '' };
  return new UserError(`${path}:${line}: ${what} is "${configured?.value}"`, `wanted is ${wanted}`);
}
