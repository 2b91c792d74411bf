/** Reads what an AuthenticationConfiguration says about requests without credentials. */

import { withoutSecret } from '../../core/secrets.ts';
import type { AnonymousRequests } from '../../core/settings.ts';
import { getItems, getNode, getString, isTrue, type YamlNode } from './yaml.ts';

/** More conditions than this are not kept: there are few paths without credentials. */
const mostPaths = 100;

/** Returns the field `anonymous` of a document of this kind; undefined for others, and without the field. */
export function readAnonymous(document: YamlNode | undefined): AnonymousRequests | undefined {
  const field = getNode(document, 'anonymous');
  if (getString(document, 'kind')?.text !== 'AuthenticationConfiguration' || field?.kind !== 'mapping')
    return undefined;
  const conditions = getItems(field, 'conditions').slice(0, mostPaths);
  const paths = conditions.map((condition) => withoutSecret(getString(condition, 'path')?.text ?? ''));
  return { enabled: isTrue(getNode(field, 'enabled')), paths };
}
