// Routes that are tried one after the other, whichever kind of gateway tries them: the first that takes the request decides.
import type { Entry } from '../../model/entry';
import type { Three } from '../../model/three';
import type { Decider } from '../flow';
import type { Routing } from './arrival';
import { eitherOf } from './arrival';
import { compareAges } from './precedence';

export interface Offer {
  readonly label: string;
  readonly decider: Decider;
  readonly meets: Three;
  /** Why it is not known whether it takes the request. */
  readonly doubt: string;
  answer(): Routing;
  /** Offers of one rank and of different owners stand in no known order, unless the age of both owners decides and is known. */
  readonly rank: string;
  readonly owner: object;
  /** Whose age decides. */
  readonly aged: Entry | undefined;
}

/** What the first offer that takes the request makes of it; with those that may come before, where not everything is known. */
export function firstOf(offers: readonly Offer[], otherwise: () => Routing): Routing {
  const open: Offer[] = [];
  let sure: Offer | undefined;
  let because: string | undefined;
  for (let index = 0; index < offers.length && !sure; index++) {
    const offer = offers[index]!;
    if (offer.meets === false) continue;
    if (offer.meets === undefined) {
      open.push(offer);
      because ??= `Whether ${offer.label} takes it is not known: ${offer.doubt}`;
      continue;
    }
    sure = offer;
    const equals = equalsOf(offers, index);
    if (equals.length > 0) {
      open.push(...equals);
      because ??= `${offer.label} and ${equals[0]!.label} take the same requests, and which goes first is not defined`;
    }
  }
  const answers = [...sure ? [sure.answer()] : [], ...open.map((one) => one.answer()), ...sure ? [] : [otherwise()]];
  const [first, ...others] = answers as [Routing, ...Routing[]];
  return others.length === 0 ? first : eitherOf(first, others, because ?? 'Nobody knows which route takes it', open.map(({ decider }) => decider));
}

/** What may stand before an offer that takes the request: of each other owner, up to what surely takes it too. */
function equalsOf(offers: readonly Offer[], index: number): readonly Offer[] {
  const offer = offers[index]!;
  const done = new Set<object>([offer.owner]);
  const found: Offer[] = [];
  for (const other of offers.slice(index + 1)) {
    if (other.rank !== offer.rank || other.meets === false || done.has(other.owner) || (offer.aged && other.aged && compareAges(offer.aged, other.aged) < 0)) continue;
    found.push(other);
    if (other.meets === true) done.add(other.owner);
  }
  return found;
}
