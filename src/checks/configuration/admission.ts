/**
 * AdmissionConfiguration: the files that it and the configurations of plugins name (k8s.io/apiserver
 * pkg/admission/config.go).
 */
import { allArguments, lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { folderOf, hostPath, inFolder } from '../../artifact/paths.ts';
import { type Setting, settingAt, settingItems, textAt } from '../../artifact/setting.ts';
import { pluginRow } from '../../tables/configurations.ts';
import type { ValueContext, ValueFault, ValueJudge } from '../values/field-rows.ts';
import { stageFaults } from './field-values.ts';
import { cannotOpen, howToOpen } from './named-path.ts';
import { type Formatted, judgedFields, versionFault } from './read.ts';

/**
 * The plugins with a configuration that are on unless they are switched off (kube-apiserver --help,
 * --enable-admission-plugins).
 */
const usual = new Set(['ValidatingAdmissionWebhook', 'MutatingAdmissionWebhook', 'PodSecurity', 'ResourceQuota']);

function isEnabled(name: string, component: Component): boolean {
  const listed = (flag: string) =>
    allArguments(component, flag).flatMap(({ value = '' }) => value.split(',').map((one) => one.trim()));
  if (listed('enable-admission-plugins').includes(name)) return true;
  return usual.has(name) && !listed('disable-admission-plugins').includes(name);
}

/** What kube-apiserver cannot open. A plugin that is not enabled reads nothing. */
export const admissionFaults: ValueJudge = function* (document, context) {
  const { component, pki } = context;
  const own = lastArgument(component, 'admission-control-config-file')?.value ?? '';
  for (const [index, plugin] of settingItems(document, 'plugins').entries()) {
    const name = textAt(plugin, 'name');
    if (!isEnabled(name, component)) continue;
    const path = `plugins[${index}]`;
    const configuration = settingAt(plugin, 'configuration');
    const written = textAt(plugin, 'path');
    if (configuration !== undefined) yield* pluginFaults(configuration, `${path}.configuration`, name, context);
    if (configuration !== undefined || written === '') continue;
    const file = inFolder(folderOf(own), written);
    const why = cannotOpen(file, component, pki);
    const at = (settingAt(plugin, 'path') ?? plugin).at;
    const error = `Couldn't open admission plugin configuration ${file}: no such file or directory`;
    if (why) yield { path: `${path}.path`, at, error, fix: howToOpen(file, why, component.name) };
    const content = why ? undefined : pki.node.files.get(hostPath(component, file))?.content;
    const inside = content?.type === 'settings' ? content.document : undefined;
    // What is wrong in there has a line of that file.
    for (const fault of inside ? pluginFaults(inside, `${file} of ${path}`, name, context) : []) yield { ...fault, at };
  }
};

/** What a plugin refuses in its configuration. */
function* pluginFaults(document: Setting, path: string, plugin: string, context: ValueContext): Generator<ValueFault> {
  const row = pluginRow(plugin);
  if (row !== undefined) yield* formatFaults({ row, document, release: context.release }, path, plugin, context);
  yield* kubeconfigFaults(document, path, plugin, context);
}

/**
 * The version, the fields and the values of a configuration (k8s.io/apiserver pkg/admission/plugins.go, InitPlugin).
 */
function* formatFaults(
  formatted: Formatted,
  path: string,
  plugin: string,
  context: ValueContext,
): Generator<ValueFault> {
  const { row, document } = formatted;
  const says = `couldn't init admission plugin "${plugin}": `;
  const version = versionFault(formatted);
  if (version !== undefined) {
    const { at, error, wanted } = version;
    return void (yield { path, at, error: `${says}${error}`, fix: `write ${wanted.join(', or ')}` });
  }
  const { stopping } = judgedFields(formatted);
  for (const { path: field, at, error, kind, meant, wants } of stopping) {
    const strict = kind === 'type' ? '' : 'strict decoding error: ';
    const fix = kind === 'type' ? `write ${wants ?? 'a different value'}` : meant ? `write ${meant}` : 'remove it';
    yield { path: `${path}.${field}`, at, error: `${says}${strict}${error}`, fix };
  }
  const stage = stopping.length === 0 ? stageFaults(row.kind, document, context) : undefined;
  for (const { path: field, at, error, fix } of stage?.faults ?? [])
    yield { path: `${path}.${field}`, at, error: `${stage?.says}${error}`, fix };
}

/** WebhookAdmissionConfiguration and the configuration of ImagePolicyWebhook name a kubeconfig. */
function* kubeconfigFaults(
  configuration: Setting,
  path: string,
  plugin: string,
  { component, pki }: ValueContext,
): Generator<ValueFault> {
  const holder = settingAt(configuration, 'imagePolicy') ?? configuration;
  const file = textAt(holder, 'kubeConfigFile');
  const why = file.startsWith('/') ? cannotOpen(file, component, pki) : undefined;
  if (why === undefined) return;
  const error = `couldn't init admission plugin "${plugin}": open ${file}: no such file or directory`;
  const at = (settingAt(holder, 'kubeConfigFile') ?? holder).at;
  yield { path: `${path}.kubeConfigFile`, at, error, fix: howToOpen(file, why, component.name) };
}
