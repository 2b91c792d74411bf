/**
 * Checks that the kubelet starts what the manifests of static pods say: that it reads their folder, and each file of
 * it.
 */
import { componentNamed, flagValue, lastArgument, podNames } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { folderOf, normalizePath } from '../../artifact/paths.ts';
import { fileIn, type Place, placeIn, placeOn } from '../../artifact/place.ts';
import { handful } from '../../core/text.ts';
import { isStaticPod, meansToRun } from '../../model/handshake/starts.ts';
import { manifestFolder } from '../../model/roles/applicability.ts';
import { ignoredPods, manifestFault, manifestUnknown, refusedIn } from '../../model/roles/manifest-files.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { seenOfFile } from '../../model/roles/source.ts';
import { check, list, notApplicable, problem, skip } from '../base/check.ts';

/** Files of the static pod folder that the kubelet cannot read, with a rule for manifests and one for other files. */
function unreadable(isPod: boolean) {
  return check('file', function* (file, pki) {
    if (!pki.node.manifestFiles.includes(file.path)) return yield notApplicable('not in the static pod directory');
    const unknown = manifestUnknown(file);
    if (unknown !== undefined) return yield skip(`${file.path}: ${unknown}`);
    const fault = manifestFault(file);
    if (fault === undefined) return;
    const isRefused = isPod && refusedIn(file) !== undefined;
    if (meansToRun(file.path, pki) !== isPod || isRefused) return yield notApplicable('reported by a different rule');
    const { error, line } = fault;
    yield problem({ path: file.path, ...(line !== undefined && { line }) }, { path: file.path, error });
  });
}

/** The kubelet's setting of the static pod folder. */
function settingOf(kubelet: Component, { node, layout }: Pki) {
  const argument = lastArgument(kubelet, 'pod-manifest-path');
  const config = flagValue(node, 'kubelet', 'config') ?? placeOn(node, kubelet.at).path;
  const at = argument === undefined ? { path: config } : placeOn(node, argument.at);
  const name = argument?.spelled ?? 'staticPodPath';
  const value = argument?.value ?? '';
  const folder = manifestFolder(node) ?? '';
  const state = value === '' ? 'present' : seenOfFile(node.files.get(folder));
  const isUnseen = state === 'unseen';
  const about = { absent: ', which does not exist', unseen: ', which is not in the input', present: '', irregular: '' };
  const found = value === '' ? `${name} is not set` : `${name} is ${value}${about[state]}`;
  const error = state === 'absent' ? 'Unable to read config path: path does not exist, ignoring' : '';
  // Where manifests may be in that folder, a person has to look first.
  const fix = isUnseen ? 'unseen' : fixFor(at, config, kubelet);
  return { at, name, config, value, found, error, isUnseen, fix, usual: normalizePath(layout.manifests ?? folder) };
}

/**
 * Which fix sets it: a command, if the file has one field on each line; else a person does, in the file or where the
 * flag is.
 */
function fixFor(
  { path, source, line, endLine }: Place,
  config: string,
  { arguments: all }: Component,
): string | undefined {
  if (path !== config) return 'elsewhere';
  const isBlock = all.some(
    ({ at, spelled }) => placeIn(at)?.source?.startsWith(`${spelled}: `) && fileIn(at) === config,
  );
  const isOwnLine = line === endLine && source?.startsWith('staticPodPath: ') !== false;
  return isBlock && isOwnLine ? undefined : 'by-hand';
}

export const manifestFilesChecks = {
  'manifest/parse': unreadable(true),
  'manifest/stray': unreadable(false),

  /** Pods after the first document of a file. One that a different file starts as well is not missing. */
  'manifest/document': check('file', function* (file, pki) {
    if (!pki.node.manifestFiles.includes(file.path)) return yield notApplicable('not in the static pod directory');
    const ignored = ignoredPods(pki.node).filter(({ path }) => path === file.path);
    const [first] = ignored;
    if (first === undefined) return;
    const pods = ignored.map(({ name }) => name);
    const data = { path: file.path, pods: handful(pods, 3), folder: manifestFolder(pki.node) ?? folderOf(file.path) };
    yield problem({ path: file.path, line: first.line }, data, { parts: pods });
  }),

  /**
   * Manifests in the usual folder, while the kubelet reads a different one, or none (cmd/kubelet/app,
   * makePodSourceConfig).
   */
  'manifest/not-run': check('node', function* (pki) {
    const { node } = pki;
    if (!node.components.some(isStaticPod)) return yield notApplicable('no manifest of a component');
    const kubelet = componentNamed(node, 'kubelet');
    if (kubelet === undefined) return yield skip("the kubelet's configuration is not in the input");
    if (kubelet.unknown !== undefined) return yield skip(`the static pod directory is unknown: ${kubelet.unknown}`);
    if (node.idleManifests.length === 0) return;
    if (flagValue(node, 'kubelet', 'manifest-url') !== undefined)
      return yield skip('the kubelet also reads manifests from a URL');
    const idle = node.components
      .filter(({ at }) => node.idleManifests.includes(fileIn(at) ?? ''))
      .map(({ name }) => name);
    const names = podNames.filter((name) => idle.includes(name));
    const { at, name, config, value, found, error, isUnseen, fix, usual } = settingOf(kubelet, pki);
    const others = node.manifestFiles.filter((path) => !node.idleManifests.includes(path));
    const data = {
      component: list(names),
      nothing: isUnseen ? 'nothing in the input' : 'nothing',
      folder: usual,
      value,
      found,
      error,
      config,
      name,
      at: at.path,
      others: names.length > 0 && manifestFolder(node) !== usual ? handful(others, 3) : '',
    };
    const lists = { scripts: ['-e', '/^staticPodPath:/d', '-e', `/^kind:/a staticPodPath: ${usual}`] };
    yield problem(at, data, { lists, stops: isUnseen ? [] : names, ...(fix !== undefined && { fix }) });
  }),
};
