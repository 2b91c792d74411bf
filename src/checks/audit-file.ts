/** Audit policies (k8s.io/apiserver pkg/apis/audit/validation/validation.go). */
import { requiredValue, unsupportedValue } from '../core/field-errors.ts';
import { type Setting, settingAt, settingItems, textAt } from '../core/setting.ts';
import type { ValueFault, ValueJudge } from './configuration-values.ts';

const levels = ['None', 'Metadata', 'Request', 'RequestResponse'];
const stages = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'];

/** What kube-apiserver refuses in an audit policy. */
export const auditFaults: ValueJudge = function* (document) {
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
  else if (!levels.includes(level)) yield { ...where, error: unsupportedValue(where.path, level, levels), fix };
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
  for (const [index, item] of settingItems(rule, 'omitStages').entries()) {
    const stage = textAt(item);
    const one = `${path}.omitStages[${index}]`;
    const error = `${one}: Invalid value: "${stage}": allowed stages are ${stages.join(',')}`;
    if (!stages.includes(stage)) yield { path: one, at: item.at, error, fix: `write one of ${stages.join(', ')}` };
  }
}
