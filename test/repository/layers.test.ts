import { builtinModules } from 'node:module';
import { dirname, normalize } from 'node:path/posix';
import { expect, test } from 'vitest';
import { readText, sources } from './files.ts';

interface Room {
  /**
   * Rooms that it may import, each named above it here: imports run one way. `rules` and `package.json` lie outside
   * src/.
   */
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
  /** Node's own modules. */
  readonly builtins: readonly string[] | 'any';
  /** Patterns that must not occur in its code. */
  readonly without: readonly RegExp[];
}

const clock = /\bDate\.now\(|\bnew Date\(\)|\bperformance\./;
/** Node's `process`, and not a file of that name. */
const terminal = /(?<!\/)\bprocess\.(?=\w)|\bconsole\./;
const waiting = /\basync (?:function|\()|\bawait /;

const pure = { packages: [], builtins: [], without: [clock, terminal] } as const;
const offScreen = { packages: [], builtins: 'any', without: [/\bconsole\./, clock] } as const;

const x509 = ['x509', 'x509/verify'];
const facts = [
  'core',
  'core/command',
  'artifact',
  'artifact/objects',
  'settings',
  'results',
  'tables',
  'tables/layouts',
  ...x509,
];
const pki = [...facts, 'model/facts', 'model/roles', 'model/dialling', 'model/trust'];
const model = [...pki, 'model/what-if', 'model/cluster', 'model/handshake', 'model/running', 'model/objects'];
const files = [
  ...['scan/fs', 'scan/parse', 'scan/components', 'scan/pods', 'scan/supervisor', 'scan/processes'],
  ...['scan/collected', 'scan/objects', 'scan'],
];
const engine = [
  'lint/rules',
  'lint/installers',
  'lint/fix',
  'lint/findings',
  'lint/exceptions',
  'lint/objects',
  'lint',
];
const results = ['results', 'results/issue', 'results/read'];
const issuing = ['issue/certify', 'issue/plan', 'issue/gate', 'issue/write', 'issue/inputs'];
const printers = ['report/message', 'report/formats', 'report/text', 'report/csv', 'report/graph', 'report/terminal'];

/** The rooms of checks: what several prefixes share, then one for each prefix of rules, then the list of all. */
const checkRooms = [
  ...['base', 'values', 'credentials', 'configuration', 'argument', 'authority', 'cert', 'connection', 'etcd', 'fact'],
  ...[
    'file',
    'key',
    'kubeconfig',
    'kubelet',
    'manifest',
    'node',
    'policy',
    'process',
    'san',
    'service-account',
    'unit',
    'upgrade',
    'object',
    'csr',
    'binding',
    'webhook',
    'secret',
  ],
  'cluster',
].map((name) => `checks/${name}`);
checkRooms.push('checks');

const checking = (above: readonly string[]): Room => {
  return { ...pure, rooms: [...model, 'results/read', ...above], without: [clock, terminal, waiting] };
};

/**
 * The rooms of src/ as in docs/architecture.md, from the lowest layer up: a room imports only rooms listed above it.
 */
const house: Record<string, Room> = {
  core: { ...pure, rooms: [] },
  'core/command': { ...pure, rooms: ['core'] },
  artifact: { ...pure, rooms: ['core'] },
  'artifact/objects': { ...pure, rooms: ['core', 'artifact'] },
  x509: { ...pure, rooms: ['core', 'artifact'], packages: ['@noble/post-quantum'], builtins: ['node:crypto'] },
  'x509/verify': { ...pure, rooms: ['core', 'artifact', 'x509'], builtins: ['node:crypto'] },
  settings: { ...pure, rooms: ['core', 'artifact'] },
  results: { ...pure, rooms: ['core', 'core/command', 'artifact', 'settings'] },
  'results/issue': { ...pure, rooms: ['core', 'artifact', 'settings', 'results'] },
  'results/read': { ...pure, rooms: ['core', 'artifact', 'results'] },
  tables: { ...pure, rooms: ['core', 'core/command', 'artifact', 'settings', 'results', 'rules', 'package.json'] },
  'tables/layouts': { ...pure, rooms: ['core', 'core/command', 'artifact', 'settings', 'results', 'tables', 'rules'] },
  'scan/fs': { ...pure, rooms: ['core', 'artifact'], builtins: 'any' },
  'scan/parse': {
    ...pure,
    rooms: ['core', 'artifact', 'x509', 'scan/fs'],
    packages: ['js-yaml'],
    builtins: ['node:buffer', 'node:path'],
  },
  'scan/components': {
    ...pure,
    rooms: ['core', 'artifact', 'scan/fs', 'scan/parse'],
    builtins: ['node:path'],
  },
  'scan/pods': { ...pure, rooms: ['core', 'artifact', 'scan/parse', 'scan/components'] },
  'scan/supervisor': {
    ...pure,
    rooms: ['core', 'artifact', 'scan/fs', 'scan/parse', 'scan/components'],
    builtins: ['node:path', 'node:crypto'],
  },
  'scan/objects': {
    ...pure,
    rooms: ['core', 'artifact', 'artifact/objects', 'x509', 'scan/fs', 'scan/parse'],
    builtins: 'any',
  },
  'scan/collected': { ...pure, rooms: ['core', 'artifact', 'x509', 'scan/fs'], builtins: ['node:crypto'] },
  'scan/processes': {
    ...pure,
    rooms: ['core', 'artifact', 'scan/fs', 'scan/components'],
    builtins: ['node:fs', 'node:path'],
  },
  scan: {
    ...pure,
    rooms: ['core', 'core/command', 'artifact', 'artifact/objects', ...x509, ...files.slice(0, -1)],
    builtins: 'any',
  },
  'model/facts': { ...pure, rooms: facts, packages: ['semver'] },
  'model/roles': { ...pure, rooms: [...facts, 'results/read', 'model/facts'] },
  'model/dialling': { ...pure, rooms: [...facts, 'model/facts', 'model/roles'] },
  'model/trust': { ...pure, rooms: [...facts, 'model/facts', 'model/roles', 'model/dialling'] },
  'model/what-if': { ...pure, rooms: pki },
  'model/cluster': { ...pure, rooms: pki },
  'model/handshake': { ...pure, rooms: pki },
  'model/running': { ...pure, rooms: [...pki, 'model/handshake'] },
  'model/objects': { ...pure, rooms: pki },
  ...Object.fromEntries(checkRooms.map((name, index) => [name, checking(checkRooms.slice(0, index))])),
  'lint/rules': { ...pure, rooms: [...model, ...checkRooms] },
  'lint/installers': { ...pure, rooms: model },
  'lint/fix': { ...pure, rooms: [...model, ...checkRooms, 'lint/rules', 'lint/installers'] },
  'lint/findings': { ...pure, rooms: [...model, 'lint/rules', 'lint/fix'], builtins: ['node:crypto'] },
  'lint/exceptions': { ...pure, rooms: [...model, ...checkRooms, 'lint/rules', 'lint/fix', 'lint/findings'] },
  'lint/objects': { ...pure, rooms: [...model, ...checkRooms, 'lint/rules', 'lint/fix', 'lint/findings'] },
  lint: { ...pure, rooms: [...model, ...engine.slice(0, -1)] },
  benchmark: { ...pure, rooms: model },
  compare: { ...pure, rooms: ['core', 'artifact', 'settings', 'results', 'results/read', 'tables', 'tables/layouts'] },
  blast: { ...pure, rooms: [...model, ...engine] },
  graph: { ...pure, rooms: model },
  'issue/certify': {
    ...pure,
    rooms: [...pki, 'results/issue', 'scan/parse'],
    packages: ['@peculiar/x509', 'reflect-metadata'],
    builtins: ['node:crypto', 'node:util'],
  },
  'issue/plan': { ...pure, rooms: [...model, 'results/issue', ...checkRooms, ...engine, 'issue/certify'] },
  'issue/gate': { ...pure, rooms: ['core', 'results/issue', 'tables', 'tables/layouts', 'lint'] },
  'issue/write': {
    ...offScreen,
    rooms: ['core', 'core/command', 'artifact', 'results/issue', 'scan/fs', 'scan', 'issue/gate'],
  },
  'issue/inputs': {
    ...offScreen,
    rooms: [...pki, 'results/issue', ...files, ...engine, 'issue/certify', 'issue/plan', 'issue/write'],
  },
  issue: { ...offScreen, rooms: [...model, 'results/issue', ...files, ...engine, ...issuing] },
  policy: {
    ...offScreen,
    rooms: ['core', 'settings', 'results', 'x509', 'scan/fs', 'scan/parse', 'rules', 'tables'],
    packages: ['ajv'],
  },
  'report/message': { ...pure, rooms: ['core', 'settings', 'results', 'results/read'] },
  'report/formats': {
    ...pure,
    rooms: ['core', 'artifact', ...results, 'report/message'],
    // Types of SARIF only.
    packages: ['sarif'],
    builtins: ['node:crypto'],
  },
  'report/text': {
    ...pure,
    rooms: ['core', 'settings', ...results, 'report/formats', 'report/message'],
    packages: ['cli-table3'],
  },
  'report/csv': { ...pure, rooms: [...results, 'report/formats', 'report/text'] },
  'report/graph': { ...pure, rooms: ['core', ...results, 'report/text'] },
  'report/terminal': {
    ...pure,
    rooms: ['core', 'core/command', 'artifact', 'settings', ...results, 'report/message', 'report/text'],
  },
  'report/html/assets': { ...pure, rooms: [] },
  'report/html': {
    ...pure,
    rooms: [
      ...['core', 'artifact', ...results, 'report/message', 'report/text', 'report/graph', 'report/terminal'],
      'report/html/assets',
    ],
    builtins: ['node:crypto'],
  },
  report: { ...pure, rooms: ['core', ...results, ...printers, 'report/html'] },
  // The functions of the package, the only room that may read the clock.
  api: {
    ...offScreen,
    rooms: [
      ...model,
      ...results,
      ...files,
      ...checkRooms,
      ...engine,
      'benchmark',
      'blast',
      'graph',
      ...issuing,
      'issue',
      'report/text',
      'report',
      'policy',
      'package.json',
    ],
    without: [/\bconsole\./],
  },
  library: { ...pure, rooms: ['core', 'artifact', ...results, 'model/facts', 'lint/rules', 'issue/inputs', 'api'] },
  'cli/terminal': {
    rooms: ['core', ...results, 'report/text', 'api'],
    packages: ['commander'],
    builtins: 'any',
    without: [],
  },
  'cli/parsing': {
    rooms: [...facts, ...results, 'model/facts', 'report/text', 'report', 'api', 'library', 'cli/terminal'],
    packages: ['commander'],
    builtins: 'any',
    without: [],
  },
  'cli/completion': { ...pure, rooms: ['tables', 'tables/layouts', 'cli/parsing'] },
  'cli/objects': { ...pure, rooms: ['tables', 'cli/terminal', 'cli/parsing'] },
  'cli/commands': {
    rooms: [
      ...facts,
      ...results,
      'compare',
      'issue/inputs',
      'report/text',
      'report',
      'api',
      'cli/terminal',
      'cli/parsing',
      'cli/completion',
      'cli/objects',
      'package.json',
    ],
    packages: [],
    builtins: 'any',
    without: [],
  },
  cli: {
    rooms: [
      'core',
      'report/text',
      'api',
      'cli/terminal',
      'cli/parsing',
      'cli/completion',
      'cli/commands',
      'package.json',
    ],
    packages: ['commander'],
    builtins: 'any',
    without: [],
  },
  program: {
    rooms: ['core', 'api', 'library', 'cli/commands', 'cli'],
    packages: [],
    builtins: [],
    without: [],
  },
};

/** The room of a path in src/; for other paths, their first folder. */
function roomOf(path: string): string {
  if (!path.startsWith('src/')) return path.split('/')[0] ?? '';
  if (path === 'src/program.ts') return 'program';
  const folder = dirname(path).slice('src/'.length);
  return folder === '' ? 'library' : folder;
}

/**
 * Resolves an import: `../core/report.ts` in src/cli/commands/lint.ts → `core`. `js-yaml` and `node:fs` stay as they
 * are.
 */
const target = (file: string, specifier: string) =>
  specifier.startsWith('.') ? roomOf(normalize(`${dirname(file)}/${specifier}`)) : specifier;

const packageName = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');

/** `import … from 'x'`, `export … from 'x'`, `import 'x'`, `import('x')`. */
const importsOf = (text: string) =>
  [...text.matchAll(/\bfrom\s+'([^']+)'|(?<![-'])\bimport\s*\(?\s*'([^']+)'/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );

function isAllowed(room: Room, own: string, specifier: string, imported: string): boolean {
  if (specifier.startsWith('.')) return imported === own || room.rooms.includes(imported);
  const isBuiltin = specifier.startsWith('node:') || builtinModules.includes(specifier);
  if (isBuiltin) return room.builtins === 'any' || room.builtins.includes(specifier);
  return room.packages.includes(packageName(specifier));
}

test('there is something to look at', () => {
  expect(sources().length).toBeGreaterThan(50);
});

test.each(Object.entries(house))('%s imports only rooms that stand above it', (name, { rooms }) => {
  const above = Object.keys(house).slice(0, Object.keys(house).indexOf(name));
  const known = [...above, 'rules', 'package.json'];
  expect(rooms.filter((room) => !known.includes(room))).toEqual([]);
});

test.each(sources())('%s imports what its room may', (file) => {
  const own = roomOf(file);
  const room = house[own];
  expect(room, `src/${own} is no room of this house`).toBeDefined();
  if (room === undefined) return;
  const text = withoutComments(readText(file));
  const wrong = importsOf(text).filter((specifier) => !isAllowed(room, own, specifier, target(file, specifier)));
  expect(wrong).toEqual([]);
  expect(room.without.flatMap((word) => text.match(word)?.[0] ?? [])).toEqual([]);
});

/** The files that import each other, directly or through others; a file alone is none. */
function circles(imports: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const left = new Map(imports);
  for (let size = 0; size !== left.size; ) {
    size = left.size;
    for (const [file, imported] of left) if (!imported.some((other) => left.has(other))) left.delete(file);
  }
  // What only imports a circle is left too: the same from the other side.
  for (let size = 0; size !== left.size; ) {
    size = left.size;
    for (const file of left.keys()) if (![...left.values()].some((list) => list.includes(file))) left.delete(file);
  }
  return [...left.keys()];
}

test('no file imports itself through others', () => {
  const imports = new Map(
    sources().map((file) => [
      file,
      importsOf(withoutComments(readText(file))).flatMap((name) =>
        name.startsWith('.') ? [normalize(`${dirname(file)}/${name}`)] : [],
      ),
    ]),
  );
  expect(circles(imports)).toEqual([]);
  expect(
    circles(
      new Map([
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['b']],
        ['d', ['a']],
      ]),
    ),
  ).toEqual(['b', 'c']);
});
