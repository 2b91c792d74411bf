/** What kube-apiserver is told of whom it lets in, and what they may do. */
import { isGiven, lastArgument, listedValues } from '../core/arguments.ts';
import { check, notApplicable, problem, skip } from './check.ts';

const alwaysAllow = 'AlwaysAllow';

/**
 * `AlwaysAllow` anywhere in the list allows what the others have no opinion of, which is all that RBAC does not grant. It is
 * what runs where nothing is given (k8s.io/kubernetes pkg/kubeapiserver/options/authorization.go).
 */
export const apiServerAuthorizes = check('component', function* (component) {
  if (component.name !== 'kube-apiserver') return yield notApplicable('not kube-apiserver');
  if (component.unknown !== undefined) return yield skip(component.unknown);
  if (isGiven(component, 'authorization-config')) return yield notApplicable('a file says who may do what');
  const argument = lastArgument(component, 'authorization-mode');
  if (argument?.unknownVariable !== undefined) return yield skip('the value of --authorization-mode is not known');
  const modes = listedValues(component, 'authorization-mode');
  if (modes.length > 0 && !modes.includes(alwaysAllow)) return;
  const found = modes.length === 0 ? 'no --authorization-mode' : `--authorization-mode=${modes.join(',')}`;
  yield problem(argument?.at ?? component.at, { component: component.name, found });
});
