/** Checks who may do what at kube-apiserver without a name or a role. */

import { isGiven, lastArgument, listedValues } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { onlyEdit, setArgument } from '../base/argument-edit.ts';
import { type CheckResult, notApplicable, problem, skip } from '../base/check.ts';
import { componentCheck } from '../base/guards.ts';
import { authorizersOf } from '../configuration/authorizers.ts';

/** The same in the file that --authorization-config names. */
function* openAuthorizers(component: Component, pki: Pki): Generator<CheckResult> {
  const { modes, file } = authorizersOf(component, pki) ?? {};
  if (modes === undefined || file === undefined)
    return yield notApplicable('--authorization-config names no file that was read and is valid');
  if (!modes.includes('AlwaysAllow')) return;
  const found = `${file.path} has an authorizer of the type AlwaysAllow`;
  yield problem(file, { component: component.name, found, path: file.path }, { fix: 'file' });
}

export const argumentAuthorizationChecks = {
  /**
   * `AlwaysAllow` anywhere in the list allows all requests on which the other modes have no opinion: all that RBAC does
   * not grant. It is also the default (k8s.io/kubernetes pkg/kubeapiserver/options/authorization.go).
   */
  'argument/authorization': componentCheck('kube-apiserver', function* (component, pki) {
    if (component.unknown !== undefined) return yield skip(component.unknown);
    if (isGiven(component, 'authorization-config')) return yield* openAuthorizers(component, pki);
    const argument = lastArgument(component, 'authorization-mode');
    if (argument?.unknownVariable !== undefined) return yield skip('the value of --authorization-mode is unknown');
    const modes = listedValues(component, 'authorization-mode');
    if (modes.length > 0 && !modes.includes('AlwaysAllow')) return;
    const found = modes.length === 0 ? '--authorization-mode is not set' : `--authorization-mode=${modes.join(',')}`;
    const edit = setArgument(component, 'authorization-mode', 'Node,RBAC', pki.node);
    yield problem(argument?.at ?? component.at, { component: component.name, found }, { edits: onlyEdit(edit) });
  }),
};
