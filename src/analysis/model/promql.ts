// PromQL as far as rules about it ask: which series an expression selects, and what histogram_quantile is given. No types, no evaluation.

export interface PromMatcher {
  readonly label: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** A vector selector: `http_requests_total{code=~"5.."}`. */
export interface PromSelector {
  readonly metric: string;
  readonly matchers: readonly PromMatcher[];
}

export interface PromQuery {
  readonly selectors: readonly PromSelector[];
  /** Histograms of which a quantile is asked after their label `le` is gone. */
  readonly quantilesWithoutLe: readonly string[];
}

interface Token {
  readonly kind: 'name' | 'text' | 'sign';
  readonly text: string;
}

const AGGREGATIONS: ReadonlySet<string> = new Set(['sum', 'min', 'max', 'avg', 'group', 'stddev', 'stdvar', 'count', 'count_values', 'bottomk', 'topk', 'quantile', 'limitk', 'limit_ratio']);
const WORDS: ReadonlySet<string> = new Set(['and', 'or', 'unless', 'atan2', 'bool', 'offset', 'inf', 'nan', 'start', 'end']);
/** Words before a list of labels. */
const LABEL_LISTS: ReadonlySet<string> = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);

/** Reads an expression; what no expression of PromQL is gives an empty answer. */
export function readPromql(expression: string): PromQuery {
  const tokens = tokensOf(expression);
  if (!tokens) return { selectors: [], quantilesWithoutLe: [] };
  return { selectors: selectorsOf(tokens), quantilesWithoutLe: quantilesOf(tokens) };
}

function tokensOf(expression: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of expression.matchAll(/\s+|#[^\n]*|([A-Za-z_:][\w:]*)|((?:\d+(?:\.\d*)?|\.\d+)[\w.]*)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|(=~|!~|!=|==|>=|<=|[-+*/%^(){}[\],=<>@:])/g)) {
    if (match.index !== end) return undefined;
    end += match[0].length;
    if (match[1] !== undefined) tokens.push({ kind: 'name', text: match[1] });
    else if (match[3] !== undefined) tokens.push({ kind: 'text', text: unquoted(match[3]) });
    else if (match[2] !== undefined || match[4] !== undefined) tokens.push({ kind: 'sign', text: match[0] });
  }
  return end === expression.length ? tokens : undefined;
}

function unquoted(text: string): string {
  return text.startsWith('`') ? text.slice(1, -1) : text.slice(1, -1).replace(/\\(.)/g, '$1');
}

const is = (token: Token | undefined, sign: string): boolean => token?.kind === 'sign' && token.text === sign;

function selectorsOf(tokens: readonly Token[]): readonly PromSelector[] {
  const selectors: PromSelector[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind === 'name') {
      const word = token.text.toLowerCase();
      if (LABEL_LISTS.has(word) && is(tokens[i + 1], '(')) {
        i = closing(tokens, i + 1);
      } else if (is(tokens[i + 1], '{')) {
        selectors.push({ metric: token.text, matchers: matchersOf(tokens.slice(i + 2, closing(tokens, i + 1))) });
        i = closing(tokens, i + 1);
      } else if (!is(tokens[i + 1], '(') && !WORDS.has(word) && !AGGREGATIONS.has(word) && !LABEL_LISTS.has(word)) {
        selectors.push({ metric: token.text, matchers: [] });
      }
    } else if (is(token, '{')) {
      const matchers = matchersOf(tokens.slice(i + 1, closing(tokens, i)));
      const name = matchers.find(({ label, op }) => label === '__name__' && op === '=');
      if (name) selectors.push({ metric: name.value, matchers });
      i = closing(tokens, i);
    } else if (is(token, '[')) {
      i = closing(tokens, i);
    }
  }
  return selectors;
}

function matchersOf(tokens: readonly Token[]): readonly PromMatcher[] {
  return tokens.flatMap((token, i): PromMatcher[] => {
    const op = tokens[i + 1]?.text;
    const value = tokens[i + 2];
    return token.kind !== 'sign' && value?.kind === 'text' && (op === '=' || op === '!=' || op === '=~' || op === '!~') ? [{ label: token.text, op, value: value.text }] : [];
  });
}

/** The place of the bracket that closes the one at `open`; the end when none does. */
function closing(tokens: readonly Token[], open: number): number {
  const [opens, closes] = { '(': ['(', ')'], '{': ['{', '}'], '[': ['[', ']'] }[tokens[open]!.text]!;
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (is(tokens[i], opens!)) depth++;
    else if (is(tokens[i], closes!) && --depth === 0) return i;
  }
  return tokens.length;
}

function quantilesOf(tokens: readonly Token[]): readonly string[] {
  const found: string[] = [];
  tokens.forEach((token, i) => {
    if (token.kind !== 'name' || token.text.toLowerCase() !== 'histogram_quantile' || !is(tokens[i + 1], '(')) return;
    const inner = tokens.slice(i + 2, closing(tokens, i + 1));
    const comma = topLevelComma(inner);
    const lost = comma < 0 ? undefined : histogramWithoutLe(inner.slice(comma + 1));
    if (lost !== undefined) found.push(lost);
  });
  return found;
}

function topLevelComma(tokens: readonly Token[]): number {
  for (let i = 0; i < tokens.length; i++) {
    if (['(', '{', '['].some((sign) => is(tokens[i], sign))) i = closing(tokens, i);
    else if (is(tokens[i], ',')) return i;
  }
  return -1;
}

/** The classic histogram of an argument whose outermost aggregation takes `le` away; one with native buckets has no such label. */
function histogramWithoutLe(argument: readonly Token[]): string | undefined {
  const [first] = argument;
  const aggregation = first?.text.toLowerCase();
  if (first?.kind !== 'name' || (aggregation !== 'sum' && aggregation !== 'avg' && aggregation !== 'max' && aggregation !== 'min')) return undefined;
  let at = 1;
  let grouping = groupingAt(argument, at);
  if (grouping) at = grouping.end + 1;
  if (!is(argument[at], '(')) return undefined;
  const end = closing(argument, at);
  grouping ??= groupingAt(argument, end + 1);
  // More behind the aggregation is arithmetic, which is not followed.
  if (end + 1 < argument.length && grouping?.end !== argument.length - 1) return undefined;
  if (grouping ? grouping.keepsLe : false) return undefined;
  return selectorsOf(argument.slice(at + 1, end)).map(({ metric }) => metric).find((metric) => metric.endsWith('_bucket'));
}

function groupingAt(tokens: readonly Token[], at: number): { readonly end: number; readonly keepsLe: boolean } | undefined {
  const word = tokens[at]?.text.toLowerCase();
  if (tokens[at]?.kind !== 'name' || (word !== 'by' && word !== 'without') || !is(tokens[at + 1], '(')) return undefined;
  const end = closing(tokens, at + 1);
  const names = tokens.slice(at + 2, end).some(({ kind, text }) => kind !== 'sign' && text === 'le');
  return { end, keepsLe: word === 'by' ? names : !names };
}
