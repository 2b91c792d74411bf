/**
 * How to change a field of a probe in a manifest by sed, where the field has a line of its own and there is one
 * container.
 */

import type { Component } from '../../artifact/component.ts';
import { fileIn } from '../../artifact/place.ts';
import type { Probe, ProbeField } from '../../artifact/probe.ts';
import type { ArgumentEdit } from '../base/argument-edit.ts';

/** The values of fields; undefined for one that is to be left out. */
export type ProbeChange = Readonly<Partial<Record<ProbeField, string>>>;

/** Returns the edits that give probes these fields; none if no simple command does it for all of them. */
export function editProbes(
  component: Component,
  probes: readonly Probe[],
  change: ProbeChange,
): readonly ArgumentEdit[] {
  const fields = Object.entries(change) as [ProbeField, string][];
  const edits = probes.flatMap((probe) =>
    fields
      .filter(([field, value]) => probe.form.lines[field] !== `${field}: ${value}`)
      .map(([field, value]) => editField(component, probe, field, value)),
  );
  return edits.every((one) => one !== undefined) ? edits : [];
}

function editField(component: Component, probe: Probe, field: ProbeField, value: string): ArgumentEdit | undefined {
  const { form } = probe;
  const line = form.lines[field];
  // A pattern could fit the probe of another container.
  if (component.pod?.containers !== 1 || !isPlain(value)) return undefined;
  const manifest = fileIn(component.at);
  if (manifest === undefined) return undefined;
  if (line === undefined) return addField(component, probe, `${field}: ${value}`);
  if (!line.startsWith(`${field}: `) || !isPlain(line.slice(field.length + 2))) return undefined;
  return { manifest, script: `s|^\\( *\\)${line}\\(\\r*\\)$|\\1${field}: ${value}\\2|` };
}

/** Adds a field after the line of the action, unless another probe of the same form has it already. */
function addField({ at, probes = [] }: Component, { action, form }: Probe, text: string): ArgumentEdit | undefined {
  const [field = ''] = text.split(':');
  const isInOther = probes.some((one) => one.action === action && one.form.lines[field as ProbeField] !== undefined);
  if (!form.isBlock || isInOther) return undefined;
  const indent = ' '.repeat(form.indent);
  const manifest = fileIn(at);
  return manifest === undefined
    ? undefined
    : { manifest, script: `s|^ *${action}:\\(\\r*\\)$|&\\n${indent}${text}\\1|` };
}

const isPlain = (text: string): boolean => /^[\w=./:-]+$/.test(text);
