/** Components that do not start, and certificates that no peer takes, because of a failure; and what these break. */
import { componentNamed } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import type { SimulatedConnection } from '../../model/handshake/index.ts';
import { endsOf, notRunning } from '../../model/handshake/running.ts';
import { fails, type Step, step } from '../../model/handshake/steps.ts';
import { componentId, type Slot } from '../../model/roles/slots.ts';
import type { Failure } from './failure.ts';

/** The first failure that stops a component, or spoils a certificate, by the ids of these on their nodes. */
export type Stopped = ReadonlyMap<string, Failure>;

/** Finds what does not work at all. */
export function stoppedBy(failed: readonly Failure[]): Stopped {
  const stopped = new Map<string, Failure>();
  for (const failure of failed) {
    const [own = ''] = failure.rule.unusable ? failure.subject.hangsOn : [];
    for (const id of [...componentsStoppedBy(failure).map(componentId), own]) {
      const known = idOnNode(failure.pki, id);
      if (id !== '' && !stopped.has(known)) stopped.set(known, failure);
    }
  }
  return stopped;
}

function componentsStoppedBy({ rule, problem, subject, pki }: Failure): readonly Component[] {
  if (problem.stops) return problem.stops.flatMap((name) => componentNamed(pki.node, name) ?? []);
  if (!rule.stops) return [];
  // Of two manifests of a component, the first one is judged.
  const own = (component: Component) => (componentNamed(pki.node, component.name) === component ? [component] : []);
  const { value } = subject;
  if (rule.over === 'component') return own(value as Component);
  return rule.over === 'argument' ? own((value as Slot).component) : [];
}

/** A connection with the step at which it fails, and the failure that breaks it. */
interface BrokenConnection {
  readonly connection: SimulatedConnection;
  readonly cause: Failure;
}

/** Returns a connection that fails because one of its ends does not work at all; undefined if both may work. */
export function brokenByStop(connection: SimulatedConnection, stopped: Stopped): BrokenConnection | undefined {
  const { row, client, ends } = connection;
  const failing = (step: Step, cause: Failure) => ({ connection: { ...connection, steps: [step] }, cause });
  for (const { kind, pki, name } of endsOf(row, client, connection)) {
    const component = name === undefined ? undefined : componentNamed(pki.node, name);
    const cause = component && stopped.get(idOnNode(pki, componentId(component)));
    if (name === undefined || cause === undefined) continue;
    const where = { owner: pki, blames: [], at: cause.problem.at };
    return failing(notRunning(kind, name, connection, where), cause);
  }
  for (const kind of ['client', 'server'] as const) {
    const end = kind === 'client' ? ends.presented : ends.served;
    const cause = end?.blames.map((id) => stopped.get(id)).find((failure) => failure?.rule.unusable);
    if (end && cause) return failing(step(kind, end, fails(cause.problem.data.error ?? '')), cause);
  }
  return undefined;
}
