/** The checks of the rules `configuration/*`, whose words are in `rules/catalog/configuration.json`. */

import { valuesFor } from '../../artifact/supervisor.ts';
import { handful } from '../../core/text.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import { configurationFilesChecks } from './files.ts';
import { ofSupervisor, settingChecks, settingProblem } from './settings.ts';

const appliedChecks = {
  'configuration/not-applied': ofSupervisor(function* (of) {
    const { supervisor, pki } = of;
    const leaf = pki.roles.find(({ id }) => id === roleIds.apiServer)?.leaf;
    if (supervisor.kind !== 'server' || leaf === undefined) return;
    const wanted = valuesFor(supervisor, 'tls-san').flatMap(({ value, at }) =>
      value.split(',').map((name) => ({ name: name.trim(), at })),
    );
    const missing = wanted.filter(({ name }) => name !== '' && !hasName(leaf, name));
    const [first] = missing;
    if (first === undefined) return;
    const names = [...new Set(missing.map(({ name }) => name))];
    yield settingProblem(of, first.at, { names: handful(names, 5) }, { parts: names });
  }),
};

export const configurationChecks = {
  ...configurationFilesChecks,
  ...settingChecks,
  ...appliedChecks,
};
