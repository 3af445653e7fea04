// Selectors of Calico against its own parser: well-formed ones, ones with a word too many or too few, and words in any order.
// What is one, and which labels meet it, must be the same.
//   npx tsx test/conformance/reach/calico-selectors.ts [--texts=60000] [--seed=1] [--show=10]
import { meetsCalicoSelector, parseCalicoSelector } from '../../../src/analysis/model/calico-selector';
import { wideSelector } from '../../reach/worlds/cni-calico-wide';
import { Choices, seeded } from '../../reach/worlds/draw';
import { askCalicoSelectors, CALICO_VERSION, whyNoCalico } from '../engines/calico';
import { option } from './options';

/** `global()` is none of them: it means what stands in no namespace, which labels do not tell. */
const TOKENS: readonly string[] = [
  'app', 'tier', '==', '!=', "'web'", '"db"', 'in', 'not in', 'notin', 'not  in', '{', '}', ',', '(', ')', '!', '&&', '||', 'has(app)', 'has( tier )', 'has (app)', 'all()', 'all( )', 'contains',
  'starts with', 'startswith', 'starts', 'ends with', 'endswith', 'with', "'a'", "''", '\t', '\n', ' ', 'has', 'all', 'not', 'a.b/c-d', '=', '&', '|', "'", '"', 'ä', '1', '!has(app)', "{'web',}",
  "{'web' 'db'}", '{}',
];

type Labels = Readonly<Record<string, string>>;

function textOf(choose: Choices): string {
  return choose.one<() => string>([
    () => wideSelector(choose, 'pods', 3), () => wideSelector(choose, 'pods', 3),
    () => {
      const words = wideSelector(choose, 'pods').split(' ');
      words.splice(choose.below(words.length), choose.below(2), choose.one(TOKENS));
      return words.join(choose.one([' ', ' ', '', '  ']));
    },
    () => Array.from({ length: choose.between(1, 6) }, () => choose.one(TOKENS)).join(choose.one([' ', ' ', ''])),
  ])();
}

function labelsOf(choose: Choices): Labels {
  const all: ReadonlyArray<readonly [string, string]> = [
    ['app', choose.one(['web', 'db', 'a', ''])], ['tier', choose.one(['x', 'y'])], ['has', 'web'], ['all', 'a'], ['1', 'a'], ['projectcalico.org/namespace', 'a'],
  ];
  return Object.fromEntries(all.filter(() => choose.chance(60)));
}

async function main(): Promise<number> {
  const why = await whyNoCalico();
  if (why !== undefined) {
    console.error(why);
    return 2;
  }
  const seed = option('seed', 1);
  const choose = new Choices(seeded(seed));
  const texts = Array.from({ length: option('texts', 60000) }, () => textOf(choose));
  const labels = Array.from({ length: 12 }, () => labelsOf(choose));
  const theirs = await askCalicoSelectors(texts, labels);
  const differences: string[] = [];
  let read = 0;
  let met = 0;
  texts.forEach((text, i) => {
    const selector = parseCalicoSelector(text);
    const ours = selector === undefined ? null : labels.map((one) => meetsCalicoSelector(selector, (key) => one[key] ?? null) === true);
    if (theirs[i] !== null) read++;
    met += theirs[i]?.filter((one) => one).length ?? 0;
    if (JSON.stringify(ours) !== JSON.stringify(theirs[i])) differences.push(`${JSON.stringify(text)}: Calico ${JSON.stringify(theirs[i])}, ours ${JSON.stringify(ours)}`);
  });
  for (const one of differences.slice(0, option('show', 10))) console.log(one);
  console.log(`Calico's selectors ${CALICO_VERSION}: ${texts.length} texts from seed ${seed}, ${read} read, ${texts.length - read} refused; ${met} of ${read * labels.length} sets of labels meet theirs; ${differences.length} differences`);
  return differences.length === 0 ? 0 : 1;
}

if (require.main === module) {
  main().then((code) => process.exit(code), (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  });
}
