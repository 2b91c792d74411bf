/** The checks of the rules `process/*`, whose words are in `rules/catalog/process.json`. */
import { fileIn, setByText } from '../../artifact/place.ts';
import { dateOf } from '../../core/time.ts';
import { loopbackEnd } from '../../model/running/loopback.ts';
import { oldMounts } from '../../model/running/mounts.ts';
import { kubeletState, lookAtRunning } from '../../model/running/pairing.ts';
import { comparisonOf, otherManifestOf } from '../../model/running/process-arguments.ts';
import { timeSeen } from '../../model/running/processes.ts';
import { check, list, notApplicable, problem } from '../base/check.ts';
import { heldKeys, processHeldChecks } from './held.ts';
import { processPresenceChecks } from './presence.ts';
import { differencesText, few, processText } from './words.ts';

const processMemoryChecks = {
  'process/mount': check('node', function* (pki) {
    const all = oldMounts(pki);
    const [first] = all;
    if (first === undefined) return;
    const components = [...new Set(all.map(({ component }) => component))];
    const files = [...new Set(all.map(({ path }) => path))];
    const data = {
      components: list(components),
      files: few(files),
      path: first.path,
      now: first.now === undefined ? 'removed' : `now ${first.now}`,
      ...heldKeys(components, pki),
    };
    yield problem({ path: first.path }, data, {
      related: all.map(({ component, path, now }) => ({
        path,
        subject: component,
        message:
          now === undefined
            ? 'its container still mounts the old one, which was removed'
            : `its container still mounts the old one, which is now ${now}`,
      })),
      parts: all.map(({ component, path }) => `${component} ${path}`),
      restarting: components,
    });
  }),

  'process/loopback': check('node', function* (pki) {
    const end = loopbackEnd(pki);
    if (end === undefined) return yield notApplicable('no kube-apiserver was seen that needs one');
    if (end > timeSeen(pki)) return;
    const data = { component: 'kube-apiserver', end: dateOf(end), ...heldKeys(['kube-apiserver'], pki) };
    yield problem({ path: pki.node.pki }, data, { restarting: ['kube-apiserver'] });
  }),
};

const processArgumentsChecks = {
  /**
   * A difference is one of the moment at which it was looked at, whatever the age of the manifest: where times are not
   * known, it is still reported.
   */
  'process/arguments': check('component', function* (component, pki) {
    const compared = comparisonOf(pki, component);
    if (compared.kind !== 'compared') return yield compared;
    const { running, differences, settled } = compared;
    const [first] = differences;
    if (first === undefined) return;
    const { seen } = lookAtRunning(pki);
    const isDown = seen !== undefined && kubeletState(pki, seen) === 'down';
    if (settled.state === 'settling' && !isDown) return yield notApplicable('it was just changed');
    const other = otherManifestOf(component, running, pki);
    const { name, unit } = component;
    const path = setByText(component.at);
    const data = {
      component: name,
      process: processText(running),
      path,
      difference: differencesText(differences, name),
      same: other === undefined ? '' : `, as in ${other}`,
      unit: unit?.name ?? '',
      ...(name === 'etcd' && { etcd: name }),
      ...(other !== undefined && { otherPath: other }),
    };
    const at = first.wanted.find((argument) => fileIn(argument.at) !== undefined)?.at ?? component.at;
    yield problem(at, data, {
      parts: differences.map((one) => one.name),
      ...(unit !== undefined && { fix: 'unit' }),
      ...(other !== undefined && { fix: 'copy' }),
    });
  }),
};

export const processChecks = {
  ...processArgumentsChecks,
  ...processHeldChecks,
  ...processMemoryChecks,
  ...processPresenceChecks,
};
