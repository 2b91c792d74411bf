import { expect, test } from 'vitest';
import { foldersOfLayout, signsOfRoot } from '../../src/scan/fs/layout-of-tree.ts';
import { argumentSources } from '../../src/scan/sources.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { roleIds } from '../../src/tables/role-ids.ts';
import { argumentRows } from '../../src/tables/tables.ts';
import { sources as files, readText } from './files.ts';

/** Everything that a layout names, as code would write it. */
const words = new Set(
  layouts.flatMap((layout) => [
    ...[signsOfRoot(layout), foldersOfLayout(layout), layout.administratorsCopy ?? [], layout.knownKubeconfigs].flat(2),
    ...[
      ...layout.units.flatMap(({ unit = [] }) => unit),
      ...Object.values(layout.kubelet.flags ?? {}),
      ...layout.kubelet.settings,
    ],
    ...[layout.kubelet.client, layout.kubelet.server, ...Object.values(layout.kubelet.selfSigned)],
    ...[...layout.authorities, ...layout.certificates].flatMap(({ certificate, key }) => [certificate, key]),
    ...layout.keyPairs.flatMap((pair) => [pair.private, pair.public]),
    ...layout.roles,
  ]),
);
const roles = new Set(layouts.flatMap((layout) => layout.roles));
/** Names of programs are no layout; as a role such a name is compared with an id. */
const programs = new Set<string>(argumentRows.map(({ component }) => component));

/** What code may name all the same: words for people, and what a program does whatever the layout. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  // Help says how to type a path or a role.
  'src/cli/commands/index.ts': ['/etc/kubernetes', 'admin.conf', 'ca.key', 'kubernetes-ca'],
  'src/cli/parsing/help.ts': ['/etc/kubernetes'],
  // With --cert-dir kube-apiserver takes, or makes, a file by this name itself.
  'src/model/handshake/served.ts': ['apiserver.crt'],
  // A key of a ConfigMap that kube-controller-manager writes.
  'src/checks/secret/tokens.ts': ['ca.crt'],
  'src/model/objects/secret-chain.ts': ['ca.crt'],
  'src/checks/webhook/injection.ts': ['ca.crt'],
  // What programs call the files of control planes that they keep in Secrets.
  'src/model/objects/hosted.ts': [
    'admin.conf',
    'etcd-ca',
    'front-proxy-ca',
    'front-proxy-client',
    'sa.pub',
    'server-ca',
  ],
  'src/scan/objects/config-maps.ts': ['ca.crt'],
};

const escaped = (word: string) => word.replace(/[.\\/]/g, '\\$&');
/** A word by itself: no part of a longer name; a role is no part of a rule's id either. */
const standing = [...words]
  .filter((word) => !programs.has(word))
  .map((word) => {
    const before = roles.has(word) ? '[\\w./-]' : '[\\w.-]';
    return { word, pattern: new RegExp(`(?<!${before})${escaped(word)}(?![\\w-]|/[\\w])`) };
  });
const compared = [...programs]
  .filter((name) => words.has(name))
  .map((word) => ({ word, pattern: new RegExp(`\\b(?:id|role) (?:===|!==) '${word}'`) }));

/** Code without comments and imports. */
const codeOf = (file: string) =>
  readText(file)
    .replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
    .replace(/\bfrom '[^']+'|\bimport\('[^']+'\)/g, '');

test.each(files().filter((file) => !file.startsWith('src/tables/')))('%s names nothing of a layout', (file) => {
  const code = codeOf(file);
  const found = [...standing, ...compared].filter(({ pattern }) => pattern.test(code)).map(({ word }) => word);
  expect(found.sort()).toEqual([...(allowed[file] ?? [])].sort());
});

/** Rooms that know the installers, or that are about options and words of the program, and not about a node. */
const outside = [
  'src/tables/layouts/',
  'src/lint/installers/',
  'src/settings/',
  'src/policy/',
  'src/api/',
  'src/cli/',
  'src/results/',
];

/** Parts of lines of the engine that may name an installer all the same. */
const naming: Readonly<Record<string, readonly string[]>> = {
  // The public option, and the parser of the file that it names.
  'src/artifact/installer-config.ts': ["export const configOption = '--kubeadm-config';"],
  'src/lint/rules/lint-options.ts': ['readonly kubeadmConfig?: string;'],
  // The ConfigMap in which it keeps its configuration.
  'src/tables/dumped-objects.ts': ["'kube-system kubeadm-config': {"],
  'src/scan/objects/config-maps.ts': ["'kube-system/kubeadm-config'"],
  'src/scan/parse/kubeadm.ts': [
    "export const configName = 'a kubeadm configuration';",
    "title: 'kubeadm config', ...nothing",
  ],
};

const engine = files().filter((file) => !outside.some((room) => file.startsWith(room)));

test.each(engine)('%s names no installer', (file) => {
  const lines = codeOf(file)
    .split('\n')
    .filter((line) => /kubeadm/i.test(line));
  expect(lines).toEqual((naming[file] ?? []).map((line) => expect.stringContaining(line)));
});

test('layouts name sources of arguments that exist', () => {
  const named = layouts.flatMap(({ sources }) => sources);
  expect(named.filter((name) => !Object.hasOwn(argumentSources, name))).toEqual([]);
});

test('roles that code knows are rows of the tables', () => {
  const { roles: documented, undocumented } = layouts[0];
  const known = new Set<string>([...documented, ...undocumented.map(({ role }) => role)]);
  expect(Object.values(roleIds).filter((id) => !known.has(id))).toEqual([]);
});

test('the words are found where they stand', () => {
  const isFound = (code: string) => [...standing, ...compared].some(({ pattern }) => pattern.test(code));
  const bad = ["'/etc/kubernetes/pki'", "'ca.crt'", "'kubelet.conf'", "role === 'kube-apiserver'", '`/etc/ca.key`'];
  expect(bad.filter((code) => !isFound(code))).toEqual([]);
  const good = [
    "'service-account/present'",
    "'root-ca.crt'",
    "name === 'kube-apiserver'",
    "'--service-account-issuer'",
  ];
  expect(good.filter(isFound)).toEqual([]);
});
