// Answers for people and for programs: one line, a tree of every hop, or `netstack/answer/v1`.
import { createColors } from 'picocolors';
import { toolVersion } from '../../../core/tool-version';
import { visible } from '../../report/report';
import type { DecidedBy, ExplainedHop, ExplainedWay, Explanation } from '../explain';
import { printDecider } from '../explain';
import type { Outcome } from '../flow';

export const ANSWER_FORMAT = 'netstack/answer/v1';

export interface PrintOptions {
  /** @default false */
  readonly color?: boolean;
}

const MARK: Readonly<Record<Outcome, string>> = { allowed: '✓', denied: '✗', undetermined: '?' };
const PAINT = { allowed: 'green', denied: 'red', undetermined: 'yellow' } as const;
/** More ways than anybody reads. */
const MOST_WAYS = 20;

type Paint = ReturnType<typeof createColors>;

/** `allowed  shop/web[Deployment] → shop/api[Deployment]:8080  decided by NetworkPolicy shop/api (ingress rule 1)` */
export function printAnswer(explanation: Explanation, { color = false }: PrintOptions = {}): string {
  return `${headline(explanation, createColors(color))}  ${visible(behind(explanation))}\n`;
}

/** The answer, and below it every way with its hops: who decided, where that is written, and what would turn it. */
export function printExplanation(explanation: Explanation, { color = false }: PrintOptions = {}): string {
  const paint = createColors(color);
  const lines = [headline(explanation, paint), visible(explanation.because)];
  const ways = together(explanation.ways);
  ways.slice(0, MOST_WAYS).forEach((way) => lines.push('', ...printWay(way, paint)));
  if (ways.length > MOST_WAYS) lines.push('', `… and ${ways.length - MOST_WAYS} more ${ways.length - MOST_WAYS === 1 ? 'way' : 'ways'}; --format json has them all`);
  return lines.join('\n') + '\n';
}

/** @param withWays - whether every hop is told */
export function answerJson({ ways, ...rest }: Explanation, withWays: boolean): string {
  return `${JSON.stringify({ schema: ANSWER_FORMAT, toolVersion: toolVersion(), ...rest, ...withWays ? { ways } : { only: ways[0]?.only } }, undefined, 2)}\n`;
}

function headline({ outcome, from, to, request, cluster }: Explanation, paint: Paint): string {
  const what = `${from} → ${to}${request === undefined || request === '' ? '' : ` ${request}`}${cluster === undefined ? '' : `  in ${cluster}`}`;
  return `${paint[PAINT[outcome]](paint.bold(outcome))}  ${visible(what)}`;
}

function behind({ outcome, because, decidedBy, ways }: Explanation): string {
  const only = outcome === 'allowed' && ways[0]?.only ? `only for ${ways[0].only.join(', ')}  ` : '';
  // What nobody decided, and what nobody knows, is said in words.
  if (outcome === 'undetermined' || decidedBy.length === 0) return `${only}because ${because.replace(/^(?:Whether|What|Where|The|No|A)(?= )/, (word) => word.toLowerCase())}`;
  return `${only}decided by ${listed(decidedBy)}`;
}

/** Ways that differ in who calls only are told once. */
function together(ways: readonly ExplainedWay[]): readonly ExplainedWay[] {
  const known = new Map<string, { readonly first: ExplainedWay; readonly callers: Set<string> }>();
  for (const way of ways) {
    // The internet is asked piece by piece; one piece says what would turn it.
    const key = JSON.stringify(way.from === 'internet' ? { ...way, wouldBe: undefined } : way).replaceAll(way.from, '');
    const same = known.get(key);
    if (same) same.callers.add(way.from);
    else known.set(key, { first: way, callers: new Set([way.from]) });
  }
  return [...known.values()].map(({ first, callers }) => (callers.size === 1 ? first : { ...first, from: `${first.from} and ${callers.size - 1} more` }));
}

function listed(deciders: readonly DecidedBy[]): string {
  const names = [...new Set(deciders.map(printDecider))];
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}

function printWay({ from, to, port, hops, wouldBe, outcome, only }: ExplainedWay, paint: Paint): readonly string[] {
  const lines = [paint.bold(visible(`${from} → ${to}  ${port}`))];
  const all = hops.map((hop) => printHop(hop, paint));
  if (hops.length === 0) all.push([`${paint[PAINT[outcome]](MARK[outcome])} nothing on the way restricts it`]);
  if (only) all.push([visible(`only for ${only.join(', ')}`)]);
  if (wouldBe) all.push(wouldBe.changes.flatMap(({ text, at }, i) => [`${i === 0 ? `would be ${wouldBe.outcome} if` : 'and if'} ${visible(text)}`, ...at && placeIn(at) !== '' ? [`  ${paint.dim(placeIn(at))}`] : []]));
  all.forEach((block, i) => {
    const last = i === all.length - 1;
    block.forEach((line, k) => lines.push(`${k === 0 ? (last ? '└ ' : '├ ') : last ? '  ' : '│ '}${line}`));
  });
  return lines;
}

function printHop({ layer, at, outcome, because, answer, decidedBy }: ExplainedHop, paint: Paint): string[] {
  const seen = outcome !== 'denied' || answer === undefined ? '' : typeof answer === 'number' ? ` (answered ${answer})` : ` (${answer})`;
  return [
    `${paint[PAINT[outcome]](MARK[outcome])} ${layer.padEnd(7)}  ${visible(at)}${seen}`,
    `  ${visible(because)}`,
    ...decidedBy.slice(0, 3).map((one) => `  ${paint.dim(placeOf(one))}`),
    ...decidedBy.length > 3 ? [`  ${paint.dim(`and ${decidedBy.length - 3} more ${decidedBy.length === 4 ? 'document' : 'documents'}`)}`] : [],
  ];
}

/** `NetworkPolicy shop/api (ingress rule 1)  dist/shop.k8s.yaml:41  prod/shop/api  infra/shop.ts:12` */
function placeOf(one: DecidedBy): string {
  return [visible(printDecider(one)), placeIn(one)].filter((text) => text !== '').join('  ');
}

function placeIn({ file, line, constructPath, source }: DecidedBy): string {
  return visible([file === undefined ? undefined : `${file}${line === undefined ? '' : `:${line}`}`, constructPath, source].filter((text) => text !== undefined).join('  '));
}
