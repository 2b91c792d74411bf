/** Audit policies (k8s.io/apiserver pkg/apis/audit/validation/validation.go). */

import { type Setting, settingAt, settingItems, textAt } from '../../artifact/setting.ts';
import { invalidValue, requiredValue, unsupportedValue } from '../../core/field-errors.ts';
import { inAnyCase, nearest } from '../../core/text.ts';
import type { ValueFault, ValueJudge } from '../values/field-rows.ts';
import { correctionOf } from './edit.ts';

const levels = ['None', 'Metadata', 'Request', 'RequestResponse'];
const stages = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'];

/** What kube-apiserver refuses in an audit policy. */
export const auditFaults: ValueJudge = function* (document) {
  yield* stageFaults(document, 'omitStages');
  const rules = settingItems(document, 'rules');
  for (const [index, rule] of rules.entries()) yield* ruleFaults(rule, `rules[${index}]`);
  const error = 'loaded illegal policy with 0 rules';
  if (rules.length === 0) yield { path: 'rules', at: document.at, error, fix: 'write a rule, such as level: Metadata' };
};

function* ruleFaults(rule: Setting, path: string): Generator<ValueFault> {
  const level = textAt(rule, 'level');
  const where = { path: `${path}.level`, at: (settingAt(rule, 'level') ?? rule).at };
  const fix = `write one of ${levels.join(', ')}`;
  if (level === '') yield { ...where, error: requiredValue(where.path), fix };
  else if (!levels.includes(level)) {
    const meant = inAnyCase(level, levels) ?? nearest(level, levels, 2);
    const correction = correctionOf(settingAt(rule, 'level') ?? rule, meant);
    yield { ...where, error: unsupportedValue(where.path, level, levels), fix, correction };
  }
  const urls = settingItems(rule, 'nonResourceURLs');
  for (const [index, item] of urls.entries()) {
    const url = textAt(item);
    const one = { path: `${path}.nonResourceURLs[${index}]`, at: item.at };
    const say = (detail: string) => `${one.path}: Invalid value: "${url}": ${detail}`;
    if (url !== '*' && !url.startsWith('/'))
      yield {
        ...one,
        error: say("non-resource URL rules must begin with a '/' character"),
        fix: 'begin it with a slash',
      };
    else if (url.slice(0, -1).includes('*')) {
      const detail = "non-resource URL wildcards '*' must be the final character of the rule";
      yield { ...one, error: say(detail), fix: 'end it with the wildcard' };
    }
  }
  const isMixed = settingItems(rule, 'resources').length > 0 || settingItems(rule, 'namespaces').length > 0;
  if (urls.length > 0 && isMixed) {
    const at = (settingAt(rule, 'nonResourceURLs') ?? rule).at;
    const detail = 'rules cannot apply to both regular resources and non-resource URLs';
    yield {
      path: `${path}.nonResourceURLs`,
      at,
      error: `${path}.nonResourceURLs: Invalid value: ${detail}`,
      fix: 'write two rules',
    };
  }
  yield* groupFaults(rule, `${path}.resources`);
  yield* stageFaults(rule, `${path}.omitStages`);
}

/** The list of stages that a policy, or one of its rules, leaves out. */
function* stageFaults(owner: Setting, path: string): Generator<ValueFault> {
  for (const [index, item] of settingItems(owner, 'omitStages').entries()) {
    const stage = textAt(item);
    const one = `${path}[${index}]`;
    const error = invalidValue(one, stage, `allowed stages are ${stages.join(',')}`);
    if (!stages.includes(stage)) yield { path: one, at: item.at, error, fix: `write one of ${stages.join(', ')}` };
  }
}

/** The name of a group, without a version. */
const group = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** The resources of a rule. kube-apiserver names no entry of the list. */
function* groupFaults(rule: Setting, path: string): Generator<ValueFault> {
  for (const item of settingItems(rule, 'resources')) {
    const name = textAt(item, 'group');
    if (name !== '' && !group.test(name)) {
      const error = invalidValue(`${path}.group`, name, subdomain);
      const fix = 'write the group without a version, or "" for the core group';
      yield { path: `${path}.group`, at: (settingAt(item, 'group') ?? item).at, error, fix };
    }
    const names = settingItems(item, 'resourceNames');
    if (names.length === 0 || settingItems(item, 'resources').length > 0) continue;
    const one = `${path}.resourceNames`;
    const listed = `[]string{${names.map((each) => `"${textAt(each)}"`).join(', ')}}`;
    const error = `${one}: Invalid value: ${listed}: using resourceNames requires at least one resource`;
    yield { path: one, at: (settingAt(item, 'resourceNames') ?? item).at, error, fix: 'list the resources too' };
  }
}
