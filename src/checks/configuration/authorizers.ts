/** Which authorizers kube-apiserver asks: those of --authorization-mode, or of the file of --authorization-config. */

import type { Argument } from '../../artifact/argument.ts';
import { isGiven, lastArgument, listedValues } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { hostPath } from '../../artifact/paths.ts';
import type { Place } from '../../artifact/place.ts';
import { settingItems, textAt } from '../../artifact/setting.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { isUnknownThen } from '../base/dated-flags.ts';
import { authorizationFaults } from './authorization.ts';

/** The authorizers, and what lists them. */
export interface Authorizers {
  readonly argument: Argument;
  readonly modes: readonly string[];
  /** The file that lists them, with the line; none if the flag does. */
  readonly file?: Place;
}

/** Returns the authorizers; undefined if they are not set, not known, or refused. */
export function authorizersOf(component: Component, pki: Pki): Authorizers | undefined {
  if (isGiven(component, 'authorization-config')) return fromFile(component, pki);
  const argument = lastArgument(component, 'authorization-mode');
  return argument?.value ? { argument, modes: listedValues(component, 'authorization-mode') } : undefined;
}

function fromFile(component: Component, pki: Pki): Authorizers | undefined {
  const argument = lastArgument(component, 'authorization-config');
  if (!argument?.value || isUnknownThen(argument, component, pki)) return undefined;
  const path = hostPath(component, argument.value);
  const content = pki.node.files.get(path)?.content;
  const document = content?.type === 'settings' ? content.document : undefined;
  if (document === undefined || textAt(document, 'kind') !== 'AuthorizationConfiguration') return undefined;
  const context = { component, pki, release: pki.facts.kubernetesVersion?.value };
  const [fault] = authorizationFaults(document, context);
  if (fault !== undefined) return undefined;
  const authorizers = settingItems(document, 'authorizers');
  const { line, column, endLine, endColumn } = (authorizers[0] ?? document).at;
  const modes = authorizers.map((one) => textAt(one, 'type'));
  return { argument, modes, file: { path, line, column, endLine, endColumn } };
}
