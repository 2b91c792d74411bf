/** The components among the containers of a node whose processes are not known. */
import { isAtOrBelow } from '../../artifact/paths.ts';
import type { ComponentProcess } from '../../artifact/process.ts';
import { argumentsOfProcess } from '../components/process-words.ts';
import type { Bundle } from './bundles.ts';
import { identifyStarted } from './identify.ts';
import { isOfStaticPod, type OwnNode } from './ours.ts';

/** Returns the containers of the node's components as processes: what is known without a process table. */
export function processesOfBundles(bundles: readonly Bundle[], node: OwnNode): readonly ComponentProcess[] {
  return bundles.flatMap((bundle): readonly ComponentProcess[] => {
    const { id, pod, podUid, image, args, sources, started, tolerance } = bundle;
    const identified = identifyStarted(args, node.programs);
    const isOurs =
      pod === undefined
        ? sources.some((source) =>
            node.mounted.some((folder) => isAtOrBelow(source, folder) || isAtOrBelow(folder, source)),
          )
        : isOfStaticPod(podUid, bundle, node);
    if (identified === undefined || !isOurs) return [];
    const container = { id, podUid, pod, image };
    const { component, words } = identified;
    const parsed = argumentsOfProcess(component, words, node.programs);
    return [
      {
        ...identified,
        arguments: parsed,
        pid: undefined,
        started,
        tolerance,
        mounts: undefined,
        container,
        unit: undefined,
      },
    ];
  });
}
