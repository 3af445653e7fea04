// What the differential test has found, and how it is printed.
import { resolveTargets } from '../../../src/core/targets';
import type { Compared, Verdict } from './compare';

const LEAST_SAME_FIELD = 0.95;

export class Report {
  private readonly rounds: Map<string, Compared[]> = new Map();
  private readonly seen: Map<string, number> = new Map();
  private readonly wrong: string[] = [];

  add(title: string, compared: readonly Compared[]): void {
    this.rounds.set(title, [...this.rounds.get(title) ?? [], ...compared]);
    if (process.argv.includes('--verbose')) for (const one of compared) if (one.sameField === false) console.log(`OTHER FIELD ${line(one)}`);
  }

  /** Whether few disagreements of this kind were met before. */
  isRare({ verdict, object }: Compared, few: number): boolean {
    const key = `${verdict} ${String(object.kind)}`;
    const times = (this.seen.get(key) ?? 0) + 1;
    this.seen.set(key, times);
    return times <= few;
  }

  disagreement(one: Compared, file?: string): void {
    this.fail(`${line(one)}${file === undefined ? '' : ` (kept in ${file})`}`);
  }

  fail(words: string): void {
    this.wrong.push(words);
  }

  /** Prints the counts. @returns what is wrong */
  finish(): string[] {
    for (const [title, compared] of this.rounds) {
      const counts = tally(compared.map(({ verdict }) => verdict));
      console.log(`${title}: ${compared.length}`);
      for (const [verdict, count] of counts.sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`  ${String(count).padStart(6)} ${verdict}`);
      spread('asked of', compared.map(clusterOf));
      spread('refused by us first for', compared.filter(({ verdict }) => verdict === 'both refuse').map(({ problems }) => reasonOf(problems[0]!.id)));
      print('named differences', compared, ['quirk', 'not served']);
      print('refusals of built-in kinds that are not held, by path', compared, ['unlisted field of a built-in kind']);
    }
    const named = (this.rounds.get('mutants') ?? []).filter(({ sameField }) => sameField !== undefined);
    const same = named.filter(({ sameField }) => sameField === true).length;
    const share = named.length === 0 ? 1 : same / named.length;
    console.log(`same first field: ${same} of ${named.length} mutants that both refuse and of which the server names one (${(share * 100).toFixed(2)} %)`);
    return share >= LEAST_SAME_FIELD ? this.wrong : [...this.wrong, `the first field is the same in ${(share * 100).toFixed(2)} % only`];
  }
}

function print(title: string, compared: readonly Compared[], verdicts: readonly Verdict[]): void {
  const counts = tally(compared.filter(({ verdict }) => verdicts.includes(verdict)).map(({ why = '' }) => why));
  if (counts.length > 0) console.log(`    ${title}: ${counts.sort(([, a], [, b]) => b - a).map(([why, count]) => `${why} ${count}`).join(', ')}`);
}

function spread(title: string, words: readonly string[]): void {
  if (words.length > 0) console.log(`    ${title}: ${tally(words).sort(([, a], [, b]) => b - a).map(([word, count]) => `${word} ${count}`).join(', ')}`);
}

function clusterOf({ targets }: Compared): string {
  const { kubernetes, gatewayApi, gatewayApiChannel } = resolveTargets(targets);
  return `Kubernetes ${kubernetes} with Gateway API ${gatewayApi}/${gatewayApiChannel}`;
}

const REASONS: Readonly<Record<string, string>> = {
  NS0011: 'an unknown field', NS0012: 'a wrong type', NS0013: 'a missing field', NS0014: 'a value that is not allowed', NS0015: 'an item twice', NS0016: 'a rule in CEL', NS0020: 'what only its own code asks', NS0021: 'metadata',
};

const reasonOf = (id: string): string => REASONS[id] ?? id;

function tally(words: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts];
}

function line({ verdict, name, answer, problems }: Compared): string {
  const server = answer.status === 201 ? 'accepted' : `${answer.status} ${answer.message.replace(/\s+/g, ' ').slice(0, 500)}`;
  return `${verdict}: ${name.slice(0, 400)}: server: ${server}; validation: ${problems.slice(0, 3).map(({ id, field, message }) => `${id} ${field}: ${message}`).join(' | ').slice(0, 500) || 'clean'}`;
}
