// The list of pairs with the documents that decide below each line.
import { visible } from '../../report/report';
import { printDecider } from '../explain';
import type { Listing } from '../listing';
import { connectionsOf } from './connlist-json';
import { prefixOf } from './prefix';

/** The lines of the list, and below each what admits it, indented. */
export function* connlistExplained(listings: readonly Listing[]): Generator<string> {
  for (const listing of listings) {
    const prefix = prefixOf(listing.cluster, listings.length);
    for (const { src, dst, connections, http, verdict, decidedBy } of connectionsOf(listing)) {
      if (verdict !== 'allowed') continue;
      const lines = [
        ...http.length === 0 ? [] : [`only for ${http.join(', ')}`],
        ...decidedBy.length === 0 ? ['no policy restricts it'] : decidedBy.map((one) => `${printDecider(one)}${one.file === undefined ? '' : `  ${one.file}${one.line === undefined ? '' : `:${one.line}`}`}`),
      ];
      yield `${visible(`${prefix}${src} => ${prefix}${dst} : ${connections}`)}\n${lines.map((line) => `    ${visible(line)}\n`).join('')}`;
    }
  }
}
