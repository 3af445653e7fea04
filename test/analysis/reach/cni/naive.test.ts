// Random clusters and flows: decide.ts and rows.ts against an interpreter that was written from the specifications alone. REACH_FLOWS says how many flows are tried.
import fc from 'fast-check';
import { compareWorld, noFlows } from '../../../reach/cni-flows';
import type { WorldWishes } from '../../../reach/worlds/cni';
import { cniWorld } from '../../../reach/worlds/cni';
import { seeded } from '../../../reach/worlds/draw';

const FLOWS = Number(process.env.REACH_FLOWS ?? 9000);
/** To read the documents of a world costs as much as many flows. */
const OF_A_WORLD = FLOWS > 100_000 ? 1500 : 100;

const LANGUAGES: ReadonlyArray<readonly [string, WorldWishes]> = [
  ['NetworkPolicy, of a CNI that nobody knows', { cni: 'unknown', only: 'kubernetes' }],
  ['policies of the cluster', { cni: 'unknown', only: 'cluster' }],
  ['policies of Cilium', { cni: 'cilium', only: 'own' }],
  ['policies of Calico', { cni: 'calico', only: 'own' }],
  ['everything under Cilium', { cni: 'cilium' }],
  ['everything under Calico', { cni: 'calico' }],
  ['everything, whatever the CNI', {}],
];

test.each(LANGUAGES)('%s: every flow is as the specifications say', (_, wishes) => {
  const wanted = FLOWS / LANGUAGES.length;
  const count = noFlows();
  const worlds = fc.tuple(fc.gen().map((g) => cniWorld({ below: (bound) => g(fc.nat, { max: bound - 1 }) }, wishes)), fc.nat());
  fc.assert(fc.property(worlds, ([world, seed]) => {
    const difference = compareWorld(world, seeded(seed), OF_A_WORLD, count);
    if (difference !== undefined) throw new Error(`${JSON.stringify(difference)}\n${world.documents.map((one) => JSON.stringify(one)).join('\n')}`);
  }), { numRuns: Math.ceil((wanted * 1.15) / OF_A_WORLD) });
  expect(count.flows).toBeGreaterThanOrEqual(wanted);
  expect(count.words.get('denied')).toBeGreaterThan(0);
  // What we leave open though the documents decide it: seldom.
  expect(count.needless / count.flows).toBeLessThan(0.15);
}, 1_800_000);
