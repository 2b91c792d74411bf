/** The files that components and kubeconfigs name. */
import { posix } from 'node:path';
import type { Argument } from '../artifact/argument.ts';
import { readNamedCertKey } from '../artifact/arguments.ts';
import type { Component } from '../artifact/component.ts';
import type { NodeFile } from '../artifact/file.ts';
import type { NamedContent, Programs } from '../artifact/layout.ts';
import type { LeftOut } from '../artifact/left-out.ts';
import type { ScannedNode } from '../artifact/node.ts';
import { folderOf, hostPath, inFolder } from '../artifact/paths.ts';
import type { SetBy } from '../artifact/place.ts';
import type { Setting } from '../artifact/setting.ts';
import type { ReadAs } from './components/node-files.ts';

/** The kind of file, by the ending of the argument's name. The first match counts. */
const kindsByEnding: readonly (readonly [RegExp, ReadAs])[] = [
  [/(?:^|-)(?:kubeconfig|webhook-config-file)$/, 'kubeconfig'],
  // It contains the keys that encrypt etcd.
  [/^encryption-provider-config$/, 'sealed-settings'],
  [/^token-auth-file$/, 'tokens'],
  [/^(?:client|peer)-crl-file$/, 'revocation-list'],
  [/^audit-policy-file$/, 'settings'],
  [/(?:^|-)(?:config-file|authentication-config|authorization-config|credential-provider-config)$/, 'settings'],
  [/(?:^leader-migration-config|-filepath-(?:hostpath|nfs))$/, 'any'],
  [/(?:^|-)(?:ca-?file|cert-?file|key-?file|certificate|certificate-authority|client-key)$/, 'pem'],
  [/^log-file$/, 'text'],
  [/-file$/, 'any'],
];

/** What no argument is called for is recognised by the name of the file. */
const isPemPath = /^\/[^,:]+\.(?:crt|cer|cert|pem|key)$/;

/** Arguments whose files are secret, by their names. The file that verifies tokens contains public keys. */
const secrets: readonly (readonly [RegExp, LeftOut])[] = [
  [/(?:^|-)(?:kubeconfig|webhook-config-file)$/, 'kubeconfigs'],
  [
    /^(?:encryption-provider-config|token-auth-file)$|^(?!service-account-key-file$).*(?:key-?file|client-key)$/,
    'keys',
  ],
];

/** What a file contains that is not secret: a certificate, or the CAs that are trusted. */
type Public = 'certificate' | 'trust';

/** Arguments whose files contain certificates, by their names. */
const certificates: readonly (readonly [RegExp, Public])[] = [
  [/(?:^|-)(?:ca-?file|certificate-authority)$/, 'trust'],
  [/(?:^|-)(?:cert-?file|certificate)$/, 'certificate'],
];

const byName = <T>(table: readonly (readonly [RegExp, T])[], name: string): T | undefined =>
  table.find(([ending]) => ending.test(name))?.[1];

/** A file that an argument, or a configuration file, names. */
export interface NamedFile {
  /** Path on the node. */
  readonly path: string;
  /** Path as the component has it. */
  readonly written: string;
  readonly as: ReadAs;
  /** What it is read as: what kind of secret, or which certificates; undefined if it is something else. */
  readonly content: LeftOut | Public | undefined;
  /** The argument, or the field of a configuration file. */
  readonly spelled: string;
  /** The canonical name of the argument. */
  readonly flag?: string;
  readonly at: SetBy;
}

/** How a file is read of which a layout says what is in it. */
const read: Readonly<Record<NamedContent, Pick<NamedFile, 'as' | 'content'>>> = {
  certificate: { as: 'pem', content: 'certificate' },
  trust: { as: 'pem', content: 'trust' },
  key: { as: 'pem', content: 'keys' },
  kubeconfig: { as: 'kubeconfig', content: 'kubeconfigs' },
  other: { as: 'any', content: undefined },
};

/** Returns every file that a component's arguments name. */
export function namedFiles(component: Component, programs: Programs): readonly NamedFile[] {
  const own = programs.get(component.name)?.files;
  return component.arguments.flatMap((argument) => {
    const { name, value, spelled, at } = argument;
    if (value === undefined || value === '') return [];
    const known = own?.get(name);
    if (known !== undefined)
      return onNode(component, value).map((path) => ({
        path,
        written: value,
        ...read[known],
        spelled,
        flag: name,
        at,
      }));
    const usual = isPemPath.test(value) ? 'any' : undefined;
    const as = name === 'tls-sni-cert-key' ? 'pem' : (byName(kindsByEnding, name) ?? usual);
    if (as === undefined || as === 'text') return [];
    return pathsIn(argument).flatMap(([written, content]) =>
      onNode(component, written).map((path) => ({ path, written, as, content, spelled, flag: name, at })),
    );
  });
}

/** The path on the node; none for one in the image of a container. */
function onNode(component: Component, written: string): readonly string[] {
  const path = hostPath(component, written);
  return path.startsWith('/') ? [path] : [];
}

/** The paths of an argument, each with what its file is read as. */
function pathsIn({ name, value = '' }: Argument): readonly (readonly [path: string, content: NamedFile['content']])[] {
  if (name !== 'tls-sni-cert-key') return [[value, byName(secrets, name) ?? byName(certificates, name)]];
  const pair = readNamedCertKey(value);
  if ('error' in pair) return [];
  const both = [[pair.certificate, 'certificate'] as const, [pair.key, 'keys'] as const];
  return both.filter(([path]) => path !== '');
}

/** The fields of configuration files that name a file, and what that is. */
const referring: ReadonlyMap<string, readonly [as: ReadAs, content: LeftOut | Public | undefined]> = new Map([
  ['kubeConfigFile', ['kubeconfig', 'kubeconfigs']],
  ['caBundle', ['pem', 'trust']],
  ['clientCert', ['pem', 'certificate']],
  ['clientKey', ['pem', 'keys']],
  ['path', ['settings', undefined]],
]);

/**
 * Returns the files that a configuration file names, with their paths as the component has them.
 *
 * @param written its own path as the component has it: the configuration of a plugin may be relative to it
 */
export function namedBySettings({ path, content }: NodeFile, written: string): readonly Omit<NamedFile, 'path'>[] {
  if (content?.type !== 'settings' || content.document === undefined) return [];
  const found: Omit<NamedFile, 'path'>[] = [];
  const seen = new Set<Setting>();
  const visit = (setting: Setting): void => {
    if (seen.has(setting) || setting.kind === 'scalar') return;
    seen.add(setting);
    if (setting.kind === 'list') {
      for (const item of setting.items) visit(item);
      return;
    }
    for (const [field, value] of setting.entries) {
      const known = referring.get(field);
      // Anonymous requests and audit rules have other paths.
      const isFile =
        known !== undefined && value.kind === 'scalar' && (field !== 'path' || setting.entries.has('name'));
      if (!isFile) visit(value);
      else if (value.text !== '')
        found.push({
          written: inFolder(folderOf(written), value.text),
          as: known[0],
          content: known[1],
          spelled: field,
          at: { path, ...value.at },
        });
    }
  };
  visit(content.document);
  return found;
}

type Use = readonly [path: string, content: LeftOut | Public];

/** The files that a kubeconfig refers to, each with what it is read as. */
function usesIn(file: NodeFile | undefined, onNode: (path: string) => string): readonly Use[] {
  if (file?.content?.type !== 'kubeconfig') return [];
  const { cluster, user } = file.content.kubeconfig;
  const references = [
    [cluster?.certificateAuthority, 'trust'],
    [user?.certificate, 'certificate'],
    [user?.key, 'keys'],
  ] as const;
  return references.flatMap(([reference, content]) =>
    reference?.path === undefined ? [] : [[onNode(reference.path), content] as const],
  );
}

/**
 * Returns what components and kubeconfigs read files as, by their paths on the node. A file from which a certificate is
 * read is not only a key, although a key may be read from it too.
 */
export function contentsByUse(
  files: ScannedNode['files'],
  components: readonly Component[],
  programs: Programs,
): ReadonlyMap<string, LeftOut | Public> {
  const uses = [...files.values()].flatMap((file) => usesIn(file, posix.normalize));
  for (const component of components) {
    for (const { path, written, as, content } of namedFiles(component, programs)) {
      if (content !== undefined) uses.push([path, content]);
      if (as === 'kubeconfig') uses.push(...usesIn(files.get(path), (inside) => hostPath(component, inside)));
      const file = files.get(path);
      for (const inside of file === undefined ? [] : namedBySettings(file, written))
        if (inside.content !== undefined) uses.push([hostPath(component, inside.written), inside.content]);
    }
  }
  const of = (...contents: readonly Use[1][]) => uses.filter(([, content]) => contents.includes(content));
  return new Map([...of('keys', 'kubeconfigs'), ...of('certificate'), ...of('trust')]);
}
