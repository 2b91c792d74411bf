/**
 * EncryptionConfiguration (k8s.io/apiserver pkg/apis/apiserver/validation/validation_encryption.go). No secret is in
 * its model.
 */

import { allArguments } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { type Setting, settingAt, settingItems, textAt } from '../../artifact/setting.ts';
import { invalidValue, requiredValue } from '../../core/field-errors.ts';
import { readDuration, yamlNumber } from '../../core/go-values.ts';
import { isFrom } from '../../model/facts/release.ts';
import { urlFault } from '../../x509/uri.ts';
import type { ValueContext, ValueFault, ValueJudge } from '../values/field-rows.ts';

/** The providers with keys, and the lengths of these. */
const keyedProviders: Readonly<Record<string, readonly number[]>> = {
  aescbc: [16, 24, 32],
  aesgcm: [16, 24, 32],
  secretbox: [32],
};
const providers = [...Object.keys(keyedProviders), 'identity', 'kms'];

/** A key that is in use must stay: what was encrypted with a different one cannot be read. */
const base64 =
  'write the key that encrypted what is in etcd, as the other control planes have it, or, only if nothing is encrypted yet, base64 of 32 random bytes from /dev/urandom';

/** What kube-apiserver refuses in an EncryptionConfiguration. */
export const encryptionFaults: ValueJudge = function* (document, context) {
  const entries = settingItems(document, 'resources');
  const least = (path: string) => requiredValue(path, `at least one ${path} is required`);
  if (entries.length === 0) {
    yield {
      path: 'resources',
      at: document.at,
      error: least('resources'),
      fix: 'list the resources and their providers',
    };
  }
  const kmsNames = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const path = `resources[${index}]`;
    const listed = { resources: settingItems(entry, 'resources'), providers: settingItems(entry, 'providers') };
    for (const [field, items] of Object.entries(listed)) {
      const where = `${path}.${field}`;
      if (items.length === 0)
        yield { path: where, at: (settingAt(entry, field) ?? entry).at, error: least(where), fix: `list the ${field}` };
    }
    for (const [at, provider] of listed.providers.entries())
      yield* providerFaults(provider, `${path}.providers[${at}]`, kmsNames, context);
  }
};

function* providerFaults(
  provider: Setting,
  path: string,
  kmsNames: Set<string>,
  context: ValueContext,
): Generator<ValueFault> {
  const given = providers.filter((name) => settingAt(provider, name) !== undefined);
  if (given.length !== 1) {
    const detail =
      given.length === 0
        ? 'provider does not contain any of the expected providers: KMS, AESGCM, AESCBC, Secretbox, Identity'
        : 'more than one provider specified in a single element, should split into different list elements';
    const fix =
      given.length === 0
        ? 'write the provider identity if it is meant'
        : `begin a list item for each: ${given.join(', ')}`;
    yield { path, at: provider.at, error: `${path}: Invalid value: ${detail}`, fix };
    return;
  }
  const [name = ''] = given;
  const settings = settingAt(provider, name);
  const lengths = keyedProviders[name];
  if (settings !== undefined && lengths !== undefined) yield* keyFaults(settings, `${path}.${name}.keys`, lengths);
  if (settings !== undefined && name === 'kms') yield* kmsFaults(settings, `${path}.kms`, kmsNames, context);
}

function* keyFaults(settings: Setting, path: string, lengths: readonly number[]): Generator<ValueFault> {
  const keys = settingItems(settings, 'keys');
  if (keys.length === 0) {
    yield { path, at: settings.at, error: requiredValue(path, 'at least one keys is required'), fix: 'write a key' };
  }
  for (const [index, key] of keys.entries()) {
    const name = settingAt(key, 'name');
    const secret = settingAt(key, 'secret');
    if (textAt(name) === '') {
      const where = `${path}[${index}].name`;
      yield {
        path: where,
        at: (name ?? key).at,
        error: requiredValue(where, 'name is a mandatory field for a key'),
        fix: 'name the key',
      };
    }
    const where = `${path}[${index}].secret`;
    const sealed = secret?.kind === 'scalar' ? secret.sealed : undefined;
    const at = (secret ?? key).at;
    if (sealed === undefined || sealed.isEmpty)
      yield { path: where, at, error: requiredValue(where, 'secret is a mandatory field for a key'), fix: base64 };
    else if (sealed.size === undefined) {
      const hint = sealed.isPlaceholder ? 'it still has a variable that nothing replaced: ' : '';
      const error = invalidValue(where, 'REDACTED', 'secrets must be base64 encoded');
      yield { path: where, at, error, fix: `${hint}${base64}` };
    } else if (!lengths.includes(sealed.size)) {
      const detail = `secret is not of the expected length, got ${sealed.size}, expected one of [${lengths.join(' ')}]`;
      yield { path: where, at, error: invalidValue(where, 'REDACTED', detail), fix: base64 };
    }
  }
}

function* kmsFaults(
  kms: Setting,
  path: string,
  names: Set<string>,
  { component, release }: ValueContext,
): Generator<ValueFault> {
  const text = (field: string) => textAt(kms, field);
  const place = (field: string) => ({ path: `${path}.${field}`, at: (settingAt(kms, field) ?? kms).at });
  const version = text('apiVersion') || 'v1';
  const name = text('name');
  const at = place('name');
  if (name === '') {
    yield {
      ...at,
      error: requiredValue(at.path, 'name is a mandatory field for a provider'),
      fix: 'name the provider',
    };
  } else if (version !== 'v1' && name.includes(':')) {
    yield {
      ...at,
      error: invalidValue(at.path, name, `invalid KMS provider name ${name}, must not contain ':'`),
      fix: 'write a name without a colon',
    };
  } else if (version !== 'v1' && names.has(name)) {
    const detail = `duplicate KMS provider name ${name}, names must be unique`;
    yield { ...at, error: invalidValue(at.path, name, detail), fix: 'give each provider a name of its own' };
  }
  names.add(name);
  const endpoint = text('endpoint');
  const to = place('endpoint');
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(endpoint)?.[1]?.toLowerCase() ?? '';
  const malformed = endpoint === '' ? undefined : urlFault(endpoint);
  if (endpoint === '')
    yield {
      ...to,
      error: invalidValue(to.path, '', 'endpoint is a mandatory field for a kms'),
      fix: 'write the socket of the plugin, as unix:///PATH',
    };
  else if (malformed !== undefined || scheme !== 'unix') {
    const detail =
      malformed === undefined
        ? `unsupported scheme "${scheme}" for KMS provider, only unix is supported`
        : `invalid endpoint for kms provider, error: ${malformed}`;
    yield {
      ...to,
      error: invalidValue(to.path, endpoint, detail),
      fix: 'write the socket of the plugin, as unix:///PATH',
    };
  }
  yield* kmsNumberFaults(kms, version, path);
  const api = place('apiVersion');
  if (!['v1', 'v2'].includes(version)) {
    const detail = 'unsupported apiVersion apiVersion for KMS provider, only v1 and v2 are supported';
    yield { ...api, error: invalidValue(api.path, version, detail), fix: 'write apiVersion: v2' };
  }
  if (version === 'v1' && release !== undefined && isFrom(release, '1.29.0') && !isFirstKmsOn(component)) {
    yield {
      ...api,
      error: firstKmsOff,
      // With v2 it could not read what v1 has encrypted, which has a different prefix in etcd.
      fix: 'set --feature-gates=KMSv1=true on kube-apiserver, because v2 cannot read what v1 has encrypted. To change to v2, write a provider with apiVersion: v2 before this one',
    };
  }
}

/** The timeout, and the size of the cache, which only v1 has. */
function* kmsNumberFaults(kms: Setting, version: string, path: string): Generator<ValueFault> {
  const timeout = settingAt(kms, 'timeout');
  const time = readDuration(textAt(timeout));
  if (timeout !== undefined && typeof time === 'bigint' && time <= 0n) {
    const detail = `v1.Duration{Duration:${time}}: timeout should be a positive value`;
    const error = `${path}.timeout: Invalid value: ${detail}`;
    yield { path: `${path}.timeout`, at: timeout.at, error, fix: 'write a duration, such as 3s' };
  }
  const cache = settingAt(kms, 'cachesize');
  if (cache?.kind !== 'scalar') return;
  const size = yamlNumber(cache.text);
  const say = (detail: string) => `${path}.cachesize: Invalid value: ${size}: ${detail}`;
  const where = { path: `${path}.cachesize`, at: cache.at };
  if (version !== 'v1') yield { ...where, error: say('cachesize is not supported in v2'), fix: 'remove cachesize' };
  else if (size === 0) {
    const error = say('cachesize should be a positive value, or negative to disable');
    yield { ...where, error, fix: 'write 1000, or -1 for no cache' };
  }
}

/** Since 1.29 (pkg/server/options/encryptionconfig/config.go, kmsPrefixTransformer). */
const firstKmsOff =
  'KMSv1 is deprecated and will only receive security updates going forward. Use KMSv2 instead. Set --feature-gates=KMSv1=true to use the deprecated KMSv1 feature.';

function isFirstKmsOn(component: Component): boolean {
  const gates = allArguments(component, 'feature-gates').map(({ value }) => value);
  return gates.some(
    (value) => value === undefined || /(?:^|,)\s*(?:KMSv1|AllBeta|AllAlpha)\s*=\s*(?:true|t|1)\b/i.test(value),
  );
}
