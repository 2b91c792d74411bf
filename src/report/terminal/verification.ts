/** Formats the result of verifying one certificate. */
import type { Certificate, Chain, Verdict } from '../../artifact/certificate.ts';
import { printable } from '../../core/text.ts';
import type { Verification } from '../../results/verification.ts';
import { grid } from '../text/grid.ts';
import { mark, painter } from '../text/paint.ts';
import type { ReporterOptions } from '../text/reporter.ts';
import { moment, wrap } from '../text/width.ts';

/** Returns the first chain, with `verbose` all chains, or the error. Every line fits the width. */
export async function verificationText(
  { path, at, verdict }: Verification,
  { width, color, verbose }: ReporterOptions,
): Promise<string> {
  const paint = painter(color);
  if (!verdict.ok) {
    const [first = '', ...rest] = wrap(printable(`${path}: ${verdict.error}`), width - 2);
    return `${[`${mark('error', paint)} ${first}`, ...rest.map((line) => `  ${line}`)].join('\n')}\n`;
  }
  const [first = [], ...others] = verdict.chains;
  const tables: string[] = [];
  for (const chain of verbose ? verdict.chains : [first]) {
    tables.push(await grid(['SUBJECT', 'SIGNED BY', 'VALID FROM', 'EXPIRES'], chain.map(row), width, paint));
  }
  const head = `${paint('green', '✔')} ${printable(path)} is trusted, as of ${moment(at)}`;
  const more = others.length > 0 && !verbose ? `\n${others.length} more chains (--verbose lists them)` : '';
  return `${head}\n\n${tables.join('\n\n')}\n${more}${more === '' ? '' : '\n'}`;
}

function row({ subject, issuer, notBefore, notAfter }: Certificate): string[] {
  const signedBy = subject.der === issuer.der ? 'self-signed' : issuer.text;
  const date = (time: number) => moment(new Date(time).toISOString());
  return [subject.text, signedBy, date(notBefore), date(notAfter)];
}

/** Returns a verdict as a JSON value, with the identifying fields of each certificate, and times in RFC 3339. */
export function verdictValue(verdict: Verdict) {
  const chainOf = (chain: Chain) =>
    chain.map(({ subject, issuer, serial, notBefore, notAfter, fingerprint256 }) => ({
      subject: subject.text,
      issuer: issuer.text,
      serial,
      notBefore: new Date(notBefore).toISOString(),
      notAfter: new Date(notAfter).toISOString(),
      fingerprint256,
    }));
  return verdict.ok
    ? { ok: true, error: null, chains: verdict.chains.map(chainOf) }
    : { ok: false, error: verdict.error, chains: [] };
}
