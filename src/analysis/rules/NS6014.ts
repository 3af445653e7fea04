import { readHaproxy } from '../../formats/haproxy/read';
import type { RuleFinding, Rule } from './rule';

const GLOBAL = (threads: number, map: string): string => `global
    nbthread ${threads}
    cpu-map ${map}
`;

export const rule: Rule = {
  id: 'NS6014',
  class: 'risk',
  title: 'HAProxy has other threads than its CPU map',
  sees: 'nbthread and cpu-map of a haproxy.cfg: a map with "auto:" whose two sets are not of one size, and maps that leave threads out or name threads that there are not.',
  why: 'With "auto:" HAProxy refuses to start. Otherwise a thread without a CPU of its own moves about, and its share of the connections (SO_REUSEPORT gives each thread the same) waits longer.',
  fix: 'name every thread once: nbthread 17 and cpu-map auto:1/1-17 0-16',
  covers: ['R56'],
  docs: ['https://docs.haproxy.org/3.0/configuration.html#cpu-map'],
  subjects: ['file:haproxy'],
  failing: { files: { 'haproxy:haproxy.cfg': GLOBAL(17, 'auto:1/1-16 0-15') }, says: 'nbthread is 17, and cpu-map names 16 threads' },
  passing: { files: { 'haproxy:haproxy.cfg': GLOBAL(17, 'auto:1/1-17 1-17') } },
  checkWorld(world, report) {
    for (const file of world.files('haproxy')) for (const { line, finding } of disagreements(file.text)) report(file, [line], finding);
  },
};

function disagreements(text: string): readonly { readonly line: number; readonly finding: RuleFinding }[] {
  const lines = readHaproxy(text).filter(({ kind }) => kind === 'global').flatMap((section) => section.lines);
  const count = lines.filter(({ words }) => words[0] === 'nbthread' && /^\d+$/.test(words[1] ?? '')).pop();
  const maps = lines.filter(({ words }) => words[0] === 'cpu-map');
  const found: { line: number; finding: RuleFinding }[] = [];
  const threads = new Set<number>();
  for (const { words, line } of maps) {
    const [, auto, group, own] = /^(auto:)?([^/]+)(?:\/(.+))?$/.exec(words[1] ?? '') ?? [];
    const named = own === undefined ? undefined : numbersOf([own]);
    const processors = numbersOf(words.slice(2));
    if (auto !== undefined && named && processors && named.length !== processors.length) {
      found.push({ line, finding: { message: `cpu-map ${words[1]!} has ${named.length} threads and ${processors.length} CPUs, and with auto: both must be as many`, severity: 'error' } });
    }
    // Several groups share nbthread among them; words such as "all" and "odd" name what is there.
    if (!named || group !== '1') return found;
    for (const thread of named) threads.add(thread);
  }
  if (!count || maps.length === 0 || lines.some(({ words }) => words[0] === 'thread-groups')) return found;
  const wanted = Number(count.words[1]);
  if (threads.size !== wanted || [...threads].some((thread) => thread > wanted)) {
    found.push({ line: maps[0]!.line, finding: { message: `nbthread is ${wanted}, and cpu-map names ${threads.size} threads`, fix: `name the threads 1 to ${wanted} in cpu-map` } });
  }
  return found;
}

/** `1-4`, `0,2,4-6`; undefined for words. */
function numbersOf(sets: readonly string[]): readonly number[] | undefined {
  const numbers = new Set<number>();
  for (const part of sets.flatMap((set) => set.split(','))) {
    const [, first, last] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part) ?? [];
    if (first === undefined) return undefined;
    for (let i = Number(first); i <= Number(last ?? first); i++) numbers.add(i);
  }
  return [...numbers];
}
