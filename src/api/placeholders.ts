/** How the documentation shows the placeholders of the catalogue's templates, such as `{role}`. */
import { defaultLayout } from '../artifact/layout.ts';
import { once } from '../core/collections.ts';
import { layouts } from '../tables/layouts/index.ts';
import { placesIn } from '../tables/layouts/places.ts';

/** Those whose own name would not say what replaces them. `…` is text that depends on the finding. */
const shown: Readonly<Record<string, string>> = {
  although: '…',
  also: '<kubeconfig>',
  alsoCluster: '<cluster>',
  alsoServer: '<server>',
  archived: '<directories>',
  asAdmin: '',
  authority: '<CA>',
  backup: '<backup directory>',
  breaks: '…',
  change: '…',
  cause: '…',
  claim: '…',
  clusterrole: '<ClusterRole>',
  count: '<how many>',
  dated: '<dated file>',
  day: '<date>',
  dialled: '<address>',
  does: '…',
  effects: '…',
  elsewhere: '<other source>',
  end: '<expiry date>',
  extra: '<group>',
  fix: '…',
  folder: '<directory>',
  hint: '',
  how: '…',
  inUse: '',
  kept: '<count> paths',
  known: '<releases>',
  lacking: '…',
  lacks: '<usage>',
  limit: '<date>',
  none: 'no context',
  now: '<time>',
  open: '<files>',
  options: '…',
  otherKey: '<key>',
  otherPid: '<pid>',
  otherRelease: '<other release>',
  otherSigner: '<other signing key>',
  otherVerifier: '<other public key>',
  owner: '<user>',
  parent: '<CA>',
  policy: '',
  presents: '<credential>',
  reason: '…',
  recent: '…',
  recreated: '',
  refused: '',
  refusing: '<release>',
  relation: '…',
  removed: '…',
  role: '<name>',
  said: '…',
  same: '',
  served: '<certificate>',
  side: '',
  signed: '…',
  since: '<release>',
  start: '<start date>',
  state: '…',
  step: '<release>',
  subjectFlags: '…',
  trust: '<trust file>',
  unless: '',
  unnamed: '<paths>',
  verb: '…',
  verifierPath: '<public key>',
  wanted: '<expected>',
  way: '<releases>',
  without: '…',
};

/** The paths of the usual layout. */
const places = once((): Readonly<Record<string, string>> => placesIn(defaultLayout(layouts)));

/** Replaces the placeholders of a template by `<…>`, as usual in documentation. */
export function withPlaceholders(template: string): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => shown[name] ?? places()[name] ?? `<${name}>`);
}
