/** Several faults at once, chosen by a seed. */
import { sampled } from '../../support/extent.ts';
import { type Dice, dice } from '../../support/random.ts';
import { type Fault, faults } from './faults.ts';

/** The fixed ones of each run, or many by a seed that is new each day, or given. */
const fixed = 10;
const many = 500;
export const chainSeed = sampled(1, Number(process.env.PKI_LINT_SEED ?? Math.floor(Date.now() / 86_400_000)));

export interface Chain {
  readonly name: string;
  readonly faults: readonly Fault[];
}

const isApart = (one: Fault, other: Fault): boolean => one.of !== other.of;

/** Two or three faults of different files. */
function chosen({ pick, chance }: Dice): readonly Fault[] {
  const count = chance(0.5) ? 2 : 3;
  const all: Fault[] = [];
  while (all.length < count) {
    const fault = pick(faults.filter(({ byHand }) => byHand === undefined));
    if (all.every((other) => isApart(fault, other))) all.push(fault);
  }
  return all;
}

export const chains: readonly Chain[] = Array.from({ length: sampled(fixed, many) }, (_, index) => {
  const all = chosen(dice(chainSeed * many + index));
  return { name: `${index + 1}: ${all.map(({ name }) => name).join('; ')}`, faults: all };
});
