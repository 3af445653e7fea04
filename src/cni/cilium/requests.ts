// Conditions on requests in Cilium's words. Its fields are RE2 patterns that must match whole; `path` is matched against what HTTP calls the request target,
// with the query in it (getHTTPRule in pkg/envoy/policy/envoy_l7_rules_translator.go).
import type { CiliumNetworkPolicySpecEgressToPortsRulesHttp } from '../../../imports/cilium.io/v2';
import type { Http } from '../../core/http';
import type { Path } from '../../core/path';

/** A query may follow every path: it is no part of it. */
const QUERY = '(\\?.*)?';

/** Envoy refuses a pattern of more instructions than this, and with it every policy of the pod (cilium/cilium#41314). */
const MAX_INSTRUCTIONS = 100;

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
    case 'prefix': return path.value === '/' ? '/.*' : `${escapePattern(path.value)}([/?].*)?`;
    case 'regex': return `(${path.value})${QUERY}`;
  }
}

/** Whether Envoy refuses the pattern of a path for its size. */
export function isTooLarge(path: Path): boolean {
  return instructions(pathPattern(path)) > MAX_INSTRUCTIONS;
}

/** About how many instructions RE2 makes of a pattern: one for a character, some for what stands for many characters in UTF-8, and copies for counted repetitions. */
export function instructions(pattern: string): number {
  const open: number[] = [0];
  let last = 0;
  const add = (size: number): void => {
    open[open.length - 1]! += size;
    last = size;
  };
  for (const [token, least, most] of pattern.matchAll(/\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|\((?:\?[^:)]*:)?|\)|\{(\d+)(?:,(\d*))?\}|[\s\S]/g)) {
    if (token.startsWith('(')) open.push(0);
    else if (token === ')') add(open.length > 1 ? open.pop()! + 2 : 1);
    else if (least !== undefined) open[open.length - 1]! += (last + 1) * (Math.max(Number(least), Number(most || least)) - 1);
    else if ('*+?|'.includes(token)) open[open.length - 1]! += 1;
    else if (token === '.') add(8);
    else add(token.startsWith('[^') ? 8 : 1);
  }
  return open.reduce((sum, size) => sum + size, 0) + 4;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}
