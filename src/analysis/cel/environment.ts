// What Kubernetes' expressions may use, by the release that brought it. Source: apiserver pkg/cel/environment/base.go.
import type { Fold } from './ast';
import type { CelFunction, Library } from './library/library';
import { ADDRESSES } from './library/addresses';
import { LISTS, LISTS_3, OPTIONALS_2, SETS } from './library/lists';
import { NAMED_FORMATS } from './library/named-formats';
import { OPTIONALS } from './library/optionals';
import { QUANTITIES } from './library/quantities';
import { SEMVER } from './library/semver';
import { STANDARD } from './library/standard';
import { STRINGS, STRINGS_2 } from './library/text-functions';
import { TIMES } from './library/times';
import { URLS } from './library/urls';

export const LIBRARIES: readonly Library[] = [
  STANDARD, TIMES, STRINGS, STRINGS_2, LISTS, SETS, URLS, OPTIONALS, QUANTITIES, ADDRESSES, NAMED_FORMATS, SEMVER, OPTIONALS_2, LISTS_3,
];

/** Minor versions of Kubernetes 1 that brought what is syntax. */
export const OPTIONAL_SYNTAX = 28;
const TWO_VARIABLES = 32;

/** The release that a macro with so many variables needs. */
export function foldSince(fold: Fold, variables: number): number {
  if (fold === 'sortBy') return 34;
  if (fold === 'optMap' || fold === 'optFlatMap') return OPTIONAL_SYNTAX;
  return variables === 2 ? TWO_VARIABLES : 0;
}

let table: Map<string, { readonly since: number; readonly call: CelFunction }[]> | undefined;

function functions(): ReadonlyMap<string, readonly { readonly since: number; readonly call: CelFunction }[]> {
  if (table) return table;
  table = new Map();
  for (const { since, functions: all } of LIBRARIES) {
    for (const [key, call] of Object.entries(all)) table.set(key, [...table.get(key) ?? [], { since, call }]);
  }
  return table;
}

/** Functions of one name, style and number of arguments: those that a release has, or the first release that has any. */
export function lookUp(key: string, kubernetes: number): { readonly calls: readonly CelFunction[] } | { readonly since: number } | undefined {
  const all = functions().get(key);
  if (!all) return undefined;
  const calls = all.filter(({ since }) => since <= kubernetes).map(({ call }) => call);
  return calls.length > 0 ? { calls } : { since: Math.min(...all.map(({ since }) => since)) };
}

/** Whether a function of this name exists, with whatever arguments. */
export function isFunction(name: string): boolean {
  for (const key of functions().keys()) if (key.startsWith(`${name}/`)) return true;
  return false;
}
