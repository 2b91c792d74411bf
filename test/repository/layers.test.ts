import { builtinModules } from 'node:module';
import { dirname, normalize } from 'node:path/posix';
import { expect, test } from 'vitest';
import { readText, sources } from './files.ts';

interface Room {
  /** Rooms that it may import, each named above it here: imports run one way. `rules` and `package.json` lie outside src/. */
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
  /** Node's own modules. */
  readonly builtins: readonly string[] | 'any';
  /** Patterns that must not occur in its code. */
  readonly without: readonly RegExp[];
}

const clock = /\bDate\.now\(|\bnew Date\(\)|\bperformance\./;
const terminal = /\bprocess\.|\bconsole\./;
const waiting = /\basync (?:function|\()|\bawait /;

const pure = { packages: [], builtins: [], without: [clock, terminal] } as const;
const offScreen = { packages: [], builtins: 'any', without: [/\bconsole\./, clock] } as const;

const facts = ['core', 'tables', 'x509'];
const pki = [...facts, 'model/facts', 'model/roles'];
const model = [...pki, 'model/cluster', 'model/handshake', 'model/what-if'];
const files = ['scan/fs', 'scan/parse', 'scan/components', 'scan'];
const issuing = ['issue/certify', 'issue/plan', 'issue/gate', 'issue/write', 'issue/inputs'];

/**
 * The rooms of src/ as in docs/architecture.md, from the lowest layer up: a room imports only rooms listed above it.
 */
const house: Record<string, Room> = {
  core: { ...pure, rooms: [] },
  x509: { ...pure, rooms: ['core'], builtins: ['node:crypto'] },
  tables: { ...pure, rooms: ['core', 'rules'] },
  'scan/fs': { ...pure, rooms: ['core'], builtins: 'any' },
  'scan/parse': {
    ...pure,
    rooms: ['core', 'x509', 'scan/fs'],
    packages: ['js-yaml'],
    builtins: ['node:buffer', 'node:path'],
  },
  'scan/components': { ...pure, rooms: ['core', 'scan/fs', 'scan/parse'], builtins: ['node:path'] },
  scan: { ...pure, rooms: ['core', 'x509', 'scan/fs', 'scan/parse', 'scan/components'], builtins: 'any' },
  'model/facts': { ...pure, rooms: facts, packages: ['semver'] },
  'model/roles': { ...pure, rooms: [...facts, 'model/facts'] },
  'model/cluster': { ...pure, rooms: pki },
  'model/handshake': { ...pure, rooms: pki },
  'model/what-if': { ...pure, rooms: pki },
  checks: { ...pure, rooms: model, without: [clock, terminal, waiting] },
  lint: { ...pure, rooms: [...model, 'checks'], builtins: ['node:crypto'] },
  benchmark: { ...pure, rooms: model },
  compare: { ...pure, rooms: ['core', 'tables'] },
  blast: { ...pure, rooms: [...model, 'lint'] },
  graph: { ...pure, rooms: model },
  'issue/certify': {
    ...pure,
    rooms: [...pki, 'scan/parse'],
    packages: ['@peculiar/x509', 'reflect-metadata'],
    builtins: ['node:crypto', 'node:util'],
  },
  'issue/plan': { ...pure, rooms: [...model, 'checks', 'lint', 'issue/certify'] },
  'issue/gate': { ...pure, rooms: ['core', 'tables', 'lint'] },
  'issue/write': { ...offScreen, rooms: ['core', 'scan/fs', 'scan', 'issue/gate'] },
  'issue/inputs': { ...offScreen, rooms: [...pki, ...files, 'lint', 'issue/certify', 'issue/plan', 'issue/write'] },
  issue: { ...offScreen, rooms: [...model, ...files, 'lint', ...issuing] },
  'report/formats': { ...pure, rooms: ['core'], builtins: ['node:crypto'] },
  report: { ...pure, rooms: ['core', 'report/formats'], packages: ['cli-table3'] },
  policy: { ...offScreen, rooms: ['core', 'x509', 'scan/fs', 'scan/parse', 'rules'], packages: ['ajv'] },
  'report/html': { ...pure, rooms: ['core', 'report'], builtins: ['node:crypto'] },
  // The functions of the package, the only room that may read the clock.
  api: {
    ...offScreen,
    rooms: [
      ...model,
      ...files,
      'checks',
      'lint',
      'benchmark',
      'blast',
      'graph',
      ...issuing,
      'issue',
      'report',
      'policy',
      'package.json',
    ],
    without: [/\bconsole\./],
  },
  library: { ...pure, rooms: ['core', 'model/facts', 'lint', 'issue/inputs', 'api'] },
  cli: {
    rooms: [...facts, 'model/facts', 'compare', 'issue/inputs', 'report', 'api', 'library', 'package.json'],
    packages: ['commander'],
    builtins: 'any',
    without: [],
  },
};

/** The room of a path in src/; for other paths, their first folder. */
function roomOf(path: string): string {
  if (!path.startsWith('src/')) return path.split('/')[0] ?? '';
  const folder = dirname(path).slice('src/'.length);
  return folder === '' ? 'library' : folder;
}

/** Resolves an import: `../core/report.ts` in src/cli/commands/lint.ts → `core`. `js-yaml` and `node:fs` stay as they are. */
const target = (file: string, specifier: string) =>
  specifier.startsWith('.') ? roomOf(normalize(`${dirname(file)}/${specifier}`)) : specifier;

const packageName = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

/** The map of formats loads the page, which uses what is in the room of the map, only when it is asked for. */
const loadedLater: Readonly<Record<string, string>> = { 'src/report/index.ts': './html/index.ts' };

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
  const wrong = importsOf(text).filter(
    (specifier) => loadedLater[file] !== specifier && !isAllowed(room, own, specifier, target(file, specifier)),
  );
  expect(wrong).toEqual([]);
  expect(room.without.flatMap((word) => text.match(word)?.[0] ?? [])).toEqual([]);
});
