/** Can it be read, as the component in whose slot it lies reads it? */
import type { NodeFile, Pem } from '../core/artifact.ts';
import { inFolder } from '../core/paths.ts';
import type { Pki } from '../model/roles/pki.ts';
import { slotName } from '../model/roles/slots.ts';
import { irregularity, type PemSource, seenOfFile, sourceAt, sourceOf } from '../model/roles/source.ts';
import type { Use } from '../model/roles/uses.ts';
import { type Loaded, loadGoPool, loadKeyOnly } from '../x509/load.ts';
import { type Consequence, check, notApplicable, problem, skip } from './check.ts';
import { slotFlag } from './presence.ts';

/** What the readers of a file cannot do without it. */
function consequences(uses: readonly Use[]): readonly Consequence[] {
  const all = uses.map((use) => ({ path: use.at.path, subject: use.user, message: withoutIt(use) }));
  // A component that does not start does so once, whatever else names the file.
  return all.filter((one) => all.find((other) => other.message === one.message) === one);
}

/** Every component loads what its arguments name before it does anything else; etcd takes a file without certificates. */
function withoutIt({ user, slot }: Use): string {
  if (slot === undefined) return `${user} cannot use it`;
  return `${slot.row.component} ${slot.row.holds === 'etcd-pool' ? 'trusts nobody, or does not start' : 'does not start'}`;
}

/** Something else in a file's place: a directory, a named pipe, a loop of links … */
const fileKind = check('file', function* (file, pki) {
  const uses = pki.uses.get(file.path) ?? [];
  if (uses.length === 0) return yield notApplicable('nothing reads it');
  if (seenOfFile(file) === 'irregular') {
    yield problem({ path: file.path }, { found: irregularity(file) }, { related: consequences(uses) });
  }
});

/** The same where nothing reads it: it hangs or trips whatever walks the directory. */
const fileStray = check('file', function* (file, pki) {
  if (pki.uses.has(file.path) || !isInPki(file, pki.node.pki)) return yield notApplicable('another rule speaks of it');
  const leads = [...pki.uses.keys()].flatMap((path) => pki.node.files.get(path)?.links ?? []);
  if (leads.some((link) => link.path === file.path)) return yield notApplicable('a path that is read leads over it');
  // Below a link that leads somewhere what is missing is just missing.
  const isLink = file.links.some((link) => link.path === file.path);
  const odd = (file.state === 'broken-link' && isLink) || seenOfFile(file) === 'irregular';
  if (odd && file.state !== 'directory') yield problem({ path: file.path }, { found: irregularity(file) });
});

function isInPki(file: NodeFile, pki: string): boolean {
  return file.path.startsWith(`${pki}/`);
}

/** A file that none of its readers can parse. */
const fileParse = check('file', function* (file, pki) {
  const uses = (pki.uses.get(file.path) ?? []).filter((use) => use.load !== undefined);
  if (uses.length === 0) return yield notApplicable('nothing reads it');
  const failed = uses.flatMap((use) => (use.load?.ok === false ? [use.load.error] : []));
  if (failed.length < uses.length) return;
  if (isMisnamed(file, uses, pki)) return yield notApplicable('argument/load speaks of it');
  // Of YAML that is broken it says nothing that it is no PEM.
  const pem = file.content?.type === 'malformed' ? undefined : sourceAt(pki.node, file.path).pem;
  const data = { path: file.path, error: failed[0] ?? '', hint: hintOf(pem) };
  yield problem({ path: file.path, ...lineOf(file, pem) }, data, { related: consequences(uses) });
});

/** Whether a file is whole, and one argument alone names it in the place of the recommended one: then that is at fault. */
function isMisnamed(file: NodeFile, uses: readonly Use[], pki: Pki): boolean {
  const [use, ...others] = uses;
  const path = use?.slot?.row.path;
  if (others.length > 0 || typeof path !== 'string' || inFolder(pki.node.pki, path) === file.path) {
    return false;
  }
  const pem = file.content?.type === 'pem' ? file.content.pem : undefined;
  return pem !== undefined && pem.oddity === undefined && pem.blocks.every((block) => block.type !== 'malformed');
}

function lineOf(file: NodeFile, pem: Pem | undefined): { readonly line?: number } {
  const malformed = file.content?.type === 'malformed' ? file.content.line : undefined;
  const line = malformed ?? pem?.oddityLine ?? pem?.blocks.find((block) => block.type === 'malformed')?.line;
  return line === undefined ? {} : { line };
}

const hints: Readonly<Record<NonNullable<Pem['oddity']>, string>> = {
  empty: ': the file is empty',
  'der-certificate': ': it is DER; Kubernetes reads PEM (openssl x509 -inform DER)',
  'der-key': ': it is DER; Kubernetes reads PEM (openssl pkey -inform DER)',
  'byte-order-mark': ': a byte-order mark hides the first block',
  'cut-block': ': a block is cut or damaged',
  'no-pem': ': it holds no PEM block',
};

function hintOf(pem: Pem | undefined): string {
  return pem?.oddity === undefined ? '' : hints[pem.oddity];
}

/** A file that others can read, but this component, in this slot, cannot. */
const argumentLoad = check('argument', function* (slot, pki) {
  if (slot.path === undefined) return yield notApplicable('not given');
  const uses = pki.uses.get(slot.path) ?? [];
  const use = uses.find((one) => one.slot === slot);
  if (use?.load?.ok !== false || slot.argument === undefined) return;
  const readable = uses.filter((one) => one.load !== undefined);
  const file = pki.node.files.get(slot.path);
  if (readable.every((one) => !one.load?.ok) && !(file && isMisnamed(file, readable, pki))) return;
  const data = { component: slot.row.component, flag: slotFlag(slot), path: slot.path, error: use.load.error };
  yield problem(slot.argument.at, data, {
    related: [{ path: slot.path, subject: slotName(slot), message: `${slot.row.component} does not start` }],
  });
});

/** Data embedded in a kubeconfig. */
const kubeconfigData = check('role', function* (role, pki) {
  if (role.kind !== 'kubeconfig' || !role.kubeconfig) return yield notApplicable('not a kubeconfig');
  const { certificate, chain, key } = role;
  const reference = role.kubeconfig.cluster?.certificateAuthority;
  const authority = reference && sourceOf(pki.node, reference);
  const embedded: readonly [PemSource | undefined, Loaded<unknown> | undefined][] = [
    [authority, authority?.pem && loadGoPool(authority.pem)],
    [certificate, chain],
    [key, key?.pem && loadKeyOnly(key.pem)],
  ];
  for (const [source, loaded] of embedded) {
    if (source?.entry === undefined) continue;
    const said = source.reason ?? (loaded?.ok === false ? loaded.error : undefined);
    if (said !== undefined) yield problem(source.at, { role: role.id, entry: source.entry, error: said });
  }
});

/** A file of the static pod folder that the kubelet cannot read: a pod that does not run, or what never was one. */
function manifestUnreadable(isPod: boolean) {
  return check('file', function* (file, pki) {
    if (!pki.node.manifestFiles.includes(file.path)) return yield notApplicable('not in the static pod folder');
    if (file.state === 'unreadable') return yield skip(`${file.path}: not readable`);
    if (file.content?.type !== 'malformed') return;
    if (meansToRun(file.path, pki) !== isPod) return yield notApplicable('another rule speaks of it');
    yield problem({ path: file.path, ...lineOf(file, undefined) }, { error: file.content.error });
  });
}

/** Whether a file is a manifest by its name, and of nothing that runs from another file. */
function meansToRun(path: string, pki: Pki): boolean {
  const [, name] = /([^/]+)\.(?:ya?ml|json)$/.exec(path) ?? [];
  return name !== undefined && pki.node.components.every((component) => component.name !== name);
}

export const fileKindChecks = {
  'file/kind': fileKind,
  'file/stray': fileStray,
  'file/parse': fileParse,
  'argument/load': argumentLoad,
  'kubeconfig/data': kubeconfigData,
  'manifest/parse': manifestUnreadable(true),
  'manifest/stray': manifestUnreadable(false),
};
