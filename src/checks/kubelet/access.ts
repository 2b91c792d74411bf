/** Checks of authentication and authorization of the kubelet, whose port runs commands in all pods. */
import type { Argument } from '../../artifact/argument.ts';
import { isGiven, lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { readBool } from '../../core/go-values.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { type Check, type CheckResult, notApplicable, problem, skip } from '../base/check.ts';
import { componentCheck } from '../base/guards.ts';
import { whereSet } from './setting.ts';

/**
 * The defaults of the kubelet. A configuration file has safe ones; flags without a file have the old, open ones
 * (k8s.io/kubernetes cmd/kubelet/app/options/options.go, applyLegacyDefaults).
 */
const defaults = {
  'anonymous-auth': { file: 'false', flags: 'true' },
  'authentication-token-webhook': { file: 'true', flags: 'false' },
  'authorization-mode': { file: 'Webhook', flags: 'AlwaysAllow' },
  'read-only-port': { file: '0', flags: '10255' },
  port: { file: '10250', flags: '10250' },
};

type SettingName = keyof typeof defaults;

type Settings = Readonly<Record<SettingName, { readonly value: string; readonly argument: Argument | undefined }>>;

/** A check of the kubelet's settings, if all of them are known. */
function settingsCheck(
  run: (settings: Settings, kubelet: Component, pki: Pki) => Iterable<CheckResult>,
): Check<'component'> {
  return componentCheck('kubelet', function* (kubelet, pki) {
    const names = Object.keys(defaults) as SettingName[];
    const unknown = names.find((name) => lastArgument(kubelet, name)?.unknownVariable !== undefined);
    if (kubelet.unknown !== undefined || unknown !== undefined) {
      return yield skip(kubelet.unknown ?? `the value of its ${unknown} is unknown`);
    }
    const source = isGiven(kubelet, 'config') ? 'file' : 'flags';
    const settings = names.map((name) => {
      const argument = lastArgument(kubelet, name);
      return [name, { value: argument?.value || defaults[name][source], argument }];
    });
    yield* run(Object.fromEntries(settings), kubelet, pki);
  });
}

/** Clients that are accepted without a client certificate; undefined if there are none. */
function outsiders(settings: Settings): string | undefined {
  if (readBool(settings['anonymous-auth'].value) === true)
    return `anyone who can reach its port ${settings.port.value}`;
  return readBool(settings['authentication-token-webhook'].value) === true ? 'every service account' : undefined;
}

const isOpen = (settings: Settings) => settings['authorization-mode'].value === 'AlwaysAllow';

/** A problem of one setting: `{found}` is the setting as written, or its default. */
function settingProblem(
  name: SettingName,
  settings: Settings,
  kubelet: Component,
  { node }: Pki,
  {
    data = {},
    wanted,
  }: { readonly data?: Record<string, string>; readonly wanted: Partial<Record<SettingName, string>> },
) {
  const { value, argument } = settings[name];
  const found = argument
    ? `${argument.spelled}: ${value}`
    : `--${name} is not set, and is ${value} without a configuration file`;
  const where = whereSet(argument, kubelet, node, wanted);
  return problem(argument?.at ?? kubelet.at, { ...data, ...where.data, found }, where.more);
}

/** What lets in only those whom the API server authenticates and authorizes. */
const closed = {
  'authorization-mode': 'Webhook',
  'authentication-token-webhook': 'true',
  'anonymous-auth': 'false',
} as const;

export const kubeletAccessChecks = {
  'kubelet/open': settingsCheck(function* (settings, kubelet, pki) {
    const who = outsiders(settings);
    if (isOpen(settings) && who !== undefined)
      yield settingProblem('authorization-mode', settings, kubelet, pki, { data: { who }, wanted: closed });
  }),
  'kubelet/authorization': settingsCheck(function* (settings, kubelet, pki) {
    if (!isOpen(settings)) return;
    if (outsiders(settings) !== undefined) return yield notApplicable('reported by kubelet/open');
    yield settingProblem('authorization-mode', settings, kubelet, pki, { wanted: { 'authorization-mode': 'Webhook' } });
  }),
  'kubelet/anonymous': settingsCheck(function* (settings, kubelet, pki) {
    if (readBool(settings['anonymous-auth'].value) !== true) return;
    if (isOpen(settings)) return yield notApplicable('reported by kubelet/open');
    yield settingProblem('anonymous-auth', settings, kubelet, pki, { wanted: { 'anonymous-auth': 'false' } });
  }),
  'kubelet/read-only-port': settingsCheck(function* (settings, kubelet, pki) {
    const port = settings['read-only-port'].value;
    if (/^[1-9]\d*$/.test(port))
      yield settingProblem('read-only-port', settings, kubelet, pki, {
        data: { port },
        wanted: { 'read-only-port': '0' },
      });
  }),
};
