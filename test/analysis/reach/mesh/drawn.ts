// Random worlds. Few calls are drawn by fast-check, which makes a counterexample small; many are drawn from a seed, which is a hundred times as fast and names the world.
import fc from 'fast-check';
import { Choices, seeded } from '../../../reach/worlds/draw';

/** How many calls are tried. */
export const FLOWS: number = Number(process.env.REACH_FLOWS ?? 2000);
const MANY = FLOWS > 20_000;

/** Of one world, which costs more than its calls. */
export function callsOf(few: number): number {
  return MANY ? 1000 : few;
}

export function drawn<T>(make: (choices: Choices) => T): fc.Arbitrary<T> {
  return MANY ? fc.noShrink(fc.nat()).map((seed) => make(new Choices(seeded(seed)))) : fc.gen().map((g) => make(new Choices({ below: (bound) => g(fc.nat, { max: bound - 1 }) })));
}
