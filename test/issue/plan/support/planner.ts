/** Runs the planner on a node in memory. */
import { parseOptions } from '../../../../src/api/parse-options.ts';
import type { Certificate } from '../../../../src/artifact/certificate.ts';
import type { IssueOptions } from '../../../../src/index.ts';
import { commandsAgain } from '../../../../src/issue/inputs/again.ts';
import { factsFor } from '../../../../src/issue/inputs/assumed-facts.ts';
import { settingsOf } from '../../../../src/issue/inputs/settings.ts';
import { planNode } from '../../../../src/issue/plan/index.ts';
import { isModeError } from '../../../../src/issue/plan/modes.ts';
import type { PlanInput } from '../../../../src/issue/plan/settings.ts';
import { judgeAlone } from '../../../../src/lint/judge.ts';
import { buildPki } from '../../../../src/model/roles/build-pki.ts';
import type { Plan } from '../../../../src/results/issue/action.ts';
import { readPem } from '../../../../src/x509/pem.ts';
import { at, scanTree } from '../../../cases/harness.ts';
import { buildNode } from '../../../support/build-node.ts';
import type { NodeTree } from '../../../support/node-tree.ts';
import type { Role } from '../../../support/roles.ts';

/** The plan for an existing node. `input`: files that are not on the node, for instance CAs that are kept elsewhere. */
export async function planFor(
  node: NodeTree,
  options: IssueOptions = {},
  input: Partial<PlanInput> = {},
): Promise<Plan> {
  const scanned = await scanTree(node);
  const judging = parseOptions({ at, ...options }).judging.context;
  const { facts, assumed } = factsFor(scanned, options.facts ?? {}, judging, {
    cluster: '/etc/kubernetes',
    only: options.only,
  });
  const { pki, findings, ofRole, swapOf } = judgeAlone(buildPki(scanned, facts, judging), () => undefined);
  return planNode({
    pki,
    findings: ofRole,
    swapOf,
    modes: findings.filter(isModeError),
    offNode: new Map(),
    requested: new Set(),
    settings: settingsOf({ at, algorithm: 'ecdsa-p256', ...options }, pki.node.installerConfig),
    folder: pki.node.pki,
    cluster: '/etc/kubernetes',
    assumed,
    finished: [],
    again: commandsAgain(options),
    ...input,
  });
}

/** Every action as `kind role`. */
export const actionsOf = ({ actions }: Plan): readonly string[] => actions.map(({ kind, role }) => `${kind} ${role}`);

/** The certificate of a role on a healthy node, as if another CA had sent it. */
export function certificateOf(role: Role): Certificate {
  const [block] = readPem(Buffer.from(buildNode().certificate(role))).blocks;
  if (block?.type !== 'certificate') throw new Error(`no certificate of ${role}`);
  return block.certificate;
}
