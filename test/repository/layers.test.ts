import { builtinModules } from 'node:module';
import { dirname, normalize } from 'node:path/posix';
import { expect, test } from 'vitest';
import { readText, sources } from './files.ts';

interface Layer {
  /** Other folders of src/ (and files of rules/) that it may import. */
  readonly layers: readonly string[];
  readonly packages: readonly string[];
  /** Node's own modules. */
  readonly builtins: readonly string[] | 'any';
  /** Words that its code does without. */
  readonly without: readonly RegExp[];
}

const clock = /\bDate\.now\(|\bnew Date\(\)|\bperformance\./;
const terminal = /\bprocess\.|\bconsole\./;
const waiting = /\basync (?:function|\()|\bawait /;

const pure = { packages: [], builtins: [], without: [clock, terminal] } as const;
const issueRooms = ['issue/plan', 'issue/certify', 'issue/write'];
const belowLibrary = ['core', 'x509', 'scan', 'spec', 'model', 'checks', 'engine', 'issue', ...issueRooms, 'report'];

/** The house as docs/architecture.md draws it. */
const house: Record<string, Layer> = {
  core: { ...pure, layers: [] },
  x509: { ...pure, layers: ['core'], builtins: ['node:crypto'] },
  scan: { ...pure, layers: ['core', 'x509'], packages: ['js-yaml', 'tar-stream'], builtins: 'any' },
  spec: { ...pure, layers: ['core', 'rules'] },
  model: { ...pure, layers: ['core', 'spec', 'x509'], packages: ['semver'] },
  checks: { ...pure, layers: ['core', 'spec', 'x509', 'model'], without: [clock, terminal, waiting] },
  engine: { ...pure, layers: ['core', 'spec', 'x509', 'model', 'checks'], builtins: ['node:crypto'] },
  'issue/plan': { ...pure, layers: ['core', 'x509', 'spec', 'model', 'checks', 'issue', 'issue/certify'] },
  'issue/certify': {
    ...pure,
    layers: ['core', 'x509', 'scan', 'model', 'issue'],
    packages: ['@peculiar/x509', 'reflect-metadata'],
    builtins: ['node:crypto', 'node:util'],
  },
  'issue/write': {
    layers: ['core', 'scan', 'issue'],
    packages: [],
    builtins: 'any',
    without: [/\bconsole\./, clock],
  },
  issue: {
    layers: [...['core', 'x509', 'scan', 'spec', 'model', 'checks', 'engine'], ...issueRooms],
    packages: [],
    builtins: 'any',
    without: [/\bconsole\./, clock],
  },
  report: { ...pure, layers: ['core'], packages: ['cli-table3'] },
  // The files right below src/: what the package exports, the only place that looks at the clock.
  library: { layers: [...belowLibrary, 'package.json'], packages: [], builtins: 'any', without: [/\bconsole\./] },
  cli: { layers: [...belowLibrary, 'library', 'package.json'], packages: ['commander'], builtins: 'any', without: [] },
};

/** The folder of src/ that a path lies in; the first folder of a path elsewhere. */
function layerOf(path: string): string {
  const [top = '', folder = '', ...rest] = path.split('/');
  if (top !== 'src') return top;
  const room = `${folder}/${rest[0]}`;
  return rest.length === 0 ? 'library' : room in house ? room : folder;
}

/** `../core/report.ts` in src/cli/lint.ts → `core`; `js-yaml` and `node:fs` stay. */
const target = (file: string, specifier: string) =>
  specifier.startsWith('.') ? layerOf(normalize(`${dirname(file)}/${specifier}`)) : specifier;

const packageName = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');

/** `import … from 'x'`, `export … from 'x'`, `import 'x'`, `import('x')`. */
const importsOf = (text: string) =>
  [...text.matchAll(/\bfrom\s+'([^']+)'|(?<![-'])\bimport\s*\(?\s*'([^']+)'/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );

function isAllowed(layer: Layer, own: string, specifier: string, imported: string): boolean {
  if (specifier.startsWith('.')) return imported === own || layer.layers.includes(imported);
  const isBuiltin = specifier.startsWith('node:') || builtinModules.includes(specifier);
  if (isBuiltin) return layer.builtins === 'any' || layer.builtins.includes(specifier);
  return layer.packages.includes(packageName(specifier));
}

test('there is something to look at', () => {
  expect(sources().length).toBeGreaterThan(50);
});

test.each(sources())('%s imports what its layer may', (file) => {
  const own = layerOf(file);
  const layer = house[own];
  expect(layer, `src/${own} is no layer`).toBeDefined();
  if (layer === undefined) return;
  const text = withoutComments(readText(file));
  const wrong = importsOf(text).filter((specifier) => !isAllowed(layer, own, specifier, target(file, specifier)));
  expect(wrong).toEqual([]);
  expect(layer.without.flatMap((word) => text.match(word)?.[0] ?? [])).toEqual([]);
});
