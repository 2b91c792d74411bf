/** The files and flags of a node that items of the benchmark are about. */

import { componentNamed, isGiven, lastArgument } from '../artifact/arguments.ts';
import type { Component } from '../artifact/component.ts';
import type { NodeFile } from '../artifact/file.ts';
import { isInPkiFolder } from '../artifact/node.ts';
import { fileIn } from '../artifact/place.ts';
import { readBool } from '../core/go-values.ts';
import { copier } from '../model/roles/access.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { CisFiles, CisFlag, CisRow } from '../tables/cis.ts';

/** What was found out about an item. */
export type ItemAnswer =
  | { readonly state: 'pass'; readonly reason: null }
  | { readonly state: 'fail' | 'not-checked' | 'not-applicable'; readonly reason: string };

export const pass: ItemAnswer = { state: 'pass', reason: null };
export const fail = (reason: string): ItemAnswer => ({ state: 'fail', reason });
export const notChecked = (reason: string): ItemAnswer => ({ state: 'not-checked', reason });
const absent = (reason: string): ItemAnswer => ({ state: 'not-applicable', reason });

/** Returns the paths that an item is about; an answer if there are none. */
export function itemPaths(files: CisFiles, pki: Pki): readonly string[] | ItemAnswer {
  const { node } = pki;
  if (files.manifest !== undefined) {
    const own = node.components.filter(({ name }) => name === files.manifest);
    const inPods = own.flatMap(({ at, mounts }) => (mounts === undefined ? [] : (fileIn(at) ?? [])));
    if (own.length > 0 && inPods.length === 0) return absent(`${files.manifest} is not a static pod`);
    return inPods.length > 0 ? inPods : unseen(files.manifest, pki);
  }
  if (files.kubeconfigs !== undefined) {
    const names = files.kubeconfigs;
    const there = pki.roles.filter(({ id, seen }) => names.includes(id) && seen !== 'absent').map(({ path }) => path);
    return there.length > 0 ? there : absent(`${names.join(' and ')}: no such file`);
  }
  if (files.pki !== undefined) {
    const end = files.pki.slice(1);
    const folders = [...node.files.values()].filter(
      ({ path, state }) => state === 'directory' && isInPkiFolder(node, path),
    );
    const all = [...(end === '' ? folders.map(({ path }) => path) : []), ...node.pkiFiles];
    const paths = [...new Set(all)].filter((path) => path.endsWith(end));
    return paths.length > 0 ? paths : absent(`no ${files.pki} in ${node.pki}`);
  }
  return kubeletPaths(files.kubelet ?? 'unit', pki);
}

function kubeletPaths(what: NonNullable<CisFiles['kubelet']>, pki: Pki): readonly string[] | ItemAnswer {
  const kubelet = componentNamed(pki.node, 'kubelet');
  if (kubelet === undefined) return notChecked('the kubelet was not seen');
  if (what === 'unit') {
    const unit = pki.layout.units.find(({ component }) => component === 'kubelet')?.unit;
    const started = fileIn(kubelet.at);
    if (unit === undefined) return started?.endsWith('.service') ? [started] : notChecked('its unit was not seen');
    const seen = [...pki.node.files.values()].filter(
      ({ path, state }) => state === 'file' && (path.endsWith(`/${unit}`) || path.includes(`/${unit}.d/`)),
    );
    return seen.length > 0 ? seen.map(({ path }) => path) : notChecked('its unit was not seen');
  }
  const argument = lastArgument(kubelet, what);
  if (kubelet.unknown !== undefined && argument === undefined) return notChecked(kubelet.unknown);
  if (argument?.unknownVariable !== undefined) return notChecked(`the value of ${argument.spelled} is unknown`);
  return argument?.value ? [argument.value] : absent(`--${what} is not set`);
}

/** A component that is not on a node, or in files that were not given. */
export function unseen(component: string, pki: Pki): ItemAnswer {
  const isEtcdElsewhere = component === 'etcd' && pki.facts.etcd?.value === 'external';
  return isEtcdElsewhere ? absent('etcd runs elsewhere') : notChecked(`${component} was not seen`);
}

/** Whether files have the permissions, or the owner, that an item asks for. Links are followed. */
export function filesAnswer(paths: readonly string[], { mode, owner }: CisRow, pki: Pki): ItemAnswer {
  const user = copier(pki.node);
  if (user !== undefined) {
    return notChecked(`this is a copy of user ${user}, whose modes and owners are not those of the node`);
  }
  const wrong: string[] = [];
  const unread: string[] = [];
  for (const path of paths) {
    const file = pki.node.files.get(path);
    const answer = file === undefined ? undefined : wrongIn(file, mode, owner);
    if (answer === undefined) unread.push(path);
    else if (answer !== '') wrong.push(`${path}: ${answer}`);
  }
  const [first] = wrong;
  const more = wrong.length > 1 ? `, and ${wrong.length - 1} more` : '';
  if (first !== undefined) return fail(`${first}${more}`);
  return unread.length > 0 ? notChecked(`${unread[0]}: its mode and owner were not seen`) : pass;
}

/** What is wrong with a file; '' if nothing is; undefined if that is not known. */
function wrongIn(file: NodeFile, mode: string | undefined, owner: string | undefined): string | undefined {
  if (mode !== undefined) {
    if (file.mode === undefined) return undefined;
    const excess = file.mode & ~Number.parseInt(mode, 8);
    return excess === 0 ? '' : `mode 0${file.mode.toString(8)}`;
  }
  if (owner === undefined || file.uid === undefined || file.gid === undefined) return undefined;
  return file.uid === 0 && file.gid === 0 ? '' : `user ${file.uid}, group ${file.gid}`;
}

/** Whether the flags of a component are as an item asks. */
export function flagsAnswer(component: Component, flags: readonly CisFlag[]): ItemAnswer {
  const answers = flags.map((row) => flagAnswer(component, row));
  return (
    answers.find(({ state }) => state === 'fail') ??
    answers.find(({ state }) => state === 'not-checked') ??
    answers[0] ??
    pass
  );
}

function flagAnswer(component: Component, row: CisFlag): ItemAnswer {
  const argument = lastArgument(component, row.flag);
  if (argument?.unknownVariable !== undefined) return notChecked(`the value of ${argument.spelled} is unknown`);
  if (component.unknown !== undefined && argument === undefined) return notChecked(component.unknown);
  if (row.instead !== undefined && isGiven(component, row.instead)) return notChecked(`--${row.instead} decides`);
  const name = argument?.spelled ?? `--${row.flag}`;
  const value = argument?.value ?? '';
  if (row.test === 'unset') return value === '' ? pass : fail(`${name} is set`);
  const usual = row.withConfig !== undefined && isGiven(component, 'config') ? row.withConfig : row.default;
  if (argument === undefined && usual === undefined) return fail(`${component.name} ${name} is not set`);
  const isMet = meets(argument === undefined ? (usual ?? '') : value, row);
  const shown = argument === undefined ? `${name} is not set: ${usual || 'empty'} by default` : `${name} is ${value}`;
  return isMet ? pass : fail(`${component.name} ${shown}`);
}

function meets(value: string, { test, value: wanted = '', values = [] }: CisFlag): boolean {
  const listed = value.split(',').map((one) => one.trim());
  switch (test) {
    case 'set':
      return value !== '';
    case 'has':
      return listed.includes(wanted);
    case 'lacks':
      return !listed.includes(wanted);
    case 'among':
      return value !== '' && listed.every((one) => values.includes(one));
    default:
      return wanted === 'true' || wanted === 'false'
        ? (readBool(value) === true) === (wanted === 'true')
        : value === wanted;
  }
}
