// Conditions on requests in Cilium's words. Its fields are RE2 patterns that must match whole; `path` is matched against what HTTP calls the request target,
// with the query in it (getHTTPRule in pkg/envoy/policy/envoy_l7_rules_translator.go).
import type { CiliumNetworkPolicySpecEgressToPortsRulesHttp } from '../../../imports/cilium.io/v2';
import type { Http } from '../../core/http';
import type { Path } from '../../core/path';

/** A query may follow every path: it is no part of it. */
const QUERY = '(\\?.*)?';

/** A longer pattern may exceed 100 instructions, where Envoy refuses it, and with it every policy of the pod (cilium/cilium#41314). */
export const MAX_PATTERN_LENGTH = 72;

/** The rules for one condition: one for each path and choice of header values, because a rule knows one value of a header. */
export function renderHttp(http: Http): CiliumNetworkPolicySpecEgressToPortsRulesHttp[] {
  const method = http.methods.length === 0 ? undefined : http.methods.length === 1 ? http.methods[0] : `(${http.methods.join('|')})`;
  const paths = http.paths.length === 0 ? [undefined] : http.paths.map(pathPattern);
  const choices = http.headers.reduce<Array<Array<{ name: string; value: string }>>>(
    (sofar, { name, values }) => sofar.flatMap((choice) => values.map((value) => [...choice, { name, value }])), [[]],
  );
  return paths.flatMap((path) => choices.map((headerMatches) => ({
    ...method !== undefined && { method },
    ...path !== undefined && { path },
    ...headerMatches.length > 0 && { headerMatches },
  })));
}

/** A pattern for a path: whole segments for a prefix, and a query after it. */
export function pathPattern(path: Path): string {
  switch (path.type) {
    case 'exact': return `${escapePattern(path.value)}${QUERY}`;
    case 'prefix': return path.value === '/' ? '/.*' : `${escapePattern(path.value)}(/.*)?${QUERY}`;
    case 'regex': return `(${path.value})${QUERY}`;
  }
}

/** Whether Envoy may refuse the pattern for its size. */
export function isTooLong(path: Path): boolean {
  return path.value.length > MAX_PATTERN_LENGTH;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}
