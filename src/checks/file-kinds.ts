/** Checks that components can read the files that they use. */
import type { NodeFile } from '../artifact/file.ts';
import type { Kubeconfig } from '../artifact/kubeconfig.ts';
import type { PemOddity } from '../artifact/oddities.ts';
import { folderOf, inFolder, withoutFolder } from '../artifact/paths.ts';
import type { Pem } from '../artifact/pem-blocks.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { KubeconfigRole } from '../model/roles/role.ts';
import { type Slot, slotName } from '../model/roles/slots.ts';
import { irregularity, type PemSource, seenOfFile, sourceAt, sourceOf } from '../model/roles/source.ts';
import type { Use } from '../model/roles/uses.ts';
import { type Loaded, loadGoPool, loadKeyOnly, loadLeafChain } from '../x509/load.ts';
import { editPaths } from './argument-edit.ts';
import { check, notApplicable, type Problem, problem } from './check.ts';
import { kubeconfigCheck } from './guards.ts';
import { slotFlag } from './presence.ts';
import { signingFile } from './signing-file.ts';

/** What fails without a file. */
function consequences(uses: readonly Use[]): Required<Pick<Problem, 'related' | 'stops'>> {
  const all = uses.map((use) => ({ path: use.at.path, subject: use.user, message: withoutIt(use) }));
  // A component that does not start is listed once, even if several flags name the file.
  const related = all.filter((one) => all.find((other) => other.message === one.message) === one);
  return { related, stops: stoppedOf(uses) };
}

/** Components load all files before they start; etcd also accepts a trust file without certificates. */
function withoutIt({ user, slot }: Use): string {
  if (slot === undefined || slot.row.lazy) return `${user} cannot use it`;
  return `${slot.row.component} ${slot.row.holds === 'etcd-pool' ? 'trusts no client, or does not start' : 'does not start'}`;
}

/** The components that do not start without a file that can be loaded. */
function stoppedOf(uses: readonly Use[]): readonly string[] {
  const eager = uses.flatMap(({ slot }) => (slot?.row.lazy || slot?.row.holds === 'etcd-pool' ? [] : (slot ?? [])));
  return [...new Set(eager.map(({ row }) => row.component))];
}

/** Whether a file is intact and only one flag names it, instead of the recommended one. Then the flag is at fault. */
function isMisnamed(file: NodeFile, uses: readonly Use[], pki: Pki): boolean {
  const [use, ...others] = uses;
  const row = use?.slot?.row;
  if (others.length > 0 || row === undefined) return false;
  if (row.path !== null && inFolder(pki.node.pki, row.path) === file.path) return false;
  const pem = file.content?.type === 'pem' ? file.content.pem : undefined;
  return pem !== undefined && pem.oddity === undefined && pem.blocks.every((block) => block.type !== 'malformed');
}

function lineOf(file: NodeFile, pem: Pem | undefined): { readonly line?: number } {
  const malformed = file.content?.type === 'malformed' ? file.content.line : undefined;
  const line = malformed ?? pem?.oddityLine ?? pem?.blocks.find((block) => block.type === 'malformed')?.line;
  return line === undefined ? {} : { line };
}

const hints: Readonly<Record<PemOddity, string>> = {
  empty: ': the file is empty',
  'der-certificate': ': the file is DER, but Kubernetes reads PEM (openssl x509 -inform DER)',
  'der-key': ': the file is DER, but Kubernetes reads PEM (openssl pkey -inform DER)',
  'byte-order-mark': ': a byte-order mark hides the first block',
  'cut-block': ': a PEM block is truncated or damaged',
  'glued-blocks': ': a line break is missing between two PEM blocks, and Go reads neither',
  'base64-pem': ': the file is base64 of PEM',
  'no-pem': ': the file contains no PEM block',
};

/** The fixes of oddities whose contents are all there, by what has to be done with them. */
const repairs: Readonly<Partial<Record<PemOddity, string>>> = {
  'glued-blocks': 'glued',
  'base64-pem': 'base64',
};

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
  file: 'a file that the component can parse',
  text: 'a file that the component can parse',
};

/** What the users of a file expect in it. Without a flag, only kubeconfigs are YAML. */
function expectedFormat(uses: readonly Use[], { content }: NodeFile): string {
  const [holds] = uses.flatMap(({ slot }) => slot?.row.holds ?? []);
  return formats[holds ?? (content?.type === 'malformed' ? 'kubeconfig' : 'file')];
}

const suitable = 'exactly one certificate for a signer, one or more CAs for a trust file, a private key for a key flag';

/**
 * The recommended file of a flag for one half of a pair that names the other half, if the file can be loaded: a certificate
 * instead of a key, or a key instead of a certificate.
 */
function otherHalf({ row, path }: Slot, pki: Pki): string | undefined {
  const wanted = row.path === null ? undefined : inFolder(pki.node.pki, row.path);
  const isKey = row.holds === 'key' || row.holds === 'signer-key';
  if (wanted === undefined || wanted === path || !(isKey || row.holds === 'certificate')) return undefined;
  const [named, right] = [path ?? '', wanted].map((one) => sourceAt(pki.node, one).pem);
  const [asKey, asCertificate] = [loadKeyOnly, loadLeafChain];
  const [own, other] = isKey ? [asKey, asCertificate] : [asCertificate, asKey];
  return named && right && own(right).ok && other(named).ok ? wanted : undefined;
}

export const fileKindChecks = {
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
    if (pki.uses.has(file.path) || !file.path.startsWith(`${pki.node.pki}/`))
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
    // For broken YAML the fact that it is not PEM is no explanation.
    const pem = file.content?.type === 'malformed' ? undefined : sourceAt(pki.node, file.path).pem;
    const data = {
      path: file.path,
      error: failed[0] ?? '',
      hint: pem?.oddity === undefined ? '' : hints[pem.oddity],
      format: expectedFormat(uses, file),
      file: withoutFolder(folderOf(file.path), file.path),
    };
    const fix = pem?.oddity && repairs[pem.oddity];
    yield problem({ path: file.path, ...lineOf(file, pem) }, data, {
      ...consequences(uses),
      ...(fix && { fix, moved: [file.path] }),
      // What was lost with the contents of one file was often lost with those of others; other damage is by chance.
      shared: pem?.oddity === 'empty' ? 'empty' : file.path,
    });
  }),

  /** A file that other components can read, but not this one for this flag. */
  'argument/load': check('argument', function* (slot, pki) {
    if (slot.path === undefined) return yield notApplicable('not set');
    const uses = pki.uses.get(slot.path) ?? [];
    const use = uses.find((one) => one.slot === slot);
    if (use?.load?.ok !== false || slot.argument === undefined) return;
    const readable = uses.filter((one) => one.load !== undefined);
    const file = pki.node.files.get(slot.path);
    if (readable.every((one) => !one.load?.ok) && !(file && isMisnamed(file, readable, pki))) return;
    const { data: known, edits: ofSigner, ...more } = signingFile(slot, pki);
    const wanted = otherHalf(slot, pki);
    const data = {
      component: slot.row.component,
      flag: slotFlag(slot),
      path: slot.path,
      error: use.load.error,
      ...known,
    };
    const what =
      wanted === undefined ? '' : ` (${slot.row.holds === 'certificate' ? 'a private key' : 'a certificate'})`;
    yield problem(
      slot.argument.at,
      {
        ...data,
        what,
        wanted: wanted ?? `a file that ${data.flag} accepts`,
        fix: wanted ?? `a suitable file: ${suitable}`,
      },
      {
        ...more,
        related: [{ path: slot.path, subject: slotName(slot), message: withoutIt(use) }],
        stops: stoppedOf([use]),
        edits: ofSigner ?? (wanted === undefined ? [] : editPaths([[slot, wanted]], pki)),
      },
    );
  }),

  /** Data embedded in a kubeconfig. */
  'kubeconfig/data': kubeconfigCheck(function* (role, pki) {
    const { certificate, chain, key } = role;
    const { cluster } = role.kubeconfig;
    const reference = cluster?.certificateAuthority;
    const authority = reference && sourceOf(pki.node, reference);
    const embedded: readonly [PemSource | undefined, Loaded<unknown> | undefined][] = [
      [authority, authority?.pem && loadGoPool(authority.pem)],
      [certificate, chain],
      [key, key?.pem && loadKeyOnly(key.pem)],
    ];
    for (const [source, loaded] of embedded) {
      if (source?.entry === undefined) continue;
      const error = source.reason ?? (loaded?.ok === false ? loaded.error : undefined);
      if (error === undefined) continue;
      const data = { role: role.id, entry: source.entry, error, hint: hintOf(source, role.kubeconfig) };
      const own = source === authority && cluster?.isOnly ? caFix(role, cluster.name, source) : undefined;
      yield problem(source.at, { ...data, ...own?.data }, own ? { fix: 'ca', moved: [role.path] } : {});
    }
  }),
};

/** What embedded data is instead of base64 of PEM. */
function hintOf({ pem, at }: PemSource, { cluster, user }: Kubeconfig): string {
  const references = [cluster?.certificateAuthority, user?.certificate, user?.key];
  if (references.some((one) => one?.isPem && one.at === at)) return ': it is PEM, not base64 of PEM';
  return pem?.oddity === 'base64-pem' ? ': it was encoded twice' : '';
}

/** The values of the steps that embed the CA again, if its file can be read. */
function caFix({ path, parent }: KubeconfigRole, cluster: string, { reason }: PemSource) {
  if (!parent.loaded?.ok || parent.source.seen !== 'present') return undefined;
  const file = withoutFolder(folderOf(path), path);
  // kubectl does not read a kubeconfig whose data it cannot decode.
  return { data: { cluster, kubeconfig: path, authority: parent.source.path, file, undecoded: reason ? 'yes' : '' } };
}
