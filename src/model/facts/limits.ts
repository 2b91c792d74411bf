/** The limits by which a node is judged: options of rules, with the values that a policy or the command line set. */
import type { PublicKey } from '../../artifact/certificate.ts';
import { remember } from '../../core/collections.ts';
import { durationMs } from '../../settings/duration.ts';
import type { Duration, Level, RuleSettings } from '../../settings/policy.ts';
import { settingOf } from '../../settings/rule-settings.ts';
import { ruleOptionRows } from '../../tables/rule-options.ts';

/**
 * Severities and options that differ from the catalogue, those that outweigh others first. A length of time can be a
 * number of milliseconds too.
 */
export interface Settled {
  readonly settings?: readonly RuleSettings[];
}

const amountOf = (value: Duration | number | undefined): number | undefined =>
  typeof value === 'string' ? durationMs(value) : value;

const defaults: ReadonlyMap<string, number | undefined> = new Map(
  ruleOptionRows.map((row) => [`${row.rule} ${row.option}`, amountOf(row.default)]),
);

/**
 * Returns the value of a rule's option, in milliseconds or bits; undefined if there is no such limit.
 *
 * @throws Error for an option that the rule does not have
 */
export function limitOf({ settings = [] }: Settled, rule: string, option: string): number | undefined {
  const name = `${rule} ${option}`;
  if (!defaults.has(name)) throw new Error(`no option ${option} of ${rule}`);
  for (const one of settings) {
    const value = settingOf(one, rule).options[option];
    if (value !== undefined) return amountOf(value);
  }
  return defaults.get(name);
}

/** Returns the severity that a policy sets for a rule; undefined: that of the catalogue. */
export function levelOf({ settings }: Settled, rule: string): Level | undefined {
  return settings === undefined ? undefined : levelIn(settings, rule);
}

/** It is asked for each subject of a rule. */
const levelIn = remember((settings: readonly RuleSettings[], rule: string): Level | undefined => {
  for (const one of settings) {
    const { severity } = settingOf(one, rule);
    if (severity !== undefined) return severity;
  }
  return undefined;
});

/** Returns how long before its expiry a certificate or a CA is reported, in milliseconds. */
export function warnedWithin(
  settled: Settled,
  rule: `${'cert' | 'authority' | 'secret' | 'webhook' | 'api-service'}/ends-soon`,
): number {
  return limitOf(settled, rule, 'within') ?? 0;
}

/** The rules that say how long keys must be. */
export type KeySizeRule = 'cert/key-size' | 'authority/key-size' | 'service-account/key-size';

/** The least bits of keys; undefined: any length will do. */
export interface KeyLimits {
  readonly rsa: number;
  readonly ecdsa: number | undefined;
}

/** Below it, a key offers less than 112 bits of security, which NIST SP 800-131A disallows. */
export const leastRsaBits = 2048;

/** Returns how long the keys of a rule's subjects must be. */
export function keyLimits(settled: Settled, rule: KeySizeRule): KeyLimits {
  return { rsa: limitOf(settled, rule, 'rsa') ?? 0, ecdsa: limitOf(settled, rule, 'ecdsa') };
}

/** Returns how long they must be for nothing to be reported: RSA keys, at least what NIST requires. */
export function soundKeys(settled: Settled, rule: KeySizeRule): KeyLimits {
  const { rsa, ecdsa } = keyLimits(settled, rule);
  return { rsa: Math.max(rsa, leastRsaBits), ecdsa };
}

/** Whether a key is shorter than it must be. */
export function isShort({ type, bits }: PublicKey, { rsa, ecdsa = 0 }: KeyLimits): boolean {
  return (type === 'RSA' && bits < rsa) || (type === 'ECDSA' && bits < ecdsa);
}

/** Returns what keys are long enough, in words: `RSA of 2048 bits or more, or ECDSA`. */
export function keysInWords({ rsa, ecdsa }: KeyLimits): string {
  return `RSA of ${rsa} bits or more, or ECDSA${ecdsa === undefined ? '' : ` of ${ecdsa} bits or more`}`;
}
