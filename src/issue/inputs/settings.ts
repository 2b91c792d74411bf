/** From the options of issuing to the settings of a plan. */

import type { InstallerConfig } from '../../artifact/installer-config.ts';
import type { Placed } from '../../artifact/place.ts';
import { UserError } from '../../core/errors.ts';
import { day } from '../../core/time.ts';
import { type Settled, soundKeys, warnedWithin } from '../../model/facts/limits.ts';
import { algorithms, isMlDsa, type KeyAlgorithm } from '../../results/issue/plan.ts';
import type { Settings } from '../plan/settings.ts';
import { type IssueOptions, issueDefaults, issueOptions } from './issue-options.ts';
import { algorithmWithin, lifetimeWithin } from './within-limits.ts';

/** UTCTime starts in 1950, and the last year of GeneralizedTime is 9999 (RFC 5280 section 4.1.2.5). */
const years = { first: Date.UTC(1950, 0), end: Date.UTC(10_000, 0) };

/**
 * The settings of a plan. Defaults are those of kubeadm's configuration, or else kubeadm's own: RSA-2048, a year, ten
 * years for CAs, five minutes back (kubeadm certlist.go, constants.go). A policy can require longer keys and shorter
 * lifetimes.
 *
 * @param limits those by which the node is judged
 * @throws UserError for a lifetime or a time that no certificate can have, and for such a field of the configuration
 */
export function settingsOf(options: IssueOptions, config?: InstallerConfig, limits: Settled = {}): Settings {
  const now = Math.floor((options.at ?? new Date(0)).getTime() / 1000) * 1000;
  const { backdateMs = issueDefaults.backdateMs, days, caDays } = options;
  const isChosen = options.algorithm !== undefined;
  const usual = options.algorithm ?? algorithmOf(config?.encryptionAlgorithm);
  const classical = isMlDsa(usual) ? issueDefaults.algorithm : usual;
  const lifetime = lifetimeWithin(limits, 'cert/lifetime', lifetimeOf('days', options, config), days !== undefined);
  const caLifetime = lifetimeWithin(
    limits,
    'authority/lifetime',
    lifetimeOf('caDays', options, config),
    caDays !== undefined,
  );
  if (now - backdateMs < years.first || now + Math.max(lifetime, caLifetime) >= years.end) {
    const { at, backdateMs: backdate, days: ofLeaves, caDays: ofCas } = issueOptions;
    throw new UserError(
      'a certificate would begin before 1950 or expire after 9999, which no certificate can express',
      `check ${at.option}, ${backdate.option}, ${ofLeaves.option} and ${ofCas.option}`,
    );
  }
  return {
    documentedOnly: options.profile === 'documented',
    now,
    only: new Set(options.only ?? []),
    unattended: false,
    replace: new Set(options.replace ?? []),
    renewBefore: options.renew ? now + renewedWithin(options, limits) : undefined,
    keepKey: options.keepKey ?? false,
    fixModes: options.fixModes ?? false,
    confirmed: options.yes ?? false,
    algorithm: algorithmWithin(limits, 'cert/key-size', usual, isChosen),
    caAlgorithm: algorithmWithin(limits, 'authority/key-size', usual),
    tokenAlgorithm: algorithmWithin(limits, 'service-account/key-size', classical),
    instead: isChosen
      ? undefined
      : {
          algorithm: algorithmWithin(limits, 'cert/key-size', classical),
          caAlgorithm: algorithmWithin(limits, 'authority/key-size', classical),
        },
    keyLimits: soundKeys(limits, 'cert/key-size'),
    lifetime,
    caLifetime,
    backdate: Math.floor(backdateMs / 1000) * 1000,
    endpoint: options.facts?.controlPlaneEndpoint ?? options.policy?.facts?.controlPlaneEndpoint,
    rootDir: options.rootCa ? options.rootDir : undefined,
    requests: options.csr,
  };
}

/** How long before its expiry a certificate is renewed, in milliseconds: when lint reports it, if no option says so. */
function renewedWithin({ withinDays }: IssueOptions, limits: Settled): number {
  return withinDays === undefined ? warnedWithin(limits, 'cert/ends-soon') : withinDays * day;
}

/** kubeadm writes `ECDSA-P256` for ecdsa-p256 (kubeadm v1beta4, EncryptionAlgorithmType). */
function algorithmOf(configured: Placed<string> | undefined): KeyAlgorithm {
  const found = algorithms.find((one) => one === (configured?.value.toLowerCase() ?? issueDefaults.algorithm));
  if (found !== undefined) return found;
  const names = algorithms.map((one) => one.toUpperCase()).join(', ');
  throw wrongField('encryptionAlgorithm', configured, `one of ${names}`);
}

const configFields = { days: 'certificateValidityPeriod', caDays: 'caCertificateValidityPeriod' } as const;

/** The lifetime of certificates or of CAs, in milliseconds: the option, or kubeadm's configuration, or the default. */
function lifetimeOf(
  name: keyof typeof configFields,
  options: IssueOptions,
  config: InstallerConfig | undefined,
): number {
  const field = configFields[name];
  const configured = options[name] === undefined ? config?.[field] : undefined;
  const lifetime = configured ? durationOf(field, configured) : (options[name] ?? issueDefaults[name]) * day;
  if (lifetime > 0) return lifetime;
  throw new UserError(`${issueOptions[name].option} is ${lifetime / day}`, 'it must be more than 0');
}

const units = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

/** Milliseconds of a duration as Go parses it (time.ParseDuration), down to milliseconds. */
function durationOf(field: string, configured: Placed<string>): number {
  const parts = [...configured.value.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/gy)];
  const sum = parts.reduce((total, [, count, unit]) => total + Number(count) * units[unit as keyof typeof units], 0);
  if (sum > 0 && parts.map(([part]) => part).join('') === configured.value) return Math.round(sum);
  throw wrongField(field, configured, 'a duration such as 8760h or 8760h0m0s');
}

function wrongField(what: string, configured: Placed<string> | undefined, expected: string): UserError {
  const { path, line } = configured?.at ?? { path: '' };
  return new UserError(`${path}:${line}: ${what} is "${configured?.value}"`, `expected: ${expected}`);
}
