// What a list leaves out because the documents do not decide it: how many pairs, and why.
import { withoutRanges } from '../compare-ports';
import type { Listing } from '../listing';
import { waysOf } from '../pair-deciders';

/** As many pairs are asked why. */
const ASKED = 64;
const REASONS = 3;

/** One sentence; undefined where everything is decided. */
export function undeterminedSentence(listings: readonly Listing[]): string | undefined {
  let count = 0;
  const reasons = new Set<string>();
  let asked = 0;
  for (const listing of listings) {
    const { connectivity, network } = listing;
    for (const { unknown } of listing.proxyPairs()) {
      if (unknown.length > 0) count++;
      for (const { hops } of unknown) for (const hop of hops) if (hop.outcome === 'undetermined') reasons.add(hop.because);
    }
    if (!connectivity.pairs.hasMaybe) continue;
    const classes = new Set<string>();
    for (const from of listing.sources) {
      const [sure, possible] = [connectivity.from(from), connectivity.from(from, 'maybe')];
      for (const to of listing.targetsOf(from)) {
        if (to === from || sure[to.point] === possible[to.point]) continue;
        count++;
        const key = `${from.point} ${to.point}`;
        if (asked >= ASKED || reasons.size >= REASONS || classes.has(key)) continue;
        asked++;
        classes.add(key);
        const ranges = withoutRanges(connectivity.portSet(possible[to.point]!).ranges, connectivity.portSet(sure[to.point]!).ranges);
        for (const { hops } of waysOf(network, from, to, ranges.slice(0, 1))) for (const hop of hops) if (hop.outcome === 'undetermined') reasons.add(hop.because);
      }
    }
  }
  if (count === 0) return undefined;
  const why = [...reasons].slice(0, REASONS).map((reason) => `\n  ${reason}`).join('');
  return `Of ${count} ${count === 1 ? 'pair' : 'pairs'} the documents do not decide everything, and what they do not decide is not listed${why === '' ? '' : `:${why}`}\n`;
}
