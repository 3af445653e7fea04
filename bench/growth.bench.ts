// What four times as many objects of one kind cost in reachability: four times as much, not sixteen times.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type * as Analysis from '../src/analysis';
import type { Bench } from './measure';
import { least, SHARED_CACHES } from './measure';
import { SHAPES } from './shapes';

const BUILD = join(__dirname, '../lib/src/analysis');
/** Between what is linear and what is quadratic. */
const BUDGET = 8;
const ROUNDS = 3;
const WARM_UP = 2;

export const rows: Bench = function* ({ quick }) {
  if (!existsSync(BUILD)) throw new Error('there is no build: run npx projen compile');
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the build, whose calls are not those of a transpiler for tests
  const { analyze } = require(BUILD) as typeof Analysis;
  const size = quick ? 300 : 600;
  for (const [kind, shape] of Object.entries(SHAPES)) {
    const asked = (objects: ReturnType<typeof shape>) => ({
      prepare: () => analyze(objects.map((object) => ({ object })), { open: false }),
      run: (loaded: unknown) => {
        const system = loaded as ReturnType<typeof analyze>;
        for (const connectivity of system.connectivity()) connectivity.reader().read(0);
        system.exposure();
      },
    });
    const time = least({ few: asked(shape(size)), many: asked(shape(4 * size)) }, ROUNDS, WARM_UP);
    yield { what: `growth of reachability from ${size} to ${4 * size} ${kind}`, measured: time.many / time.few, unit: 'x', budget: BUDGET, gate: SHARED_CACHES * BUDGET };
  }
};
