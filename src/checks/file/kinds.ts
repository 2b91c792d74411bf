/** Checks that what is read is a file that its readers can parse. */

import type { NodeFile } from '../../artifact/file.ts';
import { isInPkiFolder } from '../../artifact/node.ts';
import type { PemOddity } from '../../artifact/oddities.ts';
import { folderOf, withoutFolder } from '../../artifact/paths.ts';
import type { Pem } from '../../artifact/pem-blocks.ts';
import { hasMlDsaKey, knowsMlDsa } from '../../model/facts/ml-dsa.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Slot } from '../../model/roles/slots.ts';
import { irregularity, seenOfFile, sourceAt } from '../../model/roles/source.ts';
import type { Use } from '../../model/roles/uses.ts';
import { seedAndExpanded } from '../../x509/ml-dsa.ts';
import { check, notApplicable, type Problem, problem } from '../base/check.ts';
import { isMisnamed, stoppedOf, withoutFile } from '../base/file-kinds.ts';
import { unknowing } from '../credentials/issuer.ts';

/** What fails without a file. */
const consequences = (uses: readonly Use[]): Required<Pick<Problem, 'related' | 'stops'>> => ({
  related: withoutFile(uses),
  stops: stoppedOf(uses),
});

function lineOf(file: NodeFile, pem: Pem | undefined): { readonly line?: number } {
  const malformed = file.content?.type === 'malformed' ? file.content.line : undefined;
  const line = malformed ?? pem?.oddityLine ?? pem?.blocks.find((block) => block.type === 'malformed')?.line;
  return line === undefined ? {} : { line };
}

/** What is wrong with a file, in words that continue its path. */
const states: Readonly<Record<PemOddity, string>> = {
  empty: ' is empty',
  'der-certificate': ' is DER, but Kubernetes reads PEM (openssl x509 -inform DER)',
  'der-key': ' is DER, but Kubernetes reads PEM (openssl pkey -inform DER)',
  pkcs12: ' is PKCS#12, but Kubernetes reads PEM (openssl pkcs12)',
  'byte-order-mark': ' begins with a byte-order mark, which hides the first block',
  'cut-block': ' has a truncated or damaged PEM block',
  'glued-blocks': ' lacks a line break between two PEM blocks, so Go reads neither',
  'base64-pem': ' is base64 of PEM',
  'indented-blocks': ' is indented, so Go finds no PEM block in it',
  'no-pem': ' contains no PEM block',
};

/** The fixes of oddities whose contents are all there, by what has to be done with them. */
const repairs: Readonly<Partial<Record<PemOddity, string>>> = {
  'byte-order-mark': 'mark',
  'der-certificate': 'certificate',
  'der-key': 'key',
  'glued-blocks': 'glued',
  'base64-pem': 'base64',
  'indented-blocks': 'indented',
};

/** Whether a file is an ML-DSA key that has a seed, which is all that Go reads, and an expanded key too. */
function hasSpareForm(uses: readonly Use[], pem: Pem | undefined, pki: Pki): boolean {
  const [block, ...more] = pem?.blocks ?? [];
  const isBoth = block?.type === 'malformed' && block.error === seedAndExpanded && more.length === 0;
  return isBoth && uses.every(({ slot }) => knowsMlDsa(slot?.component.name ?? '', pki).answer !== 'no');
}

/** What a component expects in a file, by how it reads it. */
const formats: Readonly<Record<Slot['row']['holds'], string>> = {
  pool: 'PEM certificates',
  'etcd-pool': 'PEM certificates',
  certificate: 'a PEM certificate',
  key: 'a PEM private key',
  signer: 'a PEM certificate',
  'signer-key': 'a PEM private key',
  verifiers: 'PEM public keys',
  'token-signer': 'a PEM private key',
  kubeconfig: 'a kubeconfig in YAML',
  'sni-pair': 'a PEM certificate and its key',
  settings: 'a configuration file in YAML',
  'drop-ins': 'a configuration file in YAML',
  file: 'a file that the component can parse',
  text: 'a file that the component can parse',
};

/** What the users of a file expect in it. Without a flag, only kubeconfigs are YAML. */
function expectedFormat(uses: readonly Use[], { content }: NodeFile): string {
  const [holds] = uses.flatMap(({ slot }) => slot?.row.holds ?? []);
  return formats[holds ?? (content?.type === 'malformed' ? 'kubeconfig' : 'file')];
}

export const fileKindsChecks = {
  /** A path that is not a file: a directory, a named pipe, a loop of links … */
  'file/kind': check('file', function* (file, pki) {
    const uses = pki.uses.get(file.path) ?? [];
    if (uses.length === 0) return yield notApplicable('nothing reads it');
    if (seenOfFile(file) === 'irregular') {
      yield problem({ path: file.path }, { path: file.path, found: irregularity(file) }, consequences(uses));
    }
  }),
  /** The same if no component reads it: programs that walk the directory can hang or fail. */
  'file/stray': check('file', function* (file, pki) {
    if (pki.uses.has(file.path) || !isInPkiFolder(pki.node, folderOf(file.path)))
      return yield notApplicable('reported by a different rule');
    const followed = [...pki.uses.keys()].flatMap((path) => pki.node.files.get(path)?.links ?? []);
    if (followed.some((link) => link.path === file.path)) return yield notApplicable('part of a path that is read');
    // A path that does not exist below a link is just missing.
    const isLink = file.links.some((link) => link.path === file.path);
    const odd = (file.state === 'broken-link' && isLink) || seenOfFile(file) === 'irregular';
    if (odd && file.state !== 'directory')
      yield problem({ path: file.path }, { path: file.path, found: irregularity(file) });
  }),
  /** A file that none of its readers can parse. */
  'file/parse': check('file', function* (file, pki) {
    const uses = (pki.uses.get(file.path) ?? []).filter((use) => use.load !== undefined);
    if (uses.length === 0) return yield notApplicable('nothing reads it');
    const failed = uses.flatMap((use) => (use.load?.ok === false ? [use.load.error] : []));
    if (failed.length < uses.length) return;
    if (isMisnamed(file, uses, pki)) return yield notApplicable('reported by argument/load');
    const holder = pki.authorities.find(({ key }) => key.path === file.path);
    if (holder?.certificates.some(hasMlDsaKey) && unknowing(holder.id, pki) !== undefined) {
      return yield notApplicable('reported by authority/key-usable');
    }
    // For broken YAML the fact that it is not PEM is no explanation.
    const pem = file.content?.type === 'malformed' ? undefined : sourceAt(pki.node, file.path).pem;
    const data = {
      path: file.path,
      error: failed[0] ?? '',
      state: pem?.oddity === undefined ? '' : states[pem.oddity],
      format: expectedFormat(uses, file),
      file: withoutFolder(folderOf(file.path), file.path),
    };
    const fix = pem?.oddity ? repairs[pem.oddity] : hasSpareForm(uses, pem, pki) ? 'seed' : undefined;
    yield problem({ path: file.path, ...lineOf(file, pem) }, data, {
      ...consequences(uses),
      ...(fix && { fix, moved: [file.path] }),
      // What was lost with the contents of one file was often lost with those of others; other damage is by chance.
      shared: pem?.oddity === 'empty' ? 'empty' : file.path,
    });
  }),
};
