/** Settings that all API servers of a cluster must share: a load balancer passes a client to any of them. */
import { allArguments, isGiven, lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { hostPath } from '../../artifact/paths.ts';
import { type Setting, settingItems } from '../../artifact/setting.ts';
import { defaultServiceRange, serviceRangeFlag } from '../../model/facts/odd-service-range.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { authorizersOf } from '../configuration/authorizers.ts';

export interface CommonSetting {
  readonly flag: string;
  /** A flag that takes the place of the first one. */
  readonly instead?: string;
  /** What is compared, whatever its spelling; undefined if it is not known, or has no effect on this server. */
  readonly value: (server: Component, pki: Pki) => string | undefined;
  /** What a report shows of it, if that is not the value. */
  readonly shown?: (server: Component) => string;
  readonly breaks: string;
}

type Value = CommonSetting['value'];

const unset = 'not set';

/** Of a flag that does not accumulate, the last one takes effect. */
const last =
  (flag: string, absent: string) =>
  (server: Component): string =>
    lastArgument(server, flag)?.value || absent;

const listed =
  (flag: string, absent: string, isSet: boolean): Value =>
  (server) => {
    const given = allArguments(server, flag).slice(isSet ? 0 : -1);
    const values = given.flatMap(({ value = '' }) => value.split(',').map((one) => one.trim()));
    return (isSet ? [...new Set(values)].sort() : values).filter((one) => one !== '').join(',') || absent;
  };

/** Whether a flag names a file: nodes may have it in different places. */
const named =
  (flag: string): Value =>
  (server) =>
    isGiven(server, flag) ? 'set' : unset;

/** Without this flag, the others of OpenID Connect mean nothing. The file replaces all of them. */
const issuer = 'oidc-issuer-url';
const fileOfIssuers = 'authentication-config';

const issuerOfFlags: Value = (server) =>
  isGiven(server, fileOfIssuers) ? undefined : last(issuer, unset)(server).replace(/\/\/[^/]*@/, '//');

/** A setting of the one issuer that flags name; it means nothing without the flag `needs`. */
const ofIssuer =
  (value: Value, needs: string = issuer): Value =>
  (server, pki) =>
    isGiven(server, issuer) && isGiven(server, needs) ? value(server, pki) : undefined;

/** By default the prefix is the issuer, except for emails (pkg/kubeapiserver/options/authentication.go). */
const prefix: Value = (server) => {
  const byIssuer = `${last(issuer, '')(server)}#`;
  const isEmail = lastArgument(server, 'oidc-username-claim')?.value === 'email';
  const given = lastArgument(server, 'oidc-username-prefix')?.value || (isEmail ? '-' : byIssuer);
  // Two issuers are a difference of their own.
  return { '-': 'empty', [byIssuer]: 'the issuer and #' }[given] ?? given;
};

/** What the file of --authentication-config says about issuers, in any order of its keys and items. */
const issuersInFile: Value = (server, { node }) => {
  // The flags may say the same: nodes move to the file one after the other.
  if (isGiven(server, issuer)) return undefined;
  const path = lastArgument(server, fileOfIssuers)?.value;
  if (!path) return unset;
  const content = node.files.get(hostPath(server, path))?.content;
  if (content?.type !== 'settings' || content.document === undefined) return undefined;
  return settingItems(content.document, 'jwt').map(plain).sort().join() || unset;
};

function plain(setting: Setting): string {
  if (setting.kind === 'scalar') return JSON.stringify(setting.text);
  if (setting.kind === 'list') return `[${setting.items.map(plain).sort().join()}]`;
  const fields = [...setting.entries].map(([key, value]) => `${JSON.stringify(key)}:${plain(value)}`);
  return `{${fields.sort().join()}}`;
}

/** Without any, kube-apiserver allows every request (pkg/kubeapiserver/options/authorization.go). */
const authorizers: Value = (server, pki) => {
  const isSet = ['authorization-mode', 'authorization-config'].some((flag) => isGiven(server, flag));
  if (!isSet) return 'AlwaysAllow';
  // Their order matters only if one of them denies, which none but webhooks do.
  return authorizersOf(server, pki)?.modes.toSorted().join();
};

const random = 'behind a load balancer, users get 401 Unauthorized at random';
const otherNames = 'the same user has different names or groups, so that RBAC answers 403 Forbidden at random';

export const commonSettings: readonly CommonSetting[] = [
  {
    flag: serviceRangeFlag,
    value: listed(serviceRangeFlag, defaultServiceRange, false),
    breaks: 'the API servers disagree on the addresses of Services, including that of the Service kubernetes',
  },
  {
    flag: 'requestheader-allowed-names',
    value: listed('requestheader-allowed-names', 'any name', true),
    breaks: 'extension API servers get the union of the names: a server that allows any name no longer does',
  },
  {
    flag: 'etcd-prefix',
    // k8s.io/apiserver pkg/storage/storagebackend/factory/etcd3.go: path.Join("/", prefix).
    value: (server) => `/${last('etcd-prefix', '/registry')(server).split('/').filter(Boolean).join('/')}`,
    breaks: 'each prefix in etcd is a cluster of its own, so that objects appear and vanish from request to request',
  },
  { flag: issuer, value: issuerOfFlags, breaks: random },
  { flag: 'oidc-client-id', value: ofIssuer(last('oidc-client-id', unset)), breaks: random },
  { flag: 'oidc-required-claim', value: ofIssuer(listed('oidc-required-claim', unset, true)), breaks: random },
  { flag: 'oidc-signing-algs', value: ofIssuer(listed('oidc-signing-algs', 'RS256', true)), breaks: random },
  { flag: 'oidc-username-claim', value: ofIssuer(last('oidc-username-claim', 'sub')), breaks: otherNames },
  { flag: 'oidc-username-prefix', value: ofIssuer(prefix), breaks: otherNames },
  { flag: 'oidc-groups-claim', value: ofIssuer(last('oidc-groups-claim', unset)), breaks: otherNames },
  {
    flag: 'oidc-groups-prefix',
    value: ofIssuer(last('oidc-groups-prefix', unset), 'oidc-groups-claim'),
    breaks: otherNames,
  },
  {
    flag: fileOfIssuers,
    value: issuersInFile,
    shown: last(fileOfIssuers, unset),
    breaks: random,
  },
  {
    flag: 'authentication-token-webhook-config-file',
    value: named('authentication-token-webhook-config-file'),
    breaks: random,
  },
  { flag: 'token-auth-file', value: named('token-auth-file'), breaks: random },
  {
    flag: 'authorization-mode',
    instead: 'authorization-config',
    value: authorizers,
    breaks: 'what one API server allows, another one answers with 403 Forbidden',
  },
];
