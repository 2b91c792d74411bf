/** Whom the kubelet lets in, and what they may do: its port runs commands in every pod of the node. */
import { isGiven, lastArgument, listedValues } from '../core/arguments.ts';
import type { Argument, Component } from '../core/artifact.ts';
import { type CheckResult, check, componentCheck, notApplicable, problem, skip } from './check.ts';

type Setting = 'anonymous-auth' | 'authentication-token-webhook' | 'authorization-mode' | 'read-only-port' | 'port';

/**
 * What counts where nothing is said. A configuration file brings careful defaults with it; flags alone leave the open ones
 * of old (k8s.io/kubernetes cmd/kubelet/app/options/options.go, applyLegacyDefaults).
 */
const usual: Readonly<Record<'file' | 'flags', Readonly<Record<Setting, string>>>> = {
  file: {
    'anonymous-auth': 'false',
    'authentication-token-webhook': 'true',
    'authorization-mode': 'Webhook',
    'read-only-port': '0',
    port: '10250',
  },
  flags: {
    'anonymous-auth': 'true',
    'authentication-token-webhook': 'false',
    'authorization-mode': 'AlwaysAllow',
    'read-only-port': '10255',
    port: '10250',
  },
};

type Settings = Readonly<Record<Setting, { readonly value: string; readonly argument: Argument | undefined }>>;

/** The settings of a kubelet, where they are known. */
function* settingsOf(component: Component): Generator<CheckResult, Settings | undefined> {
  if (component.name !== 'kubelet') {
    yield notApplicable('not the kubelet');
    return undefined;
  }
  const names = Object.keys(usual.file) as Setting[];
  const unknown = names.find((name) => lastArgument(component, name)?.unknownVariable !== undefined);
  if (component.unknown !== undefined || unknown !== undefined) {
    yield skip(component.unknown ?? `the value of its ${unknown} is not known`);
    return undefined;
  }
  const defaults = usual[isGiven(component, 'config') ? 'file' : 'flags'];
  const settled = names.map((name) => {
    const argument = lastArgument(component, name);
    return [name, { value: argument?.value || defaults[name], argument }] as const;
  });
  return Object.fromEntries(settled) as Settings;
}

const isTrue = (value: string) => /^(?:1|t|T|TRUE|true|True)$/.test(value);

/** Who is let in although nobody vouches for him; undefined where only holders of a certificate are. */
function outsiders(settings: Settings): string | undefined {
  if (isTrue(settings['anonymous-auth'].value)) return `whoever reaches its port ${settings.port.value}`;
  return isTrue(settings['authentication-token-webhook'].value) ? 'every service account' : undefined;
}

const isOpen = (settings: Settings) => settings['authorization-mode'].value === 'AlwaysAllow';

/** How a setting stands: as it was written, or that it was not. */
function standing(settings: Settings, name: Setting): string {
  const { value, argument } = settings[name];
  return argument === undefined
    ? `no --${name}, which is ${value} without a configuration file`
    : `${argument.spelled}: ${value}`;
}

const kubeletOpen = check('component', function* (component) {
  const settings = yield* settingsOf(component);
  if (!settings || !isOpen(settings)) return;
  const who = outsiders(settings);
  if (who === undefined) return;
  const found = standing(settings, 'authorization-mode');
  yield problem(settings['authorization-mode'].argument?.at ?? component.at, { who, found });
});

const kubeletAuthorization = check('component', function* (component) {
  const settings = yield* settingsOf(component);
  if (!settings || !isOpen(settings)) return;
  if (outsiders(settings) !== undefined) return yield notApplicable('kubelet/open speaks of it');
  const found = standing(settings, 'authorization-mode');
  yield problem(settings['authorization-mode'].argument?.at ?? component.at, { found });
});

const kubeletAnonymous = check('component', function* (component) {
  const settings = yield* settingsOf(component);
  if (!settings || !isTrue(settings['anonymous-auth'].value)) return;
  if (isOpen(settings)) return yield notApplicable('kubelet/open speaks of it');
  const found = standing(settings, 'anonymous-auth');
  yield problem(settings['anonymous-auth'].argument?.at ?? component.at, { found });
});

const kubeletReadOnlyPort = check('component', function* (component) {
  const settings = yield* settingsOf(component);
  const { value, argument } = settings?.['read-only-port'] ?? {};
  if (!settings || !/^[1-9]\d*$/.test(value ?? '')) return;
  yield problem(argument?.at ?? component.at, { port: value ?? '', found: standing(settings, 'read-only-port') });
});

const alwaysAllow = 'AlwaysAllow';

/**
 * `AlwaysAllow` anywhere in the list allows what the others have no opinion of, which is all that RBAC does not grant. It is
 * what runs where nothing is given (k8s.io/kubernetes pkg/kubeapiserver/options/authorization.go).
 */
const argumentAuthorization = componentCheck('kube-apiserver', function* (component) {
  if (component.unknown !== undefined) return yield skip(component.unknown);
  if (isGiven(component, 'authorization-config')) return yield notApplicable('a file says who may do what');
  const argument = lastArgument(component, 'authorization-mode');
  if (argument?.unknownVariable !== undefined) return yield skip('the value of --authorization-mode is not known');
  const modes = listedValues(component, 'authorization-mode');
  if (modes.length > 0 && !modes.includes(alwaysAllow)) return;
  const found = modes.length === 0 ? 'no --authorization-mode' : `--authorization-mode=${modes.join(',')}`;
  yield problem(argument?.at ?? component.at, { component: component.name, found });
});

export const serverAccessChecks = {
  'kubelet/open': kubeletOpen,
  'kubelet/authorization': kubeletAuthorization,
  'kubelet/anonymous': kubeletAnonymous,
  'kubelet/read-only-port': kubeletReadOnlyPort,
  'argument/authorization': argumentAuthorization,
};
