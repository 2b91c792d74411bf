/**
 * Writes bills of materials (CycloneDX 1.6): `npm run sbom -- [--to DIR] [package|x64|arm64]…`, by default of the
 * package and of both executables, to dist/sbom. They list what esbuild put into the bundles, and what is in the
 * Node.js of an executable. Two runs for a commit are equal, so they have no serial number.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { architectures, embeddedNode } from './executable/node.mjs';
import { partsOfNode } from './executable/node-parts.mjs';
import { sourceDate } from './source-date.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const own = readJson('package.json');
const { packages: locked } = readJson('package-lock.json');

/** npm writes digests in base64, CycloneDX in hexadecimal. */
function hashesOf(integrity) {
  const [, digest] = /^sha512-([\w+/]+=*)$/.exec(integrity) ?? [];
  if (digest === undefined) throw new Error(`not a SHA-512: ${integrity}`);
  return [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }];
}

/** A name of npm in a package URL (purl-spec): only the `@` of a scope is escaped. */
const npmUrl = (name, version) => `pkg:npm/${name.replace('@', '%40')}@${encodeURIComponent(version)}`;

const licensesOf = (license) => [/\s/.test(license) ? { expression: license } : { license: { id: license } }];

function packageComponent({ folder, name, version, license }) {
  const purl = npmUrl(name, version);
  const hashes = hashesOf(locked[folder].integrity);
  return { type: 'library', 'bom-ref': purl, name, version, hashes, licenses: licensesOf(license), purl };
}

/** The packages in the bundles. A version that is in two folders is one component. */
function packageComponents() {
  const components = readJson('dist/packages.json').map(packageComponent);
  return [...new Map(components.map((one) => [one.purl, one])).values()];
}

function partComponent({ name, version, license }) {
  return {
    type: 'library',
    'bom-ref': `node/${name}`,
    name,
    ...(version === undefined
      ? {}
      : { version, purl: `pkg:generic/${name.toLowerCase()}@${encodeURIComponent(version)}` }),
    ...(license === undefined ? {} : { licenses: [{ license: { name, text: { content: license } } }] }),
  };
}

function nodeComponent(architecture) {
  const { version, integrity, license } = embeddedNode(architecture);
  // Both architectures are of one release, and this one can be run.
  const { program } = embeddedNode(process.arch);
  const versions = JSON.parse(execFileSync(program, ['-p', 'JSON.stringify(process.versions)'], { encoding: 'utf8' }));
  const node = partsOfNode(readFileSync(license, 'utf8'), versions);
  const purl = npmUrl(`node-linux-${architecture}`, version);
  return {
    type: 'platform',
    'bom-ref': purl,
    name: 'node',
    version,
    hashes: hashesOf(integrity),
    licenses: [{ license: { id: 'MIT', text: { content: node.license } } }],
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    purl,
    components: node.parts.map(partComponent),
  };
}

/** The bill of a subject: `package`, or an architecture. */
function billOf(subject) {
  const isPackage = subject === 'package';
  const { version, description, license } = own;
  const name = isPackage ? own.name : `${own.name}-linux-${subject}`;
  const component = { type: 'application', 'bom-ref': name, name, version, description, licenses: licensesOf(license) };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp: new Date(sourceDate() * 1000).toISOString(),
      component: isPackage ? { ...component, purl: npmUrl(name, version) } : component,
    },
    components: [...packageComponents(), ...(isPackage ? [] : [nodeComponent(subject)])],
  };
}

const { values, positionals } = parseArgs({ options: { to: { type: 'string' } }, allowPositionals: true });
const target = resolve(values.to ?? join(root, 'dist/sbom'));
const subjects = ['package', ...architectures];
mkdirSync(target, { recursive: true });
for (const subject of positionals.length === 0 ? subjects : positionals) {
  if (!subjects.includes(subject)) throw new Error(`${subject}: not one of ${subjects.join(', ')}`);
  const bill = billOf(subject);
  const file = join(target, `${bill.metadata.component.name}.cdx.json`);
  writeFileSync(file, `${JSON.stringify(bill, null, 2)}\n`);
  process.stdout.write(`${file}\n`);
}
