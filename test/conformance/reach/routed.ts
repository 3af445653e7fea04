// What proofs about routes have in common: the request as a backend saw it, and whether a run has proven anything.
import type { Routing } from '../../../src/analysis/reach/gateway/routing';

/** Headers that backends send back. */
export const ECHOED: readonly string[] = ['x-a', 'x-b', 'x-c'];

/** The request as the backend saw it. */
export interface Echo {
  readonly path: string | undefined;
  readonly host: string | undefined;
  /** Those of {@link ECHOED}. */
  readonly headers: Readonly<Record<string, string>> | undefined;
}

/** What is not as it was said of the request that the backend saw. */
export function wrongRequest(got: Echo, { path, host, query, headers }: Routing['backends'][number]['request']): string | undefined {
  if (path !== undefined && got.path !== (query === undefined ? path : `${path}?${query}`)) return `path ${path} was said`;
  if (host !== undefined && got.host !== host) return `host ${host} was said`;
  if (headers === undefined) return undefined;
  const said = Object.fromEntries(ECHOED.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
  return ECHOED.every((name) => said[name] === got.headers?.[name]) ? undefined : `headers ${JSON.stringify(said)} were said`;
}

export interface RoutedCount {
  readonly requests: number;
  readonly reached: number;
  readonly undetermined: number;
  readonly differences: readonly string[];
}

/** Sets the code with which the run ends. Who says nothing is never wrong: most answers have to be answers. */
export function endWith({ requests, reached, undetermined, differences }: RoutedCount): void {
  if (differences.length > 0) process.exitCode = 1;
  if (undetermined <= requests / 10 && reached >= requests / 10) return;
  console.log('Too few requests are decided, or too few reach a backend, to prove anything');
  process.exitCode = 1;
}
