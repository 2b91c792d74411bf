/** The checks of the rules `cluster/*`, whose words are in `rules/catalog/cluster.json`. */

import { placeOn } from '../../artifact/place.ts';
import { supervisorWords, valuesFor } from '../../artifact/supervisor.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { check, notApplicable, problem } from '../base/check.ts';
import { clusterAuthoritiesChecks } from './authorities.ts';
import { clusterCopiedChecks } from './copied.ts';
import { clusterEncryptionChecks } from './encryption.ts';
import { clusterManifestsChecks } from './manifests.ts';
import { clusterNamesChecks } from './names.ts';
import { clusterNodesChecks } from './nodes.ts';
import { clusterSettingsChecks } from './settings.ts';
import { clusterTokensChecks } from './tokens.ts';

/** What a server has for a setting: its value, or the usual one; false for what is not set. */
function valueOn({ node, layout }: Pki, name: string): string {
  const given = node.supervisor ? valuesFor(node.supervisor, name).map(({ value }) => value) : [];
  const value = given.flatMap((one) => one.split(',')).map((one) => one.trim());
  return value.length === 0
    ? (layout.supervisor?.defaults[name] ?? 'not set')
    : value.join(',').replace(/^false$/, 'not set');
}

const clusterSupervisorsChecks = {
  'cluster/critical-settings': check('cluster', function* ({ nodes }) {
    const servers = nodes.filter(
      ({ node: { supervisor } }) => supervisor?.kind === 'server' && supervisor.unknown === undefined,
    );
    const [first, ...others] = servers;
    if (first === undefined || others.length === 0)
      return yield notApplicable('it has not two servers with a configuration');
    for (const name of supervisorWords(first.layout.supervisor?.critical ?? '')) {
      const usual = valueOn(first, name);
      for (const pki of others) {
        const found = valueOn(pki, name);
        const { supervisor } = pki.node;
        if (found === usual || supervisor === undefined || pki.layout.supervisor?.program !== supervisor.program)
          continue;
        const at = valuesFor(supervisor, name)[0]?.at ?? supervisor.at;
        const { program, unit = program } = supervisor;
        const { path } = placeOn(pki.node, at);
        const data = { program, unit, path, setting: name, found, other: first.name, usual, node: pki.name };
        yield problem(at, data, { key: `${name} ${pki.name}`, on: { node: pki, subject: pki.name } });
      }
    }
  }),
};

export const clusterChecks = {
  ...clusterAuthoritiesChecks,
  ...clusterCopiedChecks,
  ...clusterEncryptionChecks,
  ...clusterManifestsChecks,
  ...clusterNamesChecks,
  ...clusterNodesChecks,
  ...clusterSettingsChecks,
  ...clusterSupervisorsChecks,
  ...clusterTokensChecks,
};
