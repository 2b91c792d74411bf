/** Detects the layout of a node, and its kind, by the files that it has. */
import {
  defaultLayout,
  type LaidOutKind,
  type Layouts,
  type Mark,
  type NodeLayout,
  pkiFolders,
} from '../../artifact/layout.ts';
import { isAtOrBelow, isPemName, unversionedName } from '../../artifact/paths.ts';
import { groupBy, remember } from '../../core/collections.ts';
import { type Resolve, sharedResolver } from './resolve.ts';
import { type FileTree, isMiss, join } from './tree.ts';

/** A layout, and the kind of node of which there are signs; undefined if there are none. */
export interface FoundLayout<L extends NodeLayout> {
  readonly layout: L;
  readonly kind: LaidOutKind | undefined;
  /**
   * The marks that the node has: `/etc/kubernetes/ssl, a unit that starts kube-apiserver`; none if it shows no sign.
   */
  readonly shownBy?: string | undefined;
}

/** The bytes of a file in which marks are looked for. Units and settings have a few kilobytes. */
const maxMarkedBytes = 256 * 1024;

/**
 * Returns the first layout of which the node has all marks of a sign, and certificates or keys if the default layout
 * has some; if there is none, the layout whose home `base` is, or the default one.
 *
 * @param base the folder of the node that the tree begins with
 */
export function layoutOfTree<L extends NodeLayout>(tree: FileTree, base: string, layouts: Layouts<L>): FoundLayout<L> {
  const resolve = sharedResolver(tree);
  const units = unitTexts(tree, resolve);
  const has = (mark: Mark): boolean => {
    const { contains = '' } = 'absent' in mark ? {} : mark;
    if ('starts' in mark) return units().some((text) => starts(text, mark.starts) && text.includes(contains));
    const { state, realPath } = resolve(mark.path);
    const isThere = state === 'file' || state === 'directory';
    if ('absent' in mark) return !isThere;
    if (contains === '') return isThere;
    return state === 'file' && realPath !== undefined && textIn(tree, realPath).includes(contains);
  };
  const hasFiles = (layout: NodeLayout) => pkiFolders(layout).some((folder) => holds(isPemName, folder, resolve, tree));
  for (const layout of layouts) {
    for (const { kind, signs } of layout.nodes) {
      const marks = signs.find((all) => all.every(has));
      if (marks === undefined) continue;
      // Anything can leave a unit or an empty folder behind.
      if (!hasFiles(layout) && hasFiles(defaultLayout(layouts))) continue;
      return { layout, kind, shownBy: marks.flatMap(textOf).join(', ') };
    }
  }
  const layout = layouts.find(({ home }) => home === base) ?? defaultLayout(layouts);
  return { layout, kind: undefined };
}

/**
 * Whether certificates or keys lie where the default layout has them, and where the node's layout has none: they would
 * not be judged with it. Where its own are judged, they count only with manifests. Without, they are left over.
 */
export function hasDefaultBesides(tree: FileTree, layout: NodeLayout, layouts: Layouts): boolean {
  const resolve = sharedResolver(tree);
  const { pki, manifests = '' } = defaultLayout(layouts);
  const { realPath } = resolve(pki);
  if (layout === defaultLayout(layouts) || realPath === undefined) return false;
  const own = pkiFolders(layout).flatMap((folder) => [folder, resolve(folder).realPath ?? folder]);
  const isOwn = own.some((folder) => isAtOrBelow(realPath, folder) || isAtOrBelow(folder, realPath));
  const hasManifests = () => holds((name) => name.endsWith('.yaml'), manifests, resolve, tree);
  return !isOwn && holds(isPemName, pki, resolve, tree) && (layout.unjudged !== undefined || hasManifests());
}

/** The folders of certificates in which a file is looked for, one in the other. */
const maxDepth = 6;

/**
 * Whether a folder contains a file with such a name. Links to folders in it are not followed: each could lead to a
 * folder with many more.
 */
function holds(
  isNamed: (name: string) => boolean,
  folder: string,
  resolve: Resolve,
  tree: FileTree,
  depth = 1,
): boolean {
  const { state, realPath } = resolve(folder);
  if (state !== 'directory' || realPath === undefined || (depth > 1 && realPath !== folder)) return false;
  const names = tree.list(realPath);
  if (isMiss(names)) return false;
  const paths = names.map((name) => join(realPath, name));
  return (
    paths.some((path) => isNamed(path) && resolve(path).state === 'file') ||
    (depth < maxDepth && paths.some((path) => holds(isNamed, path, resolve, tree, depth + 1)))
  );
}

/** What a node has, in words; what it lacks is left out. */
function textOf(mark: Mark): readonly string[] {
  if ('absent' in mark) return [];
  const subject = 'starts' in mark ? `a unit that starts ${mark.starts}` : mark.path;
  return [mark.contains === undefined ? subject : `${subject} with ${mark.contains} in it`];
}

/** Folders of units, as in `systemd.unit(5)`, and a part of the names that count there. Packages have hundreds. */
const unitFolders: readonly (readonly [folder: string, names: RegExp])[] = [
  ['/etc/systemd/system', /^/],
  ['/run/systemd/system', /^/],
  ['/usr/local/lib/systemd/system', /^/],
  ['/usr/lib/systemd/system', /kube|k8s|etcd/],
  ['/lib/systemd/system', /kube|k8s|etcd/],
];

const isUnit = (name: string, part: RegExp): boolean => name.endsWith('.service') && part.test(name);

/** Units of one folder that are looked at. */
const maxUnits = 200;

/** Returns a function that returns the texts of units. It reads them only when it is called first. */
function unitTexts(tree: FileTree, resolve: Resolve): () => readonly string[] {
  let texts: readonly string[] | undefined;
  const inFolder = ([folder, part]: (typeof unitFolders)[number]) => {
    const { state, realPath } = resolve(folder);
    const all = state === 'directory' && realPath !== undefined ? tree.list(realPath) : [];
    return (isMiss(all) ? [] : all.filter((name) => isUnit(name, part)).slice(0, maxUnits)).flatMap((name) => {
      const unit = resolve(join(folder, name));
      if (unit.state !== 'file' || unit.realPath === undefined) return [];
      const text = textIn(tree, unit.realPath);
      const script = scriptOf(text);
      const target = script === undefined ? undefined : resolve(script);
      return target?.state === 'file' && target.realPath !== undefined
        ? `${text}\n${asCommands(textIn(tree, target.realPath))}`
        : text;
    });
  };
  return () => {
    texts ??= unitFolders.flatMap(inFolder);
    return texts;
  };
}

/** Returns the script that is the program of a unit, by its path. */
function scriptOf(unit: string): string | undefined {
  const programs = commandsIn(unit).map((command) => withoutPrefix(command.trim().split(/\s/, 1)[0] ?? ''));
  return programs.find((program) => program.startsWith('/') && program.endsWith('.sh'));
}

/**
 * The programs that a script starts by their paths, as a unit would. A script may also name others:
 * `systemctl stop etcd`.
 */
function asCommands(script: string): string {
  const programs = script.split('\n').map(
    (line) =>
      line
        .trim()
        .replace(/^exec\s/, '')
        .trim()
        .split(/\s/, 1)[0] ?? '',
  );
  return programs.flatMap((program) => (program.includes('/') ? `ExecStart=${program}\n` : [])).join('');
}

/**
 * Whether a unit names a program in its command, with or without its folder. A command may begin on the line after its
 * key.
 */
const starts = (unit: string, program: string): boolean => commandsIn(unit).some((command) => names(command, program));

/** The values of ExecStart. */
const commandsIn = (unit: string): readonly string[] =>
  unit
    .replaceAll('\\\n', ' ')
    .split('\n')
    .flatMap((line) => /^\s*ExecStart\s*=(.*)/.exec(line)?.[1] ?? []);

/** Without what systemd takes from the beginning of a program (systemd.service(5), "Command lines"). */
const withoutPrefix = (word: string): string => word.replace(/^[-@:+!|]+/, '');

const names = (command: string, program: string): boolean =>
  command.split(/[\s='"]+/).some((word) => withoutPrefix(unversionedName(word)) === program);

/** The beginning of a file; empty if it cannot be read. */
function textIn(tree: FileTree, path: string): string {
  const bytes = tree.read(path);
  return isMiss(bytes) ? '' : Buffer.from(bytes.subarray(0, maxMarkedBytes)).toString('latin1');
}

/**
 * Returns lists of paths, each of which shows the root of a node if all its paths are there: the home, and the marks of
 * signs.
 */
export function signsOfRoot({ home, nodes }: NodeLayout): readonly (readonly string[])[] {
  return [[home], ...nodes.flatMap(({ signs }) => signs.flatMap(pathsOfSign))];
}

/** A list of paths, which shows the root of a node, and the layouts of which it does. */
interface RootSign {
  readonly paths: readonly string[];
  readonly layouts: readonly NodeLayout[];
}

/** Returns the signs of all layouts, each once: most layouts share theirs. */
export const signsOfRoots = remember((layouts: Layouts): readonly RootSign[] => {
  const all = layouts.flatMap((layout) => signsOfRoot(layout).map((paths) => ({ layout, paths })));
  return [...groupBy(all, ({ paths }) => paths.join())].map(([, same]) => ({
    paths: same[0]?.paths ?? [],
    layouts: same.map(({ layout }) => layout),
  }));
});

/** The paths that show a sign. A unit may be in any folder, and is usually named after its program. */
function pathsOfSign(marks: readonly Mark[]): readonly (readonly string[])[] {
  const present = marks.flatMap((mark) => ('path' in mark && !('absent' in mark) ? mark.path : []));
  const started = marks.flatMap((mark) => ('starts' in mark ? mark.starts : []));
  if (started.length === 0) return present.length === 0 ? [] : [present];
  return unitFolders.map(([folder]) => [...present, ...started.map((program) => `${folder}/${program}.service`)]);
}

/** Returns the folders of a layout in which its files are. */
export function foldersOfLayout(layout: NodeLayout): readonly string[] {
  const { home, kubelet, kubeconfigFolders, manifests } = layout;
  const kubeconfigs = kubeconfigFolders.map(({ folder }) => folder);
  return [home, ...pkiFolders(layout), kubelet.folder, ...kubeconfigs, ...(manifests === undefined ? [] : [manifests])];
}

/** Returns the folders by which to recognise a layout's home: its PKI and its static pods, relative to the home. */
export function holdsBelowHome({ home, pki, manifests }: NodeLayout): readonly string[] {
  const folders = manifests === undefined ? [pki] : [pki, manifests];
  return folders.filter((path) => isAtOrBelow(path, home) && path !== home).map((path) => path.slice(home.length + 1));
}
