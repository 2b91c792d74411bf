/** Probes that fail, and how they are fixed. */
import type { Component } from '../../artifact/component.ts';
import type { Probe } from '../../artifact/probe.ts';
import type { ProbeAnswer } from '../../model/handshake/probe-answer.ts';
import type { ArgumentEdit } from './argument-edit.ts';

type Failed = Extract<ProbeAnswer, { readonly state: 'failed' }>;

/** Probes of a component that fail for the same reason. */
export interface FailedProbes extends Failed {
  readonly component: Component;
  readonly probes: readonly Probe[];
}

/** The fix of a problem, in the words of a person, and as edits where a command can do it. */
export interface ProbeFix {
  readonly expected: string;
  readonly text: string;
  readonly edits?: readonly ArgumentEdit[];
  readonly fix?: string;
  readonly data?: Readonly<Record<string, string>>;
}
