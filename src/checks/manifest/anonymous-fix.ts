/** How to let the kubelet ask kube-apiserver for its health, without letting everyone ask for everything. */

import { lastArgument } from '../../artifact/arguments.ts';
import { hostPath, inFolder } from '../../artifact/paths.ts';
import { setByText } from '../../artifact/place.ts';
import { isFrom } from '../../model/facts/release.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { seenAt } from '../../model/roles/source.ts';
import { onlyEdit, replaceArgument, setArgument } from '../base/argument-edit.ts';
import type { FailedProbes, ProbeFix } from '../base/failed-probes.ts';

const health = ['/livez', '/readyz', '/healthz'];

/**
 * The API of AuthenticationConfiguration: `anonymous` is on by default since 1.32 (KEP-4633), and v1 exists since 1.34.
 */
const versions = [
  { since: '1.34.0', apiVersion: 'apiserver.config.k8s.io/v1' },
  { since: '1.32.0', apiVersion: 'apiserver.config.k8s.io/v1beta1' },
] as const;

/** Returns the fix for requests without credentials that get 401. */
export function anonymousFix({ component, probes, cause, at }: FailedProbes, pki: Pki): ProbeFix {
  const paths = [...new Set(probes.map(({ path }) => path))];
  const expected = `requests without credentials to ${paths.join(' and ')}`;
  if (cause === 'anonymous-file') {
    const text = `let anonymous.conditions in ${setByText(at)} list ${paths.join(' and ')}, with enabled: true`;
    return { expected, text, fix: 'anonymous-file', data: { path: setByText(at), paths: paths.join(' and ') } };
  }
  const back = setArgument(component, 'anonymous-auth', 'true', pki.node);
  const text = 'set --anonymous-auth=true in the manifest of kube-apiserver';
  const flag = lastArgument(component, 'anonymous-auth');
  const release = pki.facts.kubernetesVersion?.value;
  const version = release === undefined ? undefined : versions.find(({ since }) => isFrom(release, since));
  const path = inFolder(pki.node.pki, 'authentication.yaml');
  const isFree = seenAt(pki.node, path) !== 'present' && hostPath(component, path) === path;
  // kube-apiserver refuses the file next to these, and next to an earlier --anonymous-auth.
  const isTaken = component.arguments.some(
    (one) =>
      one.name.startsWith('oidc-') ||
      one.name === 'authentication-config' ||
      (one.name === 'anonymous-auth' && one !== flag),
  );
  const edit = flag && replaceArgument(component, flag, `--authentication-config=${path}`);
  if (version === undefined || !isFree || isTaken) {
    return { expected, text, fix: 'anonymous', edits: back === undefined ? [] : [back] };
  }
  const conditions = [...new Set([...health, ...paths])].map((one) => ({ path: one }));
  const authentication = JSON.stringify({
    apiVersion: version.apiVersion,
    kind: 'AuthenticationConfiguration',
    anonymous: { enabled: true, conditions },
  });
  return {
    expected,
    text,
    fix: 'anonymous-paths',
    edits: onlyEdit(edit),
    data: { authentication, path },
  };
}
