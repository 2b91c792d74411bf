/**
 * What the tables know to be refused. The configuration of the kubelet is judged with its drop-ins (`--config-dir`), as
 * it merges them (cmd/kubelet/app/server.go, mergeKubeletConfigurations): the drop-ins as JSON merge patches, over the
 * struct that the main file and the defaults have filled. Its fields have the names of Go, so null does not unset them,
 * and the decoder of JSON merges both.
 */
import { isGiven } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { MapSetting, Setting } from '../../artifact/setting.ts';
import { groupBy, remember } from '../../core/collections.ts';
import { inAnyCase } from '../../core/text.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Slot } from '../../model/roles/slots.ts';
import { isKubeletDropIn, type SettingType, settingType } from '../../tables/configurations.ts';
import { type CheckResult, skip } from '../base/check.ts';
import { isSince } from '../base/component-release.ts';
import type { ValueFault } from '../values/field-rows.ts';
import { stageFaults } from './field-values.ts';
import { type ConfigurationFile, configurationOf, isDecoded } from './read.ts';

/** What is still merged: what aliases repeat counts each time. */
interface Merging {
  budget: number;
  /** Whether a name begins with a capital letter: it may be that of the struct, or come before it. */
  hasCapital: boolean;
}

/** Configurations have far fewer values. */
const enough = 5000;

const isNull = (setting: Setting): boolean => setting.kind === 'scalar' && setting.type === 'null';
const emptyMap = ({ at }: Setting): MapSetting => ({
  kind: 'map',
  entries: new Map(),
  keys: new Map(),
  repeated: [],
  at,
});

/** A copy to which entries are added. */
function copyOf(map: MapSetting, merging: Merging) {
  merging.budget -= map.entries.size;
  return { ...map, entries: new Map(map.entries), keys: new Map(map.keys) };
}

/** A JSON merge patch of a drop-in over those before it: null removes. */
function patched(target: Setting, patch: Setting, merging: Merging): Setting {
  if (patch.kind !== 'map' || target.kind !== 'map') return patch;
  const all = copyOf(target, merging);
  for (const [key, value] of patch.entries) {
    merging.budget -= 1;
    if (merging.budget < 0) break;
    const own = all.entries.get(key);
    if (isNull(value)) all.entries.delete(key);
    else all.entries.set(key, own === undefined ? value : patched(own, value, merging));
    all.keys.set(key, patch.keys.get(key) ?? value.at);
  }
  return all;
}

/** What Go decodes into a value that is there: structs and maps keep what it does not mention, lists do not. */
function decoded(into: Setting | undefined, type: SettingType, patch: Setting, merging: Merging): Setting {
  if (patch.kind !== 'map' || (type.is !== 'struct' && type.is !== 'map')) return patch;
  const all = copyOf(into?.kind === 'map' ? into : emptyMap(patch), merging);
  // The keys of the patch are sorted.
  for (const key of [...patch.entries.keys()].toSorted()) {
    merging.budget -= 1;
    if (merging.budget < 0) break;
    const value = patch.entries.get(key);
    const name = type.is === 'map' || type.fields.has(key) ? key : inAnyCase(key, type.fields.keys());
    // Of what a patch adds, too, null is left out.
    if (name === undefined || value === undefined || isNull(value)) continue;
    merging.hasCapital ||= name[0] !== key[0];
    const inner = type.is === 'struct' ? type.fields.get(name)?.type() : undefined;
    all.entries.set(name, inner === undefined ? value : decoded(all.entries.get(name), inner, value, merging));
    all.keys.set(name, patch.keys.get(key) ?? value.at);
  }
  return all;
}

/** Returns the merged document, or why it is not known. */
function merge(files: readonly ConfigurationFile[]): Setting | string {
  const merging = { budget: enough, hasCapital: false };
  const [main, ...others] = files.map(({ document }) => document);
  if (main === undefined) return 'it has no files';
  // K3s and RKE2 may have drop-ins alone.
  const onlyDropIns = files.slice(0, 1).some(({ row }) => isKubeletDropIn(row));
  const dropIns = onlyDropIns ? [main, ...others] : others;
  let patch: Setting = emptyMap(main);
  for (const document of dropIns) patch = patched(patch, document, merging);
  const document = decoded(onlyDropIns ? undefined : main, settingType('KubeletConfiguration'), patch, merging);
  if (merging.budget < 0) return 'files in --config-dir have too many fields';
  return merging.hasCapital ? 'names in --config-dir begin with capital letters' : document;
}

/** The places in a document. What aliases repeat is looked at once. */
function placesIn(document: Setting): ReadonlySet<Setting['at']> {
  const settings = new Set([document]);
  const places = new Set<Setting['at']>();
  // A set also iterates over what is added meanwhile.
  for (const setting of settings) {
    places.add(setting.at);
    if (setting.kind === 'list') for (const item of setting.items) settings.add(item);
    if (setting.kind !== 'map') continue;
    for (const value of setting.entries.values()) settings.add(value);
    for (const key of setting.keys.values()) places.add(key);
  }
  return places;
}

/** Groups faults by the file to correct. */
function byFile(faults: readonly ValueFault[], files: readonly ConfigurationFile[]) {
  const known = files.map(({ slot, document }) => ({ slot, places: placesIn(document) }));
  const slotAt = (at: Setting['at']) => known.find(({ places }) => places.has(at))?.slot;
  const placed = faults.map((fault) => {
    const at = fault.correction?.at ?? fault.at;
    const slot = slotAt(at);
    return { slot, fault: slot === slotAt(fault.at) ? fault : { ...fault, at } };
  });
  return groupBy(placed, ({ slot }) => slot);
}

/** The files of a kubelet in the order in which it reads them, or why they are not all known. */
function filesOf(slots: readonly Slot[], pki: Pki): readonly ConfigurationFile[] | string {
  const files: ConfigurationFile[] = [];
  for (const slot of slots) {
    const { done, value: file } = configurationOf(slot, pki).next();
    if (!done || file === undefined || !isDecoded(file)) return `${slot.path ?? slot.written}: it was not decoded`;
    const { merged } = file.row;
    if (merged !== undefined && file.release !== undefined && !isSince(file.release, merged))
      return `before ${merged} files in --config-dir are merged differently`;
    files.push(file);
  }
  return files;
}

/** Returns what a kubelet with `--config-dir` refuses, by the file to correct, or why that is not known. */
const mergedFaults = remember((pki: Pki, component: Component) => {
  const flags = ['config', 'config-dir'];
  const slots = flags.flatMap((flag) =>
    pki.slots.filter((slot) => slot.component === component && slot.row.flag === flag && slot.argument !== undefined),
  );
  const files = filesOf(slots, pki);
  if (typeof files === 'string') return files;
  const document = merge(files);
  const [file] = files;
  if (typeof document === 'string') return document;
  if (file === undefined) return undefined;
  const found = stageFaults(file.row.kind, document, file);
  return found && { says: found.says, bySlot: byFile(found.faults, files) };
});

/** What the tables know to be refused, unless something else than this file decides. */
export function* stageOf(configuration: ConfigurationFile): Generator<CheckResult, ReturnType<typeof stageFaults>> {
  const { row, document, component, pki, slot } = configuration;
  const isMerged = row.kind === 'KubeletConfiguration' && isGiven(component, 'config-dir');
  const found = isMerged ? mergedFaults(pki, component) : stageFaults(row.kind, document, configuration);
  if (found === undefined) return undefined;
  if (component.unknown !== undefined)
    return void (yield skip(`${component.unknown}: flags take precedence over the file`));
  if (typeof found === 'string') return void (yield skip(found));
  if ('faults' in found) return found;
  return { says: found.says, faults: (found.bySlot.get(slot) ?? []).map(({ fault }) => fault) };
}
