/** What docs/incidents.md says: the tables of incidents, and what pki-lint says about each. */
import type { Finding } from '../../src/index.ts';
import { withStableFingerprints } from '../support/stable-fingerprints.ts';
import { allowedInfos } from './healthy/infos.ts';
import type { Shape } from './healthy/shape.ts';
import { shapes } from './healthy/shapes.ts';
import { type Incident, type OutOfReach, toldOf } from './incident.ts';
import { families } from './incidents.ts';
import { outOfReach } from './out-of-reach.ts';

export interface ReportedIncident extends Pick<Incident, 'id' | 'title' | 'source' | 'happened'> {
  readonly findings: readonly Pick<Finding, 'severity' | 'rule' | 'message' | 'node'>[];
  /** Whether its findings are on different nodes. */
  readonly severalNodes: boolean;
  /** The first alternative of the fix of its cause. */
  readonly fix: Finding['fix'][number];
}

export interface IncidentPage {
  readonly families: readonly { readonly title: string; readonly incidents: readonly ReportedIncident[] }[];
  readonly outOfReach: readonly OutOfReach[];
  /** With the reasons for the infos that they may have, by `rule@subject`. */
  readonly healthy: readonly (Pick<Shape, 'runs' | 'source'> & { readonly infos: Readonly<Record<string, string>> })[];
}

async function reported(one: Incident): Promise<ReportedIncident> {
  const { id, title, source, happened } = one;
  const { findings } = await toldOf(one);
  const fix: ReportedIncident['fix'] = JSON.parse(withStableFingerprints(JSON.stringify(findings[0]?.fix[0] ?? [])));
  return { id, title, source, happened, findings, fix, severalNodes: one.beside !== undefined };
}

/** Lints every incident. */
export async function incidentPage(): Promise<IncidentPage> {
  const lists = Object.entries(families).map(async ([title, list]) => {
    const incidents: ReportedIncident[] = [];
    for (const one of list) incidents.push(await reported(one));
    return { title, incidents };
  });
  const healthy = shapes.map(({ id, runs, source }) => ({ runs, source, infos: allowedInfos[id] ?? {} }));
  return { families: await Promise.all(lists), outOfReach, healthy };
}
