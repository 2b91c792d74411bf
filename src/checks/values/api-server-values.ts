/** Values that kube-apiserver refuses because of each other, or because of their form as a whole. */
import { allArguments, isGiven, lastArgument, listedValues } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { folderOf, hostPath, normalizePath } from '../../artifact/paths.ts';
import { goQuoted, readBool } from '../../core/go-values.ts';
import { isFrom } from '../../model/facts/release.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { knownFlags } from '../../tables/flags.ts';
import { uriHost } from '../../x509/uri.ts';
import { isSince } from '../base/component-release.ts';
import { isFlag, type RefusedValue } from './refusal.ts';
import { refusedRanges } from './service-ranges.ts';

/** A list as Go's `%q` writes it. */
const goList = (items: readonly string[]): string => `[${items.map(goQuoted).join(' ')}]`;

/** The file that a mode of authorization needs (pkg/kubeapiserver/options/authorization.go, Validate). */
const modeFiles = [
  { mode: 'ABAC', flag: 'authorization-policy-file', file: 'authorization policy file' },
  { mode: 'Webhook', flag: 'authorization-webhook-config-file', file: 'authorization config file' },
] as const;

function* refusedModes(component: Component): Generator<RefusedValue> {
  const argument = lastArgument(component, 'authorization-mode');
  const modes = listedValues(component, 'authorization-mode');
  // The modes are in that file, or in a variable.
  if (isGiven(component, 'authorization-config') || (argument !== undefined && argument.value === undefined)) return;
  const distinct = [...new Set(modes)];
  const isOne = allArguments(component, 'authorization-mode').length === 1;
  if (argument && distinct.length < modes.length) {
    const error = `authorization-mode ${goList(modes)} has mode specified more than once`;
    yield { argument, error, takes: 'each mode once', meant: isOne ? distinct.join(',') : undefined };
  }
  for (const { mode, flag, file } of modeFiles) {
    const named = lastArgument(component, flag);
    if (modes.includes(mode) && argument && !isGiven(component, flag)) {
      const rest = modes.filter((one) => one !== mode);
      const error = `authorization-mode ${mode}'s ${file} not passed`;
      yield {
        argument,
        error,
        takes: `modes without ${mode}, or name its file by --${flag}`,
        meant: isOne && rest.length > 0 ? rest.join(',') : undefined,
      };
    }
    if (named?.value && !modes.includes(mode)) {
      const error = `cannot specify --${flag} without mode ${mode}`;
      yield { argument: named, error, takes: `no value, or add ${mode} to --authorization-mode` };
    }
  }
}

/** The error of Go's url.Parse; undefined for a URL, and for characters that are not ASCII, which are not judged. */
function urlError(text: string): string | undefined {
  try {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII
    if (/^[\x00-\x7f]*$/.test(text)) uriHost(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : undefined;
  }
}

const unquoted = (value: string): string | undefined => {
  const [, , inner] = /^(["'])([^"']+)\1$/.exec(value.trim()) ?? [];
  return inner;
};

function* refusedIssuers(component: Component): Generator<RefusedValue> {
  const seen = new Set<string>();
  for (const argument of component.arguments) {
    const { name, value } = argument;
    if (name !== 'service-account-issuer' || !value || !isFlag(argument)) continue;
    const error = value.includes(':') ? urlError(value) : undefined;
    if (error !== undefined) {
      const said = `service-account-issuer ${goQuoted(value)} contained a ':' but was not a valid URL: ${error}`;
      yield { argument, error: said, takes: 'a name, or a URL', meant: unquoted(value) };
    } else if (seen.has(value)) {
      yield {
        argument,
        error: `service-account-issuer ${goQuoted(value)} is already specified`,
        takes: 'each issuer once',
      };
    }
    seen.add(value);
  }
}

/** What validateURL says of an issuer (k8s.io/apiserver pkg/apis/apiserver/validation/validation.go). */
function issuerError(url: string, own: readonly string[]): string | undefined {
  if (own.includes(url)) return `URL must not overlap with disallowed issuers: [${[...own].sort().join(' ')}]`;
  const error = urlError(url);
  if (error !== undefined) return error;
  if (!/^https:/i.test(url)) return 'URL scheme must be https';
  if (/^https:\/\/[^/?#]*@/i.test(url)) return 'URL must not contain a username or password';
  const [address = '', fragment = ''] = url.split('#', 2);
  if (/\?./.test(address)) return 'URL must not contain a query';
  return fragment === '' ? undefined : 'URL must not contain a fragment';
}

/** The first release whose flags are checked as AuthenticationConfiguration is. */
const structured = '1.30.0';

function issuerWords(url: string, component: Component, release: string | undefined): string | undefined {
  if (release !== undefined && !isFrom(release, structured)) {
    const scheme = /^([a-z][\w+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? '';
    const isWrong = scheme !== 'https' && urlError(url) === undefined;
    return isWrong
      ? `'oidc-issuer-url' (${goQuoted(url)}) has invalid scheme (${goQuoted(scheme)}), require 'https'`
      : undefined;
  }
  const own = component.arguments.flatMap(({ name, value }) =>
    name === 'service-account-issuer' && value ? value : [],
  );
  const error = issuerError(url, own);
  return error && `issuer.url: Invalid value: ${goQuoted(url)}: ${error}`;
}

/** pkg/kubeapiserver/options/authentication.go, validateOIDCOptions */
function* refusedOidc(component: Component, { facts }: Pki): Generator<RefusedValue> {
  const release = facts.kubernetesVersion?.value;
  const all = component.arguments.filter(({ name }) => name.startsWith('oidc-'));
  const [given] = all;
  const known = knownFlags('kube-apiserver');
  // A flag that it does not know keeps it from starting before it looks at these.
  if (given === undefined || !all.every(({ name }) => known?.has(name))) return;
  if (isGiven(component, 'authentication-config')) return;
  const issuer = lastArgument(component, 'oidc-issuer-url');
  const error = issuer?.value ? issuerWords(issuer.value, component, release) : undefined;
  if (issuer && error !== undefined) {
    const isHttp = /^http:/i.test(issuer.value ?? '');
    yield {
      argument: issuer,
      error,
      takes: isHttp
        ? 'the https URL of the identity provider'
        : 'the https URL of an identity provider, not of this cluster, without user, query and fragment',
    };
  }
  const missing = ['oidc-issuer-url', 'oidc-client-id'].filter((flag) => !isGiven(component, flag));
  const [flag] = missing;
  // Before, flags without issuer and client id were ignored.
  const isRefused =
    missing.length === 1 || (missing.length === 2 && release !== undefined && isFrom(release, structured));
  if (flag === undefined || !isRefused) return;
  const isOld = release !== undefined && !isFrom(release, structured);
  const said = isOld
    ? 'oidc-issuer-url and oidc-client-id should be specified together'
    : 'oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set';
  yield { argument: issuer ?? given, error: said, takes: `the flag --${flag} in addition` };
}

/** Etcd servers of a kind of object (k8s.io/apiserver pkg/server/options/etcd.go, Validate). */
function* refusedOverrides(component: Component): Generator<RefusedValue> {
  const argument = lastArgument(component, 'etcd-servers-overrides');
  const form = 'group/resource#servers, where servers are URLs, semicolon separated';
  const isOne = (override: string) => /^[^#/]*\/[^#/]*#[^#]*$/.test(override);
  if (!argument?.value || listedValues(component, 'etcd-servers-overrides').every(isOne)) return;
  yield { argument, error: `--etcd-servers-overrides invalid, must be of format: ${form}`, takes: form };
}

/** Plugins that are both enabled and disabled (k8s.io/apiserver pkg/server/options/admission.go, Validate). */
function* overlappingPlugins(component: Component): Generator<RefusedValue> {
  const argument = lastArgument(component, 'disable-admission-plugins');
  const disabled = listedValues(component, 'disable-admission-plugins');
  const both = [...new Set(listedValues(component, 'enable-admission-plugins'))].filter((name) =>
    disabled.includes(name),
  );
  if (argument === undefined || both.length === 0) return;
  yield {
    argument,
    error: `[${both.sort().join(' ')}] in enable-admission-plugins and disable-admission-plugins overlapped`,
    takes: 'only plugins that --enable-admission-plugins does not list',
  };
}

/** The first release that refuses origins which match only a part of a host (kubernetes/kubernetes#112809). */
const pinned = '1.27.0';

/** Origins (k8s.io/apiserver pkg/server/options/server_run_options.go, validateCorsAllowedOriginList). */
function* refusedOrigins(component: Component, { facts }: Pki): Generator<RefusedValue> {
  const release = facts.kubernetesVersion?.value;
  const argument = lastArgument(component, 'cors-allowed-origins');
  if (argument === undefined || release === undefined || !isFrom(release, pinned)) return;
  const takes = 'regular expressions that match a whole origin, such as ^https://console\\.example\\.test$';
  for (const origin of listedValues(component, 'cors-allowed-origins')) {
    if (/["\s]/.test(origin) || origin === '' || (/\^|\/\//.test(origin) && /[$:]/.test(origin))) continue;
    const why = /^[*+?]/.test(origin)
      ? 'error parsing regexp'
      : 'regular expression does not pin to start/end of host in the origin header';
    return yield { argument, error: `--cors-allowed-origins has an invalid regular expression: ${why}`, takes };
  }
}

/** k8s.io/apiserver pkg/server/options/etcd.go, Validate */
function* reloadedWithoutFile(component: Component): Generator<RefusedValue> {
  const argument = lastArgument(component, 'encryption-provider-config-automatic-reload');
  const isOn = argument !== undefined && readBool(argument.value ?? 'true') === true;
  if (!isOn || lastArgument(component, 'encryption-provider-config')?.value) return;
  const error = `--${argument.name} must be set with --encryption-provider-config`;
  yield { argument, error, takes: 'no value, or name the file by --encryption-provider-config', meant: '' };
}

/** The values that kube-apiserver refuses. */
export function* apiServerValues(component: Component, pki: Pki): Generator<RefusedValue> {
  if (component.name !== 'kube-apiserver') return;
  yield* refusedModes(component);
  yield* refusedIssuers(component);
  yield* refusedOidc(component, pki);
  yield* refusedRanges(component, pki);
  yield* refusedOverrides(component);
  yield* overlappingPlugins(component);
  yield* refusedOrigins(component, pki);
  yield* reloadedWithoutFile(component);
  yield* refusedAuditLog(component, pki);
}

/**
 * From these on the folder is created (kubernetes/kubernetes#110813, #111225, #111226). Older patch releases were
 * before all of these.
 */
const created = ['1.22.13', '1.23.10', '1.24.4', '1.25.0'];
/** The oldest release that is known to open the file at its start (kubernetes/kubernetes#95387). */
const opened = '1.22.0';

/** Folders below these are not in an image of kube-apiserver. */
const notInImages = /^\/(?:etc\/kubernetes|data|home|mnt|opt|root|srv|tmp|var\/lib|var\/log)\/./;

/**
 * The file of the audit log, if nothing in the container has its folder (k8s.io/apiserver pkg/server/options/audit.go,
 * `ensureLogFile`).
 */
function* refusedAuditLog(component: Component, { facts }: Pki): Generator<RefusedValue> {
  const release = facts.kubernetesVersion?.value;
  const argument = lastArgument(component, 'audit-log-path');
  if (release === undefined || !isFrom(release, opened) || isSince(release, created)) return;
  if (component.mounts === undefined || !argument?.value?.startsWith('/')) return;
  const path = normalizePath(argument.value);
  const folder = folderOf(path);
  const isAround = component.mounts.some(({ mountPath }) => normalizePath(mountPath).startsWith(`${folder}/`));
  if (hostPath(component, path) !== 'not-mounted' || isAround || !notInImages.test(folder)) return;
  if (!isGiven(component, 'audit-policy-file')) return;
  yield {
    argument,
    error: `ensureLogFile: open ${argument.value}: no such file or directory`,
    takes: 'a file in a directory that a volume of its pod has',
  };
}
