/** Files with tokens (k8s.io/apiserver pkg/authentication/token/tokenfile/tokenfile.go, NewCSV). */
import type { Pki } from '../../model/roles/pki.ts';
import { type Slot, slotFlag } from '../../model/roles/slots.ts';
import { type CheckResult, problem } from '../base/check.ts';

/** Yields what kube-apiserver refuses in a file with tokens; nothing for any other file. */
export function* tokenFileProblems(slot: Slot, { node }: Pki): Generator<CheckResult> {
  const { path = '', component, written } = slot;
  const content = node.files.get(path)?.content;
  const fault = content?.type === 'tokens' ? content.fault : undefined;
  if (fault === undefined) return;
  const { line, columns } = fault;
  const error =
    columns === undefined
      ? `parse error on line ${line}: extraneous or missing " in quoted-field`
      : `token file '${written}' must have at least 3 columns (token, user name, user uid), found ${columns}`;
  const fix = `line ${line} needs a token, the name of the user and its uid, and in quotation marks its groups`;
  const data = { component: component.name, flag: slotFlag(slot), path, kind: 'token file', error, fix };
  yield problem({ path, line }, data);
}
