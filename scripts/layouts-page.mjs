/** The text of docs/layouts.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path/posix';
import { fileURLToPath } from 'node:url';

const rules = fileURLToPath(new URL('../rules', import.meta.url));
const read = (path) => JSON.parse(readFileSync(`${rules}/${path}`, 'utf8'));

const kinds = { 'control-plane': 'control plane', etcd: 'etcd', worker: 'worker', unknown: 'any' };

const code = (text) => `\`${text}\``;
const list = (items) => items.map((item) => `- ${item}`).join('\n');

/** `a, b and c` */
const together = (items, word = 'and') =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`;

/** The anchor that GitHub generates for a heading. */
const anchor = (title) =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');

/** A mark of a sign in words. */
function markText(mark) {
  if ('absent' in mark) return `no ${code(mark.path)}`;
  const subject = 'starts' in mark ? `a unit that starts ${code(mark.starts)}` : code(mark.path);
  return mark.contains === undefined ? subject : `${subject} with ${code(mark.contains)} in it`;
}

/** What a node has first, then what it lacks. */
const signText = (marks) =>
  together(marks.toSorted((one, other) => Number('absent' in one) - Number('absent' in other)).map(markText));

function recognised({ nodes }) {
  if (nodes.length === 0) return 'A node that shows no sign of another layout. Its files decide on its kind.';
  return list(nodes.map(({ kind, signs }) => `${kinds[kind]}: ${signs.map(signText).join('; or ')}`));
}

const unitNames = ({ units }) =>
  units.some(({ unit }) => unit === undefined)
    ? 'any, with their drop-ins and files of variables'
    : `${together(units.map(({ unit }) => code(unit)))}, with their drop-ins and files of variables`;

/** What is read of a node, whatever its arguments say. */
function places(layout) {
  const { pki, otherPki = [], kubeconfigFolders, manifests, kubelet, release, administratorsCopy } = layout;
  const kubeconfigs = kubeconfigFolders.map(({ folder, ending = '' }) => code(`${folder}/*${ending}`));
  const settings = kubelet.settings.map((file) => code(join(kubelet.folder, file)));
  const flags = kubelet.flags === undefined ? [] : [code(`${kubelet.folder}/${kubelet.flags.file}`)];
  return [
    `certificates and keys: ${together([pki, ...otherPki].map(code))}`,
    `units: ${unitNames(layout)}`,
    ...(manifests === undefined ? [] : [`static pods: ${code(manifests)}`]),
    ...(kubeconfigs.length === 0 ? [] : [`kubeconfigs: ${together(kubeconfigs)}`]),
    ...(administratorsCopy === undefined ? [] : [`the kubeconfig of kubectl: ${code(administratorsCopy)}`]),
    `the kubelet, unless its flags name others: ${together([...settings, ...flags, code(kubelet.certificates)])}`,
    ...(release === undefined ? [] : [`the release: ${code(release)}`]),
  ];
}

/** Which CA signs the certificate of a row. */
const signers = {
  authorities: () => 'itself',
  certificates: ({ parent }) => code(parent),
  kubeconfigs: () => code('kubernetes-ca'),
};

/** The roles whose files or names a layout has otherwise than the one that it extends. */
function ownFiles({ row: { changes = {} } }, layout) {
  const own = (rows = [], field) => new Set(rows.filter((row) => field in row).map(({ role }) => role));
  const at = (path) => code(path.startsWith('/') ? path : join(layout.pki, path));
  const ofTable = (name, field, filesOf) =>
    layout[name]
      .filter(({ role }) => own(changes[name], field).has(role))
      .map((row) => [code(row.role), together(filesOf(row).map(at)), signers[name]?.(row) ?? '']);
  return [
    ...ofTable('authorities', 'certificate', ({ certificate, key }) => [certificate, key]),
    ...ofTable('certificates', 'certificate', ({ certificate, key }) => [certificate, key]),
    ...ofTable('keyPairs', 'private', (pair) => [...new Set([pair.private, pair.public])]),
    ...ofTable('kubeconfigs', 'path', ({ path }) => [path]),
  ];
}

function filesTable(rows) {
  if (rows.length === 0) return [];
  return [
    'Its files, where no flag names others:',
    ['| role | files | signed by |', '|---|---|---|', ...rows.map((cells) => `| ${cells.join(' | ')} |`)].join('\n'),
  ];
}

const rolesWith = (rows, has) => rows.filter(has).map(({ role }) => code(role));

/** Lists of roles that have the same files. */
function shared(certificates) {
  const rolesOf = (path) => certificates.filter(({ certificate }) => certificate === path).map(({ role }) => role);
  const paths = [...new Set(certificates.map(({ certificate }) => certificate))];
  return paths.map((path) => [...new Set(rolesOf(path))]).filter((roles) => roles.length > 1);
}

/** What the rows of a layout accept. What it has from the one that it extends is said there. */
function accepted({ authorities, certificates, kubeconfigs, keyPairs }, { row: { changes = {} } }) {
  const ownRows = [changes.authorities, changes.certificates, changes.kubeconfigs].flatMap((rows = []) => rows);
  const open = (field, words) => {
    const roles = rolesWith(ownRows, (row) => row[field] === true);
    return roles.length === 0 ? [] : [`${words}: ${together(roles)}.`];
  };
  const own = new Set(authorities.map(({ role }) => role));
  const purposes = [own.has('etcd-ca') ? [] : 'of etcd', own.has('front-proxy-ca') ? [] : 'of front proxies'].flat();
  const administrators = rolesWith(
    kubeconfigs,
    ({ role, o = [] }) => !role.includes('admin') && o.includes('system:masters'),
  );
  const keys = new Set(authorities.map(({ key }) => key));
  const isSigning = keyPairs.some((pair) => keys.has(pair.private));
  return [
    ...(purposes.length === 0 ? [] : [`The CA of the cluster is also that ${together(purposes)}.`]),
    ...shared(certificates).map((roles) => `One certificate is that of ${together(roles.map(code))}.`),
    ...(isSigning ? ['The key of the CA signs the tokens of service accounts.'] : []),
    ...(administrators.length === 0 ? [] : [`${together(administrators)} have the group of administrators.`]),
    ...open('anyName', 'Any common name'),
    ...open('anyGroup', 'Any group but that of administrators'),
    ...open('anyUsage', 'Any key usages with which the components work'),
  ];
}

const renewers = ({ page }) => Object.keys(page.renewal);

/** Names the source of a file, as `rules/citations.json` has it. */
function sourceText({ source }, citations) {
  const { title, url, revision } = citations[source] ?? citations[source.split('#')[0]];
  return `[${title}](${url})${revision === undefined ? '' : ` (${revision})`}`;
}

const compared = ({ page }) => (page.samples === undefined ? 'documents only' : 'documents and real nodes');

const comparison = (file, citations) =>
  `The row was written from ${file.page.documents ?? sourceText(file, citations)}. ` +
  (file.page.samples === undefined
    ? 'No node that its own tools made was linted.'
    : `Also linted: ${file.page.samples}.`);

/** The nodes of the tests, by the layout. */
function tested(name, { kits, faults }) {
  const own = Object.entries(kits).filter(([, { layout }]) => layout === name);
  const broken = faults.filter(({ kit }) => kits[kit].layout === name);
  if (own.length === 0) return [];
  const names = together(own.map(([kit]) => code(kit)));
  const found = broken.length === 0 ? '' : ` Faults that are made in them (\`test/layouts/faults\`): ${broken.length}.`;
  return [`Healthy nodes of the tests, written from the same source (\`test/layouts/kits\`): ${names}.${found}`];
}

/** Where to read what a layout has from another. */
function inherited({ extends: base }) {
  if (base === undefined) return [];
  const { title } = read(`tables/layouts/${base}.json`).page;
  return [`What is normal with [\`${base}\`](#${anchor(title)}).`];
}

const part = (title, paragraphs) => (paragraphs.length === 0 ? [] : [`**${title}**`, ...paragraphs]);
const bullets = (items) => (items.length === 0 ? [] : [list(items)]);

const section = (tests, citations) => (layout) => {
  const file = fileOf(layout);
  const { page } = file;
  const isOfItsOwn = 'extends' in file || layout.nodes.length > 0;
  return [
    `## ${page.title}`,
    `${code(layout.name)}${'extends' in file ? `, extends ${code(file.extends)}` : ''}. ${page.about}`,
    ...part('Recognised by', [recognised(layout)]),
    ...part('Read', [list(places(layout)), ...filesTable(isOfItsOwn ? ownFiles(file, layout) : [])]),
    ...part(
      'Normal there, and not reported',
      bullets([...accepted(layout, file), ...(page.normal ?? []), ...inherited(file)]),
    ),
    ...part('Reported there, though it is as installed', bullets(page.risky ?? [])),
    ...part('Renewed by', bullets(Object.entries(page.renewal).map(([who, what]) => `${who}: ${what}`))),
    ...part('Cannot be seen', bullets(page.unseen ?? [])),
    ...part('Compared with', [comparison(file, citations), ...tested(layout.name, tests)]),
  ].join('\n\n');
};

const fileOf = ({ name }) => read(`tables/layouts/${name}.json`);

/** What nodes are named and not judged. */
function unjudged() {
  const { rows } = read('tables/unjudged-nodes.json');
  const lines = rows.map(
    ({ title, signs, instead }) => `| ${title} | ${signs.map(signText).join('; or ')} | ${instead} |`,
  );
  return ['| nodes | recognised by | instead |', '|---|---|---|', ...lines].join('\n');
}

function contents(layouts) {
  const rows = layouts.map((layout) => {
    const file = fileOf(layout);
    const ofNodes =
      layout.nodes.length === 0 ? ['control plane', 'worker'] : layout.nodes.map(({ kind }) => kinds[kind]);
    const cells = [
      `[${file.page.title}](#${anchor(file.page.title)})`,
      code(layout.name),
      [...new Set(ofNodes)].join(', '),
      renewers(file).join(', '),
      compared(file),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| nodes | layout | kinds | renewed by | compared with |', '|---|---|---|---|---|', ...rows].join('\n');
}

/**
 * Returns the page.
 * @param {readonly import('../src/tables/layouts/layout.ts').Layout[]} layouts
 * @param {{ kits: Record<string, { layout: string }>, faults: readonly { kit: string }[] }} tests
 * @returns {string}
 */
export function layoutsPage(layouts, tests) {
  const citations = read('citations.json');
  const parts = [
    '# Layouts',
    'Generated from `rules/tables/layouts/` and `test/layouts/` by `npm run docs`; do not edit by hand.',
    'A layout says where one kind of node keeps its files, and what is normal there. The first layout of which a node shows a sign is its layout, in the order of this page from the second one on; a node without a sign has the first. The head of a report names it, `pki-lint facts` says why, and `--layout NAME` chooses one.',
    contents(layouts),
    '## In every layout',
    list([
      'Every file that a unit, a static pod, a flag, a kubeconfig or a configuration file names is read, wherever it is, and so are the certificates and keys next to it. Backups do not count.',
      'Each certificate that something uses is judged and counts. What nothing uses is listed with its name, and its dates do not matter.',
      'What components keep in memory is seen only on the node itself, or in a [copy of what runs](running.md): a certificate that was replaced without a restart, or flags that a unit had at the last start.',
      'Objects of the cluster are seen only in a [dump](commands.md#objects) of them: whether a binding gives a user its permissions, and which requests for certificates wait for approval.',
      'A release is known only if a file shows it: the tag of an image, or the path of a program. `--kubernetes-version` says it otherwise.',
    ]),
    '## Recognised, and not judged',
    'Nothing is linted on these nodes, and the exit code is 3. Other nodes of the same run are judged.',
    unjudged(),
    ...layouts.map(section(tests, citations)),
  ];
  return `${parts.join('\n\n')}\n`;
}
