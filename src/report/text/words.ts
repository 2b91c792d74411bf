/** The words with which rules are described: what severities and impacts mean, and which templates say something. */
import { hasWords } from '../../core/text.ts';
import type { Renewer } from '../../results/expiry.ts';
import type { Impact, Severity } from '../../results/finding.ts';
import type { RuleDoc } from '../../results/rule-doc.ts';

export const severityWords: Readonly<Record<Severity, string>> = {
  error: 'a component or a connection fails now, or someone has access who should not',
  warning: 'it works today, but differs from the documentation, grants too much, or expires soon',
  info: 'worth knowing, or to clean up',
};

export const impactWords: Readonly<Record<Impact, string>> = {
  outage: 'a component does not start, or a connection fails',
  expiry: 'a certificate has expired, or expires soon',
  upgrade: 'an upgrade would break something',
  privilege: 'more access than needed, or a key that others can read',
  deviation: 'works, but differs from the documentation',
  hygiene: 'works, but should be cleaned up',
};

/** What renews a certificate, for people. */
export const renewerWords = (renewer: Renewer): string => (renewer === 'manual' ? 'by hand' : renewer);

/** Names the signer of a certificate for people: JSON has `itself`. */
export const signerWords = (signedBy: string): string => (signedBy === 'itself' ? 'self-signed' : signedBy);

/** Returns the templates of a rule that say something: those with words of their own, and each text once. */
export function templatesOf({ message, fails }: Pick<RuleDoc, 'message' | 'fails'>): Pick<RuleDoc, 'fails'> & {
  readonly says: string | null;
} {
  return {
    says: saysSomething(message) ? message : null,
    fails: fails !== null && saysSomething(fails) && !hasWords(message, fails) ? fails : null,
  };
}

function saysSomething(template: string): boolean {
  return /[a-z]{2}/i.test(template.replace(/<[^<>]*>/g, ''));
}
