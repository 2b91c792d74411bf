/** The steps that change arguments in manifests of static pods, and where units have them. */

import type { Component } from '../../artifact/component.ts';
import { folderOf, withoutFolder } from '../../artifact/paths.ts';
import { fileIn, lineOf, placeIn } from '../../artifact/place.ts';
import { type ArgumentEdit, sedArguments } from '../../checks/base/argument-edit.ts';
import { groupBy } from '../../core/collections.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Fix } from '../../results/finding.ts';
import { stepsOf } from '../../tables/layouts/steps.ts';
import type { Failure } from '../rules/failure.ts';
import { stepTarget } from './restarts.ts';

/** Returns the steps for edits: each manifest is replaced once, since the kubelet restarts its pod each time. */
export function editingSteps(edits: readonly ArgumentEdit[], pki: Pki): Fix {
  const { editing, editingUnits = [] } = pki.layout.remedies;
  return [...groupBy(edits, ({ manifest }) => manifest)].flatMap(([manifest, own]) => {
    const folder = folderOf(manifest);
    const values = {
      manifest,
      folder,
      file: withoutFolder(folder, manifest),
      scripts: sedArguments(own.map(({ script }) => script)),
    };
    const rows = isOfUnit(manifest, pki) ? editingUnits : editing;
    return rows.flatMap((row) => stepsOf(row, values, stepTarget(pki)));
  });
}

const filesOf = ({ at, arguments: all }: Component) => [at, ...all.map((one) => one.at)].map(fileIn);

const isOfUnit = (path: string, { node }: Pki): boolean =>
  node.components.some((component) => component.unit !== undefined && filesOf(component).includes(path));

/** Returns the edits if the layout has commands for all of them. */
export function editable(edits: readonly ArgumentEdit[], pki: Pki): readonly ArgumentEdit[] {
  const { editingUnits } = pki.layout.remedies;
  return editingUnits === undefined && edits.some(({ manifest }) => isOfUnit(manifest, pki)) ? [] : edits;
}

/** Returns a component that a unit starts, where the layout says how to edit that. */
export function editedUnit(name: string | undefined, { node, layout }: Pki): Component | undefined {
  if (layout.remedies.editingUnits === undefined) return undefined;
  return node.components.find((component) => component.name === name && component.unit !== undefined);
}

/**
 * Names the place of what a finding says to edit: `the manifest of etcd`, `line 3 of /etc/systemd/system/etcd.service`.
 */
export function placeOfEdit({ pki, problem: { at, data } }: Failure): string {
  const component = editedUnit(data.component, pki);
  const started = pki.node.components.find(({ name }) => name === data.component);
  // What no file starts has its arguments from the configuration of its program, and so have manifests that it writes.
  const isOfSupervisor = pki.node.supervisor?.files.some(({ path }) => path === at.path);
  if (started && ('words' in started.at || isOfSupervisor)) return lineOf(at);
  if (component === undefined) return `the manifest of ${data.component}`;
  const isOwn = filesOf(component).includes(at.path);
  return lineOf(isOwn ? at : (placeIn(component.at) ?? at));
}
