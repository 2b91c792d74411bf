/** A configuration file as its component reads it, by its release. */
import type { Content } from '../../artifact/file.ts';
import { type Setting, settingAt, textAt } from '../../artifact/setting.ts';
import { inAnyCase } from '../../core/text.ts';
import { releaseOfComponent } from '../../model/facts/own-release.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Slot } from '../../model/roles/slots.ts';
import { seenAt } from '../../model/roles/source.ts';
import {
  type ApiVersionRow,
  type ConfigurationRow,
  configurationKinds,
  configurationRow,
  type FormatRow,
  isKubeletDropIn,
} from '../../tables/configurations.ts';
import { type CheckResult, notApplicable, skip } from '../base/check.ts';
import { isSince } from '../base/component-release.ts';
import { isUnknownThen } from '../base/dated-flags.ts';
import type { ValueContext } from '../values/field-rows.ts';
import { type FieldFault, fieldFaults } from './fields.ts';

/** A configuration file that a flag names. */
export interface ConfigurationFile extends ValueContext {
  readonly row: ConfigurationRow;
  readonly slot: Slot;
  readonly path: string;
  readonly document: Setting;
  /** Why it is not decoded at all. */
  readonly fault?: 'empty' | 'json';
}

/** A document, and the format that its reader expects. */
export interface Formatted {
  readonly row: FormatRow;
  readonly document: Setting;
  /** Why it is not decoded at all. */
  readonly fault?: 'empty' | 'json';
  readonly release: string | undefined;
}

/** Returns the file of a slot, if it is one whose fields are known, and was read. */
export function* configurationOf(slot: Slot, pki: Pki): Generator<CheckResult, ConfigurationFile | undefined> {
  const { component, path } = slot;
  const row = configurationRow(component.name, slot.row.flag);
  if (row === undefined) return void (yield notApplicable('not a configuration whose fields are known'));
  if (slot.argument === undefined || path === undefined) return void (yield notApplicable('not set'));
  if (isUnknownThen(slot.argument, component, pki))
    return void (yield notApplicable('this release does not know the flag'));
  const content = pki.node.files.get(path)?.content;
  // One that does not exist, or that is not YAML, is reported by other rules.
  if (seenAt(pki.node, path) === 'unseen') return void (yield skip(`${path}: it was not read`));
  const isSettings = content?.type === 'settings';
  const document = isSettings ? (content.document ?? nothing) : otherDocument(content);
  if (document === undefined) return undefined;
  const fault = isSettings ? content.fault : undefined;
  const release = releaseOfComponent(component, pki);
  return { row, slot, component, pki, path, document, ...(fault !== undefined && { fault }), release };
}

const start = { line: 1, column: 1, endLine: 1, endColumn: 1 } as const;

/** A file without a document. */
const nothing: Setting = { kind: 'scalar', text: '', type: 'null', at: start };

/** What a component sees first in a file that is read as something else: its kind. */
function otherDocument(content: Content | undefined): Setting | undefined {
  const kind = content?.type === 'kubeconfig' ? 'Config' : content?.type === 'manifest' ? 'Pod' : undefined;
  if (kind === undefined) return undefined;
  const scalar = (text: string): Setting => ({ kind: 'scalar', text, type: 'string', at: start });
  const entries = new Map([
    ['apiVersion', scalar('v1')],
    ['kind', scalar(kind)],
  ]);
  return { kind: 'map', entries, keys: new Map(), repeated: [], at: start };
}

/** Whether a file is of a kind that something else reads, so that the flag names the wrong file. */
export function isOfOtherKind({ row, document }: ConfigurationFile): boolean {
  const kind = textAt(document, 'kind');
  const own = row.apiVersions.some((one) => (one.kind ?? row.kind) === kind);
  return !own && (kind === 'Config' || kind === 'Pod' || configurationKinds.has(kind));
}

/** Whether a release takes a version; unknown releases take all. */
function takes({ since, until }: ApiVersionRow, release: string | undefined): boolean {
  if (release === undefined) return true;
  return (since === undefined || isSince(release, since)) && (until === undefined || !isSince(release, until));
}

/** What is broken is not quoted: it may be a key. */
const brokenJson =
  "couldn't get version/kind; json parse error: a file that begins with { is read as JSON, and this is not JSON";

/** The apiVersion or kind of a document. Go's encoding/json finds them in any case. */
export function metaOf(document: Setting, field: 'apiVersion' | 'kind'): string {
  const keys = document.kind === 'map' && !document.entries.has(field) ? [...document.entries.keys()] : [];
  return textAt(document, inAnyCase(field, keys) ?? field);
}

/** Returns why the component does not take the version or kind of a file, and what it takes; undefined if it does. */
export function versionFault({ row, document, fault, release }: Formatted) {
  const [version, kind] = [metaOf(document, 'apiVersion'), metaOf(document, 'kind')];
  const taken = row.apiVersions.filter((one) => takes(one, release));
  const wanted = taken.map((one) => `${one.name} ${one.kind ?? row.kind}`);
  const at = (settingAt(document, 'apiVersion') ?? settingAt(document, 'kind') ?? document).at;
  const isCompared = row.versionsRead === undefined || (release !== undefined && isSince(release, row.versionsRead));
  if ((isCompared || isKubeletDropIn(row)) && fault === 'json') return { at: document.at, error: brokenJson, wanted };
  if (row.legacy?.some((field) => settingAt(document, field) !== undefined) && kind === '') return undefined;
  if (kind === '') return { at, error: "Object 'Kind' is missing", wanted };
  if (!isCompared)
    return kind === row.kind || isKubeletDropIn(row)
      ? undefined
      : { at, error: `invalid service configuration object "${kind}"`, wanted };
  if (version === '') return { at, error: "Object 'apiVersion' is missing", wanted };
  if (taken.some((one) => one.name === version && (one.kind ?? row.kind) === kind)) return undefined;
  return { at, error: `no kind "${kind}" is registered for version "${version}"`, wanted };
}

/** Whether a field differs from a known one only in case. */
export const isMiscased = ({ path, meant = '' }: FieldFault): boolean =>
  path.replace(/^.*\./, '').toLowerCase() === meant.toLowerCase();

/** Returns whether the release refuses fields that it does not know; undefined if that is not known. */
export function isStrict({ row: { strict }, release }: Formatted): boolean | undefined {
  if (strict === 'always' || strict === 'never') return strict === 'always';
  return release === undefined ? undefined : isSince(release, strict);
}

/** Returns the faults of the fields: those that stop the component, and those that it ignores. */
export function judgedFields(configuration: Formatted) {
  const { row, document, release } = configuration;
  const name = metaOf(document, 'apiVersion');
  const isListed = row.apiVersions.find((one) => one.name === name)?.fields !== false;
  const faults =
    isListed && versionFault(configuration) === undefined
      ? fieldFaults(document, row.kind, name.replace(/^.*\//, ''), release)
      : [];
  const isMerged = row.merged !== undefined && (release === undefined || isSince(release, row.merged));
  const wrong = faults.filter(({ kind }) => kind === 'type' || (isMerged && kind === 'repeated'));
  const loose = faults.filter(({ kind }) => kind !== 'type');
  // What is decoded by no reader comes first.
  if (wrong.length > 0) return { stopping: wrong, ignored: [] };
  if (isMerged) return { stopping: [], ignored: loose.filter((one) => !isMiscased(one)) };
  return isStrict(configuration) ? { stopping: loose, ignored: [] } : { stopping: [], ignored: loose };
}

/** Whether a component decodes a file. What it says about the values comes after that. */
export const isDecoded = (configuration: Formatted): boolean =>
  versionFault(configuration) === undefined && judgedFields(configuration).stopping.length === 0;
