// Lists of pairs for people and for other tools, piece by piece: nothing is held that was printed.
import { visible } from '../../report/report';
import type { PairEnd } from '../connectivity';
import type { Listing, ProxyPair } from '../listing';
import { csvField } from './csv';
import { prefixOf } from './prefix';

/** As much as is written at once. */
const CHUNK = 1 << 16;
/** How many ends of lines are kept to be printed again. */
const KEPT = 2_000_000;

/** How one pair is printed: the text between the two, behind the second, and around each name. */
interface Line {
  readonly before: (name: string) => string;
  readonly behind: (name: string, connections: string) => string;
}

const TEXT: Line = { before: visible, behind: (name, connections) => ` => ${visible(name)} : ${connections}\n` };
const CSV: Line = { before: csvField, behind: (name, connections) => `,${csvField(name)},${csvField(connections)}\n` };

/** `shop/web[Deployment] => shop/api[Deployment] : TCP 8080`, one line for each pair that is allowed, in their order. */
export function* connlistText(listings: readonly Listing[]): Generator<string> {
  for (const listing of listings) yield* lines(listing, TEXT, prefixOf(listing.cluster, listings.length));
}

/** The same as `src,dst,conn`. */
export function* connlistCsv(listings: readonly Listing[]): Generator<string> {
  yield 'src,dst,conn\n';
  for (const listing of listings) yield* lines(listing, CSV, prefixOf(listing.cluster, listings.length));
}

function* lines(listing: Listing, { before, behind }: Line, prefix: string): Generator<string> {
  const tails = new Tails(listing, (name, connections) => behind(prefix + name, connections));
  let chunk = '';
  for (const source of listing.sources) {
    const all = tails.of(source);
    if (all.length === 0) continue;
    const name = before(prefix + source.label);
    // One native call for all lines of a source.
    chunk += name + all.join(name);
    if (chunk.length >= CHUNK) {
      yield chunk;
      chunk = '';
    }
  }
  for (const { label, to, set } of printed(listing.proxyPairs())) chunk += before(prefix + label) + behind(prefix + to.label, set.text);
  if (chunk !== '') yield chunk;
}

/** Pairs of which something is allowed. */
export function printed(pairs: readonly ProxyPair[]): readonly ProxyPair[] {
  return pairs.filter(({ set }) => set.ranges.length > 0);
}

/** What stands behind the source in each of its lines. Sources of one class have the same lines, but for their own names. */
class Tails {
  private readonly listing: Listing;
  private readonly behind: Line['behind'];
  /** By set of ports, then by the order of the target. */
  private bySet: ((string | undefined)[] | undefined)[] = [];
  private readonly points: Map<readonly PairEnd[], Int32Array> = new Map();
  private count: number = 0;
  private last: { readonly point: number; readonly targets: readonly PairEnd[]; readonly orders: Int32Array; readonly texts: readonly string[] } | undefined;

  constructor(listing: Listing, behind: Line['behind']) {
    this.listing = listing;
    this.behind = behind;
  }

  of(source: PairEnd): readonly string[] {
    const targets = this.listing.targetsOf(source);
    let { last } = this;
    if (last?.point !== source.point || last.targets !== targets) this.last = last = this.make(source, targets);
    const own = last.orders.indexOf(source.order);
    return own < 0 ? last.texts : [...last.texts.slice(0, own), ...last.texts.slice(own + 1)];
  }

  private make(source: PairEnd, targets: readonly PairEnd[]): NonNullable<Tails['last']> {
    const reached = this.listing.connectivity.from(source);
    const orders = new Int32Array(targets.length);
    const texts: string[] = [];
    let set = -1;
    let known: (string | undefined)[] = [];
    const points = this.pointsOf(targets);
    for (let i = 0; i < points.length; i++) {
      const number = reached[points[i]!]!;
      if (number === 0) continue;
      if (number !== set) {
        set = number;
        known = this.ofSet(number);
      }
      const { order } = targets[i]!;
      let text = known[order];
      if (text === undefined) {
        known[order] = text = inOnePiece(this.behind(targets[i]!.label, this.listing.connectivity.portSet(number).text));
        this.count++;
      }
      orders[texts.length] = order;
      texts.push(text);
    }
    return { point: source.point, targets, orders: orders.subarray(0, texts.length), texts };
  }

  /** Side by side, because they are read for every source. */
  private pointsOf(targets: readonly PairEnd[]): Int32Array {
    let points = this.points.get(targets);
    if (!points) this.points.set(targets, (points = Int32Array.from(targets, ({ point }) => point)));
    return points;
  }

  private ofSet(set: number): (string | undefined)[] {
    if (this.count > KEPT) {
      this.bySet = [];
      this.count = 0;
    }
    return (this.bySet[set] ??= new Array<string | undefined>(this.listing.connectivity.ends.length).fill(undefined));
  }
}

/** Texts are put together from parts when they are first read as a whole; this one is copied very often. */
function inOnePiece(text: string): string {
  return Buffer.from(text).toString();
}
