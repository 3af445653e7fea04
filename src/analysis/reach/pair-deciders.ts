// Who decides about a pair of a list: asked on one port of each range of its ports.
import type { PairEnd } from './connectivity';
import type { DecidedBy } from './explain';
import { placed } from './explain';
import type { Hop } from './flow';
import { partyOf } from './listing';
import type { Network } from './network';
import type { PortRange } from './pairs';
import type { Way } from './trace';
import { traceFlow } from './trace';

/** More ranges of one pair are decided by the same documents, mostly. */
const MOST = 16;

/** What is said of a pair, once for each range of ports. */
export function waysOf(network: Network, from: PairEnd, to: PairEnd, ranges: readonly PortRange[]): readonly Way[] {
  const ends = { from: partyOf(network, from), to: partyOf(network, to), facts: {} };
  return ranges.slice(0, MOST).map(({ protocol, from: port }) => traceFlow(network, { ...ends, port, protocol }));
}

/** The documents that decide about ways, each once. */
export function decidersOfWays(ways: readonly Way[], meant: (hop: Hop) => boolean = () => true): readonly DecidedBy[] {
  const known = new Map<string, DecidedBy>();
  for (const { hops } of ways) {
    for (const hop of hops) {
      if (!meant(hop)) continue;
      for (const decider of hop.decidedBy) {
        const key = `${decider.entry.toString()}\n${decider.path.join('.')}`;
        if (!known.has(key)) known.set(key, placed(decider));
      }
    }
  }
  return [...known.values()];
}
