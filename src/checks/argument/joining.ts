/** Checks that nodes can join with a bootstrap token: what kubeadm gives API server and controllers for that. */
import { lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { onlyEdit, setArgument } from '../base/argument-edit.ts';
import { check, list, notApplicable, problem, skip } from '../base/check.ts';

/** A controller with its name since 1.28, and whether `*` does not start it (cmd/kube-controller-manager/names). */
type Controller = readonly [name: string, since: string, isOff?: 'off'];

const controllers: readonly Controller[] = [
  ['bootstrapsigner', 'bootstrap-signer-controller', 'off'],
  ['tokencleaner', 'token-cleaner-controller', 'off'],
  ['csrapproving', 'certificatesigningrequest-approving-controller'],
  ['csrsigning', 'certificatesigningrequest-signing-controller'],
];

/** The controllers that do not run (k8s.io/controller-manager app/helper.go, IsControllerEnabled). */
function stopped(given: readonly string[]): readonly string[] {
  return controllers.flatMap(([name, since, isOff]) => {
    const said = given.find((one) => [name, since].includes(one.replace(/^-/, '')));
    const runs = said === undefined ? given.includes('*') && isOff === undefined : !said.startsWith('-');
    return runs ? [] : [name];
  });
}

/** What of a component keeps nodes from joining, and the flag that it should have. */
function lackOf(
  component: Component,
): { readonly flag: string; readonly value: string; readonly what: string } | undefined {
  const flagOf = (flag: string) => lastArgument(component, flag)?.value;
  if (component.name === 'kube-apiserver')
    return /^(?:1|t|true)$/i.test(flagOf('enable-bootstrap-token-auth') ?? '')
      ? undefined
      : { flag: 'enable-bootstrap-token-auth', value: 'true', what: 'kube-apiserver accepts no bootstrap tokens' };
  const off = stopped((flagOf('controllers') ?? '*').split(','));
  if (off.length === 0) return undefined;
  const what = `kube-controller-manager does not run ${list(off)}`;
  return { flag: 'controllers', value: '*,bootstrapsigner,tokencleaner', what };
}

const judged: readonly string[] = ['kube-apiserver', 'kube-controller-manager'];

export const argumentJoiningChecks = {
  'argument/joining': check('component', function* (component, { node }) {
    if (!judged.includes(component.name) || component.mounts === undefined)
      return yield notApplicable('no node joins by it');
    if (component.unknown !== undefined) return yield skip(component.unknown);
    const lack = lackOf(component);
    if (lack === undefined) return;
    const { flag, value, what } = lack;
    const argument = lastArgument(component, flag);
    if (argument?.unknownVariable !== undefined) return yield skip(`the value of --${flag} is unknown`);
    const data = { component: component.name, flag: `--${flag}`, value, what };
    const edit = setArgument(component, flag, value, node);
    yield problem(argument?.at ?? component.at, data, { key: flag, edits: onlyEdit(edit) });
  }),
};
