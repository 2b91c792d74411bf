/** A writer in a separate process, to which something happens at a given system call. */
import { UserError } from '../../../../src/core/errors.ts';
import { watched } from './disks.ts';
import { placeAt, type Scenario, type ScenarioName, scenarios } from './scenarios.ts';
import { writeBatch } from './writing.ts';

export interface Orders {
  readonly root: string;
  readonly scenario: ScenarioName;
  /** The number of the changing call before which it happens; 0: never. */
  readonly at: number;
  /** A signal that the process receives, or a time in milliseconds for which it pauses. */
  readonly what: NodeJS.Signals | number;
}

/** The JSON that it prints at the end. */
export interface Outcome {
  readonly written?: readonly string[];
  readonly refused?: string;
}

const { root, scenario, at, what }: Orders = JSON.parse(process.argv[2] ?? '');
const { units, modes }: Scenario = scenarios[scenario];

let isDone = false;
const disk = watched(({ number }) => {
  if (isDone || number !== at) return;
  isDone = true;
  process.stderr.write('there\n');
  if (typeof what === 'string') process.kill(process.pid, what);
  else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, what);
});

const tell = (outcome: Outcome) => process.stdout.write(JSON.stringify(outcome));

writeBatch({ units, modes, place: placeAt(root), now: Date.parse('2026-12-01T08:00:00Z'), disk }).then(
  ({ written }) => tell({ written }),
  (error: unknown) => {
    process.exitCode = 2;
    if (error instanceof UserError) tell({ refused: error.message });
    else throw error;
  },
);
