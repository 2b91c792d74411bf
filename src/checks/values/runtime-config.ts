/**
 * Values of --runtime-config that kube-apiserver refuses (k8s.io/apiserver pkg/server/options/api_enablement.go,
 * Validate; pkg/server/resourceconfig/helpers.go).
 */

import type { Argument } from '../../artifact/argument.ts';
import { allArguments } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { boolError, readBool } from '../../core/go-values.ts';
import { nearest } from '../../core/text.ts';
import { isFlag, type RefusedValue } from './refusal.ts';

/** Keys for all versions, or those of one stage. They take only these two words. */
const matchers = new Set(['api/all', 'api/ga', 'api/beta', 'api/alpha']);

/** Groups of the releases that are known. Later ones have names with dots. */
const groups = [
  'apps',
  'autoscaling',
  'batch',
  'extensions',
  'policy',
  ...[
    'admissionregistration',
    'apidiscovery',
    'apiextensions',
    'apiregistration',
    'auditregistration',
    'authentication',
    'authorization',
    'certificates',
    'coordination',
    'discovery',
    'events',
    'flowcontrol.apiserver',
    'internal.apiserver',
    'networking',
    'node',
    'rbac.authorization',
    'resource',
    'scheduling',
    'settings',
    'storage',
    'storagemigration',
  ].map((name) => `${name}.k8s.io`),
];

/** One API, as `ConfigurationMap` reads it: without an equals sign the value is empty. */
interface Item {
  readonly argument: Argument;
  readonly key: string;
  readonly value: string;
}

/** No server has as many; each is compared with all groups. */
const most = 200;

function itemsOf(component: Component): readonly Item[] {
  const items = allArguments(component, 'runtime-config').flatMap((argument) =>
    (argument.value ?? '').split(',').map((text) => {
      const at = text.indexOf('=');
      const [key, value] = at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
      return { argument, key: key.trim(), value: value.trim() };
    }),
  );
  return items.filter(({ key, value }) => key !== '' || value !== '').slice(0, most);
}

/** The group that was meant; undefined for one that is known, or that a later release may have. */
function meantGroup(group: string): string | undefined {
  if (group === '' || group === 'api' || groups.includes(group)) return undefined;
  const first = groups.find((name) => name.startsWith(`${group}.`));
  return first ?? nearest(group, groups, 2) ?? (group.includes('.') ? undefined : '');
}

interface Fault {
  readonly error: string;
  readonly takes: string;
  /** The item that was meant. */
  readonly meant?: string;
}

const words = 'keys such as api/all or GROUP/VERSION, each with =true or =false';

function keyFault({ key, value }: Item, items: readonly Item[]): Fault | undefined {
  if (matchers.has(key)) return undefined;
  const parts = key.split('/');
  if (parts.length !== 2 && parts.length !== 3)
    return { error: `runtime-config invalid key ${key}`, takes: words, ...(key === 'v1' && { meant: `/v1=${value}` }) };
  const [group = '', ...rest] = parts;
  const meant = meantGroup(group);
  if (meant === undefined) return undefined;
  const named = items.flatMap((item) => (matchers.has(item.key) ? [] : (item.key.split('/')[0] ?? '')));
  const unknown = [...new Set(named.filter((name) => meantGroup(name) !== undefined))];
  const right = meant === '' || unknown.length > 1 ? {} : { meant: `${[meant, ...rest].join('/')}=${value || 'true'}` };
  return {
    error: `unknown api groups ${unknown.join(',')}`,
    takes: 'groups of this release, by their full names',
    ...right,
  };
}

function valueFault({ key, value }: Item): Fault | undefined {
  if (matchers.has(key)) {
    const bool = value === '' ? true : readBool(value);
    if (value === 'true' || value === 'false') return undefined;
    const meant = bool === undefined ? {} : { meant: `${key}=${bool}` };
    return { error: `invalid value ${key}=${value}`, takes: `${key}=true or ${key}=false`, ...meant };
  }
  const resource = key.split('/')[2] ?? '';
  if (resource !== resource.toLowerCase()) {
    const error = `invalid key ${key}: group/version/resource and resource is always lowercase plural, not ${JSON.stringify(resource)}`;
    return { error, takes: 'resources in lower case', meant: `${key.toLowerCase()}=${value}` };
  }
  const wrong = value === '' ? undefined : boolError(value);
  return wrong === undefined ? undefined : { error: `invalid value of ${key}: ${value}, err: ${wrong}`, takes: words };
}

/** The first item that is refused. Names of groups are checked before values. */
export function* refusedApis(component: Component): Generator<RefusedValue> {
  if (component.name !== 'kube-apiserver') return;
  const items = itemsOf(component);
  const [only] = items;
  if (only?.key === 'api/all' && only.value === 'false' && items.length === 1 && isFlag(only.argument)) {
    const takes = 'the APIs that are to stay as well, such as /v1=true';
    return void (yield { argument: only.argument, error: 'invalid key with only api/all=false', takes });
  }
  for (const faultOf of [keyFault, valueFault]) {
    for (const item of items) {
      const fault = isFlag(item.argument) ? faultOf(item, items) : undefined;
      if (fault === undefined) continue;
      const { error, takes, meant } = fault;
      const others = items.filter((one) => one !== item && one.argument === item.argument);
      const all =
        meant === undefined ? undefined : [...others.map(({ key, value }) => `${key}=${value || 'true'}`), meant];
      const isOne = items.every(({ argument }) => argument === item.argument);
      return void (yield { argument: item.argument, error, takes, meant: isOne ? all?.join(',') : undefined });
    }
  }
}
