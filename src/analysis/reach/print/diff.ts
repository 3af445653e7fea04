// Differences for people, for pull requests and for programs.
import { createColors } from 'picocolors';
import { toolVersion } from '../../../core/tool-version';
import { visible } from '../../report/report';
import type { ChangeKind, ConnectivityDiff, PairChange } from '../diff';
import type { Cause } from '../diff-cause';
import type { PrintOptions } from './answer';
import { csvTable } from './csv';

export const DIFF_FORMAT = 'netstack/diff/v1';

const KINDS: readonly ChangeKind[] = ['added', 'widened', 'narrowed', 'removed'];
const SIGN: Readonly<Record<ChangeKind, string>> = { added: '+', widened: '>', narrowed: '<', removed: '-' };
const PAINT = { added: 'red', widened: 'red', narrowed: 'green', removed: 'green' } as const;
const COLOR: Readonly<Record<ChangeKind, string>> = { added: 'red', widened: 'orange', narrowed: 'blue', removed: 'gray' };
/** A comment on GitHub holds 65,536 characters. */
const MOST_CHARACTERS = 60_000;

/** Whether any pair is open that was not, or open on more ports. */
export function opens({ pairs }: ConnectivityDiff): boolean {
  return pairs.some(({ kind }) => kind === 'added' || kind === 'widened');
}

/** `2 added, 1 removed, 0 widened, 1 narrowed; 1 workload is new` */
export function diffSummary({ pairs, added, removed, undetermined, reason }: ConnectivityDiff): string {
  const count = (kind: ChangeKind): number => pairs.filter((pair) => pair.kind === kind).length;
  const pairsSaid = pairs.length === 0 ? 'No pair is different' : `${pairs.length} ${pairs.length === 1 ? 'pair is' : 'pairs are'} different: ${KINDS.filter((kind) => count(kind) > 0).map((kind) => `${count(kind)} ${kind}`).join(', ')}`;
  const workloads = [added.length > 0 ? `${added.length} ${added.length === 1 ? 'workload is' : 'workloads are'} new` : '', removed.length > 0 ? `${removed.length} ${removed.length === 1 ? 'workload is' : 'workloads are'} gone` : ''];
  const unknown = undetermined === 0 ? '' : `of ${undetermined} more ${undetermined === 1 ? 'pair' : 'pairs'} the documents do not decide whether something was opened${reason === undefined ? '' : ` (${reason})`}`;
  return [pairsSaid, ...workloads, unknown].filter((text) => text !== '').join('; ');
}

/** Every change with its causes, then the summary. */
export function diffText(diff: ConnectivityDiff, { color = false }: PrintOptions = {}): string {
  const paint = createColors(color);
  const lines: string[] = [];
  for (const name of diff.added) lines.push(`${paint.bold('new')}   ${visible(name)}`);
  for (const name of diff.removed) lines.push(`${paint.bold('gone')}  ${visible(name)}`);
  if (lines.length > 0) lines.push('');
  for (const change of ordered(diff)) {
    lines.push(`${paint[PAINT[change.kind]](`${SIGN[change.kind]} ${change.kind.padEnd(8)}`)}  ${visible(`${namesOf(change)} : ${portsOf(change)}`)}`);
    for (const cause of change.causes) lines.push(`    ${visible(withPlace(cause))}`);
  }
  if (diff.pairs.length > 0) lines.push('');
  lines.push(visible(diffSummary(diff)));
  return `${lines.join('\n')}\n`;
}

export function diffCsv(diff: ConnectivityDiff): string {
  return csvTable(['change', 'cluster', 'src', 'dst', 'before', 'after', 'cause'], ordered(diff).map(({ kind, cluster = '', src, dst, before, after, causes }) => [
    kind, cluster, src, dst, before, after, causes.map(({ text }) => text).join('; '),
  ]));
}

export function diffJson(diff: ConnectivityDiff): string {
  const count = (kind: ChangeKind): number => diff.pairs.filter((pair) => pair.kind === kind).length;
  const { added, removed, undetermined, reason } = diff;
  return `${JSON.stringify({
    schema: DIFF_FORMAT, toolVersion: toolVersion(), pairs: ordered(diff), workloads: { added, removed },
    summary: { ...Object.fromEntries(KINDS.map((kind) => [kind, count(kind)])), undetermined, ...reason !== undefined && { reason } },
  }, undefined, 2)}\n`;
}

/** For a comment on a pull request. */
export function diffMarkdown(diff: ConnectivityDiff): string {
  const sign = opens(diff) ? '⚠️' : diff.undetermined > 0 ? '❔' : '✅';
  let text = `### netstack diff: ${sign} ${cell(diffSummary(diff))}\n`;
  for (const [title, names] of [['New', diff.added], ['Gone', diff.removed]] as const) if (names.length > 0) text += `\n${title}: ${names.slice(0, 50).map((name) => `\`${visible(name).replaceAll('`', "'")}\``).join(', ')}${names.length > 50 ? ` and ${names.length - 50} more` : ''}\n`;
  if (diff.pairs.length === 0) return text;
  text += '\n| | from | to | before | after | cause |\n|---|---|---|---|---|---|\n';
  const changes = ordered(diff);
  for (const [i, { kind, cluster, src, dst, before, after, causes }] of changes.entries()) {
    const prefix = cluster === undefined ? '' : `${cluster}:`;
    const row = `| ${kind} | ${[prefix + src, prefix + dst, before === '' ? '–' : before, after === '' ? '–' : after, causes.map(({ text: one }) => one).join('; ')].map(cell).join(' | ')} |\n`;
    if (text.length + row.length > MOST_CHARACTERS) return `${text}\n… and ${changes.length - i} more: \`netstack diff\` lists them.\n`;
    text += row;
  }
  return text;
}

/** For Graphviz: only what changed. */
export function diffDot(diff: ConnectivityDiff): string {
  const quoted = (text: string): string => `"${visible(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const edges = ordered(diff).map((change) => {
    const prefix = change.cluster === undefined ? '' : `${change.cluster}:`;
    return `  ${quoted(prefix + change.src)} -> ${quoted(prefix + change.dst)} [label=${quoted(`${change.kind}: ${portsOf(change)}`)}, color=${COLOR[change.kind]}${change.kind === 'removed' ? ', style=dashed' : ''}];`;
  });
  return ['digraph diff {', '  rankdir=LR;', '  node [shape=box];', ...edges, '}', ''].join('\n');
}

/** What was opened comes first. */
function ordered({ pairs }: ConnectivityDiff): readonly PairChange[] {
  return KINDS.flatMap((kind) => pairs.filter((pair) => pair.kind === kind));
}

function namesOf({ cluster, src, dst }: PairChange): string {
  const prefix = cluster === undefined ? '' : `${cluster}:`;
  return `${prefix}${src} => ${prefix}${dst}`;
}

function portsOf({ kind, before, after }: PairChange): string {
  return kind === 'added' && before === '' ? after : kind === 'removed' ? before : `${before} → ${after}`;
}

function withPlace({ text, document }: Cause): string {
  return document?.file === undefined ? text : `${text}  ${document.file}${document.line === undefined ? '' : `:${document.line}`}`;
}

function cell(text: string): string {
  return visible(text).replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
