/** `pki-lint verify CERT --ca FILE` */
import type { Pem } from '../core/artifact.ts';
import type { Certificate } from '../core/certificate.ts';
import { UserError } from '../core/errors.ts';
import type { Strictness } from '../core/strictness.ts';
import { printable } from '../core/text.ts';
import { grid } from '../report/grid.ts';
import { json } from '../report/json.ts';
import { moment, wrap } from '../report/layout.ts';
import { mark, painter } from '../report/paint.ts';
import { readGivenFile } from '../scan/input-file.ts';
import { kubernetesRows, strictnessOfGo, strictnessOfKubernetes, strictnessRows } from '../tables/go-releases.ts';
import type { Chain } from '../x509/chain.ts';
import { loadLeafChain } from '../x509/load.ts';
import { readPem } from '../x509/pem.ts';
import { type Verdict, verify } from '../x509/verify.ts';
import type { VerifyFlags } from './flags.ts';
import { complain, type Terminal, usesColor, widthOf } from './terminal.ts';

/**
 * Prints the chain by which a Go program would trust a certificate, or why it would not; yields the exit code. Throws a
 * UserError for a file that cannot be read or holds no certificate.
 */
export async function verifyCommand(path: string, flags: VerifyFlags, terminal: Terminal): Promise<number> {
  const strictness = strictnessFor(flags, terminal);
  const read = (file: string) => readCertificates(file, terminal, strictness);
  const roots = flags.ca.flatMap((file) => usable(file, read(file), terminal));
  const between = (flags.intermediates ?? []).flatMap((file) => usable(file, read(file), terminal));
  const own = read(path);
  const at = (flags.at ?? new Date()).getTime();
  const chain = loadLeafChain(own);
  const verdict: Verdict = chain.ok
    ? verify(chain.value.leaf, {
        roots,
        intermediates: [...chain.value.intermediates, ...between],
        at,
        strictness,
        ...(flags.host === undefined ? {} : { host: flags.host }),
        ...(flags.usage === undefined ? {} : { usages: flags.usage }),
      })
    : chain;
  terminal.stdout.write(await shown(path, verdict, flags, at, terminal));
  return verdict.ok ? 0 : 1;
}

/** Throws a UserError for a release that the tables do not know. */
function strictnessFor({ go, kubernetesVersion }: VerifyFlags, terminal: Terminal): Strictness {
  if (go !== undefined && kubernetesVersion !== undefined) {
    throw new UserError('--go and --kubernetes-version both choose the Go', 'leave one of them out');
  }
  if (kubernetesVersion !== undefined) {
    const built = strictnessOfKubernetes(kubernetesVersion);
    if (built?.sure === false) {
      const either = built.go.join(' or ');
      complain(terminal, `Go ${either} built Kubernetes ${kubernetesVersion}; it is judged by what both refuse`);
    }
    if (built !== undefined) return built.strictness;
    const [first, last] = [kubernetesRows[0], kubernetesRows.at(-1)];
    const known = `known are v${first?.kubernetes} to v${last?.kubernetes}; --go takes a release of Go instead`;
    throw new UserError(`it is not known which Go built Kubernetes ${kubernetesVersion}`, known);
  }
  const version = go ?? strictnessRows.at(-1)?.go ?? '';
  const strictness = strictnessOfGo(version);
  if (strictness !== undefined) return strictness;
  throw new UserError(
    `it is not known how Go ${version} judges`,
    `known are releases from ${strictnessRows[0]?.go.replace(/\.0$/, '')} on`,
  );
}

function readCertificates(file: string, { cwd }: Terminal, strictness: Strictness): Pem {
  const pem = readPem(readGivenFile(file, cwd), strictness);
  if (pem.blocks.some(({ label }) => label === 'CERTIFICATE')) return pem;
  const der = pem.oddity === 'der-certificate';
  const hint = der ? `openssl x509 -inform DER -in ${file} makes PEM of it` : undefined;
  throw new UserError(`"${file}" holds no certificate${der ? ' in PEM' : ''}`, hint);
}

/** What gets into a pool: the others are passed over, as AppendCertsFromPEM does, but not silently. */
function usable(file: string, { blocks }: Pem, terminal: Terminal): Certificate[] {
  return blocks.flatMap((block) => {
    if (block.label !== 'CERTIFICATE') return [];
    if (block.type === 'certificate' && !block.headers) return [block.certificate];
    const reason = block.type === 'malformed' ? block.error : 'it has headers';
    complain(terminal, `${file}:${block.line}: a certificate is passed over: ${reason}`);
    return [];
  });
}

async function shown(path: string, verdict: Verdict, flags: VerifyFlags, at: number, terminal: Terminal) {
  if (flags.format === 'json') return json(asJson(verdict));
  const paint = painter(usesColor(terminal, flags.color));
  const width = widthOf(terminal);
  if (!verdict.ok) {
    const [first = '', ...rest] = wrap(printable(`${path}: ${verdict.error}`), width - 2);
    return `${[`${mark('error', paint)} ${first}`, ...rest.map((line) => `  ${line}`)].join('\n')}\n`;
  }
  const [first = [], ...others] = verdict.chains;
  const tables: string[] = [];
  for (const chain of flags.verbose ? verdict.chains : [first]) {
    tables.push(await grid(['SUBJECT', 'SIGNED BY', 'FROM', 'UNTIL'], chain.map(row), width, paint));
  }
  const head = `${paint('green', '✔')} ${printable(path)} is trusted, as of ${moment(new Date(at).toISOString())}`;
  const more = others.length > 0 && !flags.verbose ? `\n${others.length} more by other ways: --verbose` : '';
  return `${head}\n\n${tables.join('\n\n')}\n${more}${more === '' ? '' : '\n'}`;
}

function row({ subject, issuer, notBefore, notAfter }: Certificate): string[] {
  const signedBy = subject.der === issuer.der ? 'itself' : issuer.text;
  const date = (time: number) => moment(new Date(time).toISOString());
  return [subject.text, signedBy, date(notBefore), date(notAfter)];
}

function asJson(verdict: Verdict) {
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
