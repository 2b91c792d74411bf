/** Verifies one certificate as a Go program would. */

import { basename } from 'node:path';
import type { Certificate } from '../artifact/certificate.ts';
import type { Pem } from '../artifact/pem-blocks.ts';
import type { Strictness } from '../artifact/strictness.ts';
import { filledOrReason } from '../core/command/fill.ts';
import { UserError } from '../core/errors.ts';
import type { Verification } from '../results/verification.ts';
import { readGivenFile } from '../scan/input-file.ts';
import { isKubeconfig } from '../scan/parse/kubeconfig.ts';
import { isYamlError, parseYaml } from '../scan/parse/yaml.ts';
import { kubernetesRows, strictnessOfGo, strictnessOfKubernetes, strictnessRows } from '../tables/go-releases.ts';
import { loadLeafChain } from '../x509/load.ts';
import { readPem } from '../x509/pem.ts';
import { verify } from '../x509/verify/verify.ts';

export interface VerificationOptions {
  /** PEM files of certificates to trust. */
  readonly ca: readonly string[];
  /** PEM files of intermediate certificates. */
  readonly intermediates?: readonly string[];
  /** A host name or IP address that the certificate must be valid for. */
  readonly host?: string;
  /**
   * RFC 5280 names of extended key usages, dotted OIDs, or `any`. The certificate needs one of them; default
   * `serverAuth`.
   */
  readonly usages?: readonly string[];
  /** The time of judging; default now. */
  readonly at?: Date;
  /** The release of Go whose rules apply; default the newest in the tables. */
  readonly go?: string;
  /** The release of Kubernetes whose release of Go applies. */
  readonly kubernetesVersion?: string;
  readonly cwd: string;
  /** Receives a message for each certificate that is skipped, and for an ambiguous release. */
  readonly onWarning: (message: string) => void;
}

/**
 * Returns the chains by which a Go program trusts the certificate of a PEM file, or the reason why it does not.
 *
 * @throws UserError for a file that cannot be read or contains no certificate, and for a release that the tables do not
 *   contain
 */
export function verifyFile(path: string, options: VerificationOptions): Verification {
  const { host, usages, onWarning } = options;
  const strictness = strictnessFor(options);
  const read = (file: string, field: string = caField) => readCertificates(file, field, options.cwd, strictness);
  const roots = options.ca.flatMap((file) => usable(file, read(file), onWarning));
  const intermediates = (options.intermediates ?? []).flatMap((file) => usable(file, read(file), onWarning));
  const own = read(path, '{.users[0].user.client-certificate-data}');
  const at = options.at ?? new Date();
  const chain = loadLeafChain(own);
  const verdict = chain.ok
    ? verify(chain.value.leaf, {
        roots,
        intermediates: [...chain.value.intermediates, ...intermediates],
        at: at.getTime(),
        strictness,
        ...(host === undefined ? {} : { host }),
        ...(usages === undefined ? {} : { usages }),
      })
    : chain;
  return { path, at: at.toISOString(), verdict };
}

function strictnessFor({ go, kubernetesVersion, onWarning }: VerificationOptions): Strictness {
  if (go !== undefined && kubernetesVersion !== undefined) {
    throw new UserError('--go and --kubernetes-version cannot be combined', 'leave one of them out');
  }
  if (kubernetesVersion !== undefined) {
    const built = strictnessOfKubernetes(kubernetesVersion);
    if (built?.sure === false) {
      const either = built.go.join(' or ');
      onWarning(`Go ${either} built Kubernetes ${kubernetesVersion}; it is judged by what both reject`);
    }
    if (built !== undefined) return built.strictness;
    const [first, last] = [kubernetesRows[0], kubernetesRows.at(-1)];
    const known = `known releases: v${first?.kubernetes} to v${last?.kubernetes}; or give a release of Go with --go`;
    throw new UserError(`the release of Go that built Kubernetes ${kubernetesVersion} is not known`, known);
  }
  const version = go ?? strictnessRows.at(-1)?.go ?? '';
  const strictness = strictnessOfGo(version);
  if (strictness !== undefined) return strictness;
  throw new UserError(
    `the rules of Go ${version} are not known`,
    `known releases: ${strictnessRows[0]?.go.replace(/\.0$/, '')} and later`,
  );
}

const caField = '{.clusters[0].cluster.certificate-authority-data}';

/** @param field the JSONPath of the certificate, if the file is a kubeconfig */
function readCertificates(file: string, field: string, cwd: string, strictness: Strictness): Pem {
  const bytes = readGivenFile(file, cwd);
  const pem = readPem(bytes, strictness);
  if (pem.blocks.some(({ label }) => label === 'CERTIFICATE')) return pem;
  if (pem.oddity === 'der-certificate') {
    throw new UserError(`"${file}" contains no certificate in PEM`, ['to convert it:', toPem(file)]);
  }
  const documents = parseYaml(bytes);
  const isConfig = !isYamlError(documents) && documents[0] !== undefined && isKubeconfig(documents[0]);
  if (!isConfig) throw new UserError(`"${file}" contains no certificate`);
  throw new UserError(`"${file}" is a kubeconfig, not a certificate`, [
    'to use the certificate in it, write it to a file, and name that file instead:',
    extract(file, field),
  ]);
}

function extract(file: string, field: string): string {
  const target = `${basename(file).replace(/\.\w+$/, '')}.crt`;
  const view = `kubectl config view --raw --minify --kubeconfig {source} -o jsonpath='${field}'`;
  return filledOrReason(`${view} | base64 -d > {path}`, { source: file, path: target });
}

function toPem(file: string): string {
  const values = { source: file, path: file.replace(/\.\w+$/, '') };
  return filledOrReason('openssl x509 -inform DER -in {source} -out {path}.pem', values);
}

/**
 * The certificates that Go's AppendCertsFromPEM adds to a pool. It skips the others silently; here they cause a
 * warning.
 */
function usable(file: string, { blocks }: Pem, onWarning: (message: string) => void): Certificate[] {
  return blocks.flatMap((block) => {
    if (block.label !== 'CERTIFICATE') return [];
    if (block.type === 'certificate' && !block.headers) return [block.certificate];
    const reason = block.type === 'malformed' ? block.error : 'it has headers';
    onWarning(`${file}:${block.line}: certificate skipped: ${reason}`);
    return [];
  });
}
