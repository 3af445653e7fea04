// What the ways of a question come to: parts that must all be open, alternatives of which one is enough, and sources that are asked together.
import type { Decider, Hop, Outcome } from './flow';
import { worst } from './flow';
import type { Way } from './trace';

/** What several ways come to. */
export interface Result {
  readonly outcome: Outcome;
  readonly ways: readonly Way[];
}

/** What is answered to one of the sources of a question. */
export interface Group extends Result {
  readonly from: string;
}

export function one(way: Way): Result {
  return { outcome: way.outcome, ways: [way] };
}

/** Parts that must all be open. */
export function all(results: readonly Result[]): Result {
  return { outcome: worst(results.map(({ outcome }) => outcome)), ways: results.flatMap(({ ways }) => ways) };
}

/** Alternatives, of which one is enough. */
export function any(results: readonly Result[]): Result {
  const outcome: Outcome = results.some((one) => one.outcome === 'allowed') ? 'allowed' : results.some((one) => one.outcome === 'undetermined') ? 'undetermined' : 'denied';
  return { outcome, ways: [...results].sort((a, b) => rank(a, outcome) - rank(b, outcome)).flatMap(({ ways }) => ways) };
}

function rank({ outcome }: Result, wanted: Outcome): number {
  return outcome === wanted ? 0 : 1;
}

/** A way behind the steps that lead to it. */
export function withPrefix(way: Way, prefix: readonly Hop[]): Way {
  return prefix.length === 0 ? way : { ...way, hops: [...prefix, ...way.hops], outcome: worst([...prefix, ...way.hops].map(({ outcome }) => outcome)) };
}

/** What all sources together are told. */
export interface Together extends Result {
  /** One sentence. */
  readonly because: string;
  readonly decidedBy: readonly Decider[];
}

/** Sources that are asked together must agree; where they do not, the answer says for whom it is what. */
export function combine(groups: readonly Group[]): Together {
  const outcomes = new Set(groups.map(({ outcome }) => outcome));
  const mixed = outcomes.size > 1;
  const outcome: Outcome = mixed ? 'undetermined' : worst(outcomes);
  const ways = distinct(groups.flatMap((group) => group.ways));
  const deciding = ways.find((way) => way.outcome === outcome) ?? ways.find((way) => way.outcome !== 'allowed') ?? ways[0];
  const hop = deciding && (deciding.outcome === 'allowed' ? lastDecided(deciding.hops) : deciding.hops.find((one) => one.outcome === deciding.outcome) ?? deciding.hops.at(-1));
  if (!mixed) return { outcome, because: hop?.because ?? 'nothing restricts it', decidedBy: hop?.decidedBy ?? [], ways };
  const of = (wanted: Outcome, words: string): readonly string[] => (outcomes.has(wanted) ? [`${words} ${few(groups.filter((group) => group.outcome === wanted).map(({ from }) => from))}`] : []);
  const parts = [...of('allowed', 'allowed for'), ...of('denied', outcomes.has('allowed') ? 'not for' : 'denied for'), ...of('undetermined', 'not known for')];
  const said = `it is ${parts.slice(0, -1).join(', ')}${parts.length > 2 ? ',' : ''} and ${parts.at(-1)!}`;
  return { outcome, ways, decidedBy: hop?.decidedBy ?? [], because: outcomes.has('undetermined') ? `${said}: ${hop?.because ?? ''}` : said };
}

/** Pieces of one network that go the same way are one. */
function distinct(ways: readonly Way[]): readonly Way[] {
  const seen = new Map<string, Way>();
  for (const way of ways) {
    const key = JSON.stringify([way.to, way.port, way.outcome, way.only, way.hops.map(({ at, because, outcome }) => [at, because, outcome])]);
    if (!seen.has(key)) seen.set(key, way);
  }
  return [...seen.values()];
}

/** Of what is allowed: the last step at which a document decided. */
function lastDecided(hops: readonly Hop[]): Hop | undefined {
  return [...hops].reverse().find(({ decidedBy }) => decidedBy.length > 0) ?? hops.at(-1);
}

function few(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  return distinct.length <= 3 ? distinct.join(', ') : `${distinct.slice(0, 2).join(', ')} and ${distinct.length - 2} more`;
}
