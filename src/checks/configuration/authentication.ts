/**
 * AuthenticationConfiguration, as kube-apiserver validates it (k8s.io/apiserver
 * pkg/apis/apiserver/validation/validation.go).
 */

import { allArguments } from '../../artifact/arguments.ts';
import { type Setting, settingAt, settingItems, textAt } from '../../artifact/setting.ts';
import { duplicateValue, invalidValue, requiredValue } from '../../core/field-errors.ts';
import { loadKubePool } from '../../x509/load.ts';
import { readPem } from '../../x509/pem.ts';
import type { ValueContext, ValueFault, ValueJudge } from '../values/field-rows.ts';

/** The CAs of an issuer; undefined if it has none of its own. */
export function issuerAuthorities(jwt: Setting, { pki }: Pick<ValueContext, 'pki'>) {
  const text = textAt(jwt, 'issuer', 'certificateAuthority');
  return text === '' ? undefined : loadKubePool(readPem(Buffer.from(text), pki.strictness));
}

/** What kube-apiserver refuses in the URL of an issuer. */
function urlFault(url: string, disallowed: readonly string[]): readonly [detail: string, fix: string] | undefined {
  if (disallowed.includes(url)) {
    const list = `[${disallowed.join(' ')}]`;
    return [
      `URL must not overlap with disallowed issuers: ${list}`,
      'remove this issuer: kube-apiserver verifies the tokens of the cluster itself',
    ];
  }
  if (!/^https:/i.test(url)) return ['URL scheme must be https', 'write the https URL of the issuer'];
  if (/^https:\/\/[^/]*@/i.test(url)) return ['URL must not contain a username or password', 'write it without them'];
  if (/^[^#]*\?./.test(url)) return ['URL must not contain a query', 'write it without the query'];
  return /#./.test(url) ? ['URL must not contain a fragment', 'write it without the fragment'] : undefined;
}

/** The URL as it may be shown. */
const shown = (url: string) => url.replace(/\/\/[^/]*@/, '//');

function* issuerFaults(jwt: Setting, path: string, context: ValueContext): Generator<ValueFault> {
  const issuer = settingAt(jwt, 'issuer');
  const place = (field: string) => ({
    path: `${path}.issuer.${field}`,
    at: (settingAt(issuer, field) ?? issuer ?? jwt).at,
  });
  const url = textAt(issuer, 'url');
  const at = place('url');
  const own = allArguments(context.component, 'service-account-issuer').flatMap(({ value }) => value ?? []);
  const wrong = url === '' ? undefined : urlFault(url, own.toSorted());
  if (url === '') yield { ...at, error: requiredValue(at.path), fix: 'write the https URL of the issuer' };
  else if (wrong) yield { ...at, error: invalidValue(at.path, shown(url), wrong[0]), fix: wrong[1] };
  yield* audienceFaults(issuer, place);
  const authorities = issuerAuthorities(jwt, context);
  if (authorities?.ok === false) {
    const ca = place('certificateAuthority');
    yield {
      ...ca,
      error: invalidValue(ca.path, '<omitted>', authorities.error),
      fix: 'write the CA as PEM, not its path, with every line indented alike',
    };
  }
}

function* audienceFaults(
  issuer: Setting | undefined,
  place: (field: string) => Pick<ValueFault, 'path' | 'at'>,
): Generator<ValueFault> {
  const at = place('audiences');
  const audiences = settingItems(issuer, 'audiences').map((one) => textAt(one));
  const policy = textAt(issuer, 'audienceMatchPolicy');
  const again = audiences.find((one, index) => audiences.indexOf(one) < index);
  const fix = 'list the client ID of the cluster at the issuer';
  if (audiences.length === 0) {
    yield { ...at, error: requiredValue(at.path, `at least one ${at.path} is required`), fix };
  } else if (audiences.includes('')) {
    const path = `${at.path}[${audiences.indexOf('')}]`;
    yield { path, at: at.at, error: requiredValue(path), fix };
  } else if (again !== undefined) {
    const path = `${at.path}[${audiences.lastIndexOf(again)}]`;
    yield { path, at: at.at, error: duplicateValue(path, again), fix: 'list each audience once' };
  }
  if (policy === 'MatchAny' || (audiences.length < 2 && policy === '')) return;
  const wrong = place('audienceMatchPolicy');
  const detail =
    audiences.length > 1
      ? 'audienceMatchPolicy must be MatchAny for multiple audiences'
      : 'audienceMatchPolicy must be empty or MatchAny for single audience';
  if (audiences.length > 0)
    yield { ...wrong, error: invalidValue(wrong.path, policy, detail), fix: 'write audienceMatchPolicy: MatchAny' };
}

/** What kube-apiserver refuses in an AuthenticationConfiguration. */
export const authenticationFaults: ValueJudge = function* (document, context) {
  const seen = new Set<string>();
  for (const [index, jwt] of settingItems(document, 'jwt').entries()) {
    const path = `jwt[${index}]`;
    yield* issuerFaults(jwt, path, context);
    const url = textAt(jwt, 'issuer', 'url');
    const at = (settingAt(jwt, 'issuer', 'url') ?? jwt).at;
    const again = { path: `${path}.issuer.url`, at, error: duplicateValue(`${path}.issuer.url`, shown(url)) };
    if (url !== '' && seen.has(url)) yield { ...again, fix: 'merge both entries into one, with all audiences' };
    seen.add(url);
    yield* usernameFaults(jwt, path);
  }
  const anonymous = settingAt(document, 'anonymous');
  const enabled = settingAt(anonymous, 'enabled');
  const conditions = settingItems(anonymous, 'conditions');
  const isOn = enabled?.kind === 'scalar' && /^(?:y|yes|true|on)$/i.test(enabled.text);
  if (anonymous === undefined || isOn || conditions.length === 0) return;
  const path = 'anonymous.conditions';
  yield {
    path,
    at: anonymous.at,
    error: `${path}: Invalid value: enabled should be set to true when conditions are defined`,
    fix: 'write enabled: true, or remove the conditions',
  };
};

function* usernameFaults(jwt: Setting, path: string): Generator<ValueFault> {
  const username = settingAt(jwt, 'claimMappings', 'username');
  const where = `${path}.claimMappings.username`;
  const [claim, expression] = [textAt(username, 'claim'), textAt(username, 'expression')];
  const at = (username ?? jwt).at;
  if (claim === '' && expression === '') {
    const error = requiredValue(where, 'claim or expression is required');
    yield { path: where, at, error, fix: 'write the claim with the name of the user, and a prefix' };
  } else if (claim !== '' && expression === '' && settingAt(username, 'prefix') === undefined) {
    const error = requiredValue(
      `${where}.prefix`,
      'prefix is required when claim is set. It can be set to an empty string to disable prefixing',
    );
    yield { path: `${where}.prefix`, at, error, fix: 'write a prefix, or an empty one' };
  }
}
