/**
 * Values that etcd refuses because of their form as a whole, or because of each other (etcd server/embed/config.go).
 */

import type { Argument } from '../../artifact/argument.ts';
import { lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { goQuoted, readDuration, readInteger } from '../../core/go-values.ts';
import { hostOf } from '../../model/facts/host.ts';
import { parseIp } from '../../x509/ip-address.ts';
import { uriHost } from '../../x509/uri.ts';
import { isFlag, parserWords, type RefusedValue } from './refusal.ts';

const bound = ['listen-peer-urls', 'listen-client-urls', 'listen-client-http-urls', 'listen-metrics-urls'];
const advertised = ['initial-advertise-peer-urls', 'advertise-client-urls'];

const urls = 'URLs with scheme, host and port, such as https://192.0.2.10:2379';
const addresses = 'URLs with the IP address of an interface, 0.0.0.0 or localhost, not with a name';

/** The error of client/pkg/types/urls.go, NewURLs. */
function urlError(url: string): string | undefined {
  let host: string;
  try {
    host = uriHost(url);
  } catch (error) {
    return error instanceof Error ? error.message : undefined;
  }
  const scheme = /^([a-z][\w+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? '';
  if (scheme === 'unix' || scheme === 'unixs') return undefined;
  if (scheme !== 'http' && scheme !== 'https') return `URL scheme must be http, https, unix, or unixs: ${url}`;
  if (!/^(?:\[[^\]]*\]|[^:]*):[^:]*$/.test(host)) return `URL address does not have the form "host:port": ${url}`;
  return /^[^:]*:\/\/[^/?#]*\//.test(url) ? `URL must not contain a path: ${url}` : undefined;
}

const portOf = (url: string): string | undefined => /^https?:\/\/[^/?#]*:(\d+)$/i.exec(url)?.[1];

/** Why etcd does not listen at a URL. */
function listenError(url: string): string | undefined {
  if (!/^https?:/i.test(url) || url.includes('%')) return undefined;
  const host = hostOf(url) ?? '';
  if (host !== 'localhost' && parseIp(host) === undefined) return `expected IP in URL for binding (${url})`;
  const port = portOf(url);
  return Number(port) > 65535 ? `listen tcp: address ${port}: invalid port` : undefined;
}

function advertiseError(url: string): string | undefined {
  const isNameless = /^https?:/i.test(url) && hostOf(url) === undefined;
  return isNameless ? `unexpected empty host (${url})` : undefined;
}

function* refusedUrls(component: Component): Generator<RefusedValue> {
  for (const flag of [...bound, ...advertised]) {
    const argument = lastArgument(component, flag);
    if (!argument?.value || !isFlag(argument)) continue;
    const all = argument.value.split(',').map((url) => url.trim());
    const malformed = all.map(urlError).find((error) => error !== undefined);
    if (malformed !== undefined) {
      yield { argument, error: parserWords(component, argument, malformed), takes: urls, meant: meantUrls(argument) };
      continue;
    }
    const isBound = bound.includes(flag);
    const error = all.map(isBound ? listenError : advertiseError).find((one) => one !== undefined);
    if (error !== undefined) yield { argument, error, takes: isBound ? addresses : urls };
  }
}

/** Without quotes around the whole, a path of one slash, or a comma at the end. */
function meantUrls({ value = '' }: Argument): string | undefined {
  const plain = value
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
    .replace(/,$/, '')
    .replaceAll(/\/(?=,|$)/g, '');
  return plain.split(',').every((url) => urlError(url.trim()) === undefined) ? plain : undefined;
}

/** Milliseconds of a flag, or those of its default; undefined if they are not known. */
function milliseconds(component: Component, flag: string, usual: bigint): bigint | undefined {
  const argument = lastArgument(component, flag);
  if (argument === undefined) return usual;
  const read = readInteger(argument.value ?? '', { reader: 'ParseUint', bits: 64 });
  return typeof read === 'bigint' && read > 0n ? read : undefined;
}

function* refusedElection(component: Component): Generator<RefusedValue> {
  const heartbeat = milliseconds(component, 'heartbeat-interval', 100n);
  const election = milliseconds(component, 'election-timeout', 1000n);
  const argument = lastArgument(component, 'heartbeat-interval') ?? lastArgument(component, 'election-timeout');
  if (heartbeat === undefined || election === undefined || argument === undefined || !isFlag(argument)) return;
  if (5n * heartbeat <= election) return;
  const error = `--election-timeout[${election}ms] should be at least as 5 times as --heartbeat-interval[${heartbeat}ms]`;
  const isHeartbeat = argument.name === 'heartbeat-interval';
  yield {
    argument,
    error,
    takes: `milliseconds, of which --election-timeout has ${isHeartbeat ? 'at least ' : ''}5 times as many as --heartbeat-interval`,
  };
}

/** A number of hours or of revisions, or a duration (embed/etcd.go, parseCompactionRetention). */
function* refusedRetention(component: Component): Generator<RefusedValue> {
  const argument = lastArgument(component, 'auto-compaction-retention');
  if (!argument?.value || !isFlag(argument)) return;
  const { value } = argument;
  const hours = readInteger(value, { reader: 'Atoi', bits: 64 }, 10);
  if (typeof hours === 'bigint' && hours >= 0n) return;
  const read = readDuration(value);
  if (typeof read === 'bigint') return;
  const [, days] = /^(\d{1,4})d$/.exec(value.trim()) ?? [];
  const plain = /^\d+[hms]?$/.test(value.trim()) ? value.trim() : undefined;
  const meant = days === undefined ? plain : `${Number(days) * 24}h`;
  yield {
    argument,
    error: `error parsing CompactionRetention: ${read}`,
    takes: 'a number, or a duration such as 12h',
    meant,
  };
}

function* refusedVersions(component: Component): Generator<RefusedValue> {
  const [min, max, suites] = ['tls-min-version', 'tls-max-version', 'cipher-suites'].map((flag) =>
    lastArgument(component, flag),
  );
  if (min?.value !== 'TLS1.3' || !isFlag(min)) return;
  if (max?.value === 'TLS1.2') {
    const error = 'min version (TLS1.3) is greater than max version (TLS1.2)';
    yield { argument: max, error, takes: 'a version that is not older than --tls-min-version', meant: 'TLS1.3' };
  }
  if (suites?.value && max?.value !== 'TLS1.2') {
    const error = 'cipher suites cannot be configured when only TLS1.3 is enabled';
    yield { argument: suites, error, takes: 'no value with TLS1.3', meant: '' };
  }
}

/** etcd passes no default to clients once it listens elsewhere. */
function* unadvertised(component: Component): Generator<RefusedValue> {
  const argument = lastArgument(component, 'listen-client-urls');
  const isTold = lastArgument(component, 'advertise-client-urls') !== undefined || component.unknown !== undefined;
  if (!argument?.value || isTold || !isFlag(argument)) return;
  const error = '--advertise-client-urls is required when --listen-client-urls is set explicitly';
  yield { argument, error, takes: 'the flag --advertise-client-urls in addition, with the URLs that clients dial' };
}

/** The values that etcd refuses. */
export function* etcdValues(component: Component): Generator<RefusedValue> {
  if (component.name !== 'etcd') return;
  yield* refusedUrls(component);
  yield* refusedElection(component);
  yield* refusedRetention(component);
  yield* refusedVersions(component);
  yield* unadvertised(component);
}

/** Whether a listener of etcd for clients speaks TLS, and so HTTP/2; by default none does. */
export function servesHttp2(component: Component): boolean {
  const { value = '' } = lastArgument(component, 'listen-client-urls') ?? {};
  return value.split(',').some((url) => /^\s*(?:https|unixs):/i.test(url));
}

/** The words of etcd for a suite that Go does not have. */
export const unknownEtcdSuite = (name: string): string => `unexpected TLS cipher suite ${goQuoted(name)}`;
