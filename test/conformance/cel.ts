// Are our answers in CEL the API server's? Its own packages judge them (engines/cel): `npx tsx test/conformance/cel.ts [--values=N] [--seed=N]`.
//
// Asked are the example expressions of test/fixtures/cel, and every rule of the shipped definitions over random values of its node, old values included. The two must agree on
// every value, and of rules on the fields that they refuse.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '../../src/analysis/cel/parser';
import { SchemaRules } from '../../src/analysis/cel/rules';
import { normalize } from '../../src/analysis/schema/defaults';
import type { SchemaNode } from '../../src/analysis/schema/node';
import type { CheckContext } from '../../src/analysis/schema/problem';
import { QUIET } from '../../src/analysis/schema/problem';
import { SchemaStore } from '../../src/analysis/schema/store';
import type { Place } from '../analysis/cel/corpus';
import { nodesWithRules } from '../analysis/cel/corpus';
import { Generator, hintsOf, mulberry } from '../analysis/cel/generator';
import { outcome } from '../analysis/cel/outcome';
import { askWrapper, buildWrapper, wrapperBinary } from './engines/wrapper';
import { expand } from './engines/kube-apiserver/from-schemas';

const CEL = { name: 'cel', version: '0.35.4' } as const;
const EXAMPLES = join(__dirname, '..', 'fixtures', 'cel', 'expressions.json');
/** The release of `engines/cel/go.mod`. */
const KUBERNETES = 35;

interface Answer {
  readonly engine: string;
  readonly expressions: readonly { readonly value?: string; readonly error?: string; readonly static?: boolean }[];
  readonly schemas: readonly { readonly error?: string; readonly values: readonly (readonly { readonly field: string; readonly detail: string }[])[] }[];
}

/**
 * Prints what differs.
 *
 * @param values of each node
 * @param prepare builds the judge when it is missing: minutes
 * @returns whether nothing does; undefined when the judge could not be had, which the print says
 */
export async function judgeExpressions(values: number = 40, seed: number = 1, prepare: boolean = false): Promise<boolean | undefined> {
  if (prepare) await buildWrapper(CEL).catch((error: unknown) => console.log((error as Error).message));
  if (!existsSync(wrapperBinary(CEL))) {
    console.log('our answers in CEL are not judged, the API server\'s packages are missing: run with --prepare');
    return undefined;
  }
  const wrong = [...await examples(), ...await rules(values, seed)];
  console.log(wrong.length === 0 ? 'our answers in CEL are the API server\'s' : `${wrong.length} differences:\n${wrong.join('\n')}`);
  return wrong.length === 0;
}

async function examples(): Promise<string[]> {
  const cases = Object.values(JSON.parse(readFileSync(EXAMPLES, 'utf8')) as Record<string, [string, string][]>).flat();
  const { engine, expressions } = await askWrapper<Answer>(CEL, { Expressions: cases.map(([expression]) => expression), Schemas: [] });
  const wrong = cases.flatMap(([expression, expected], i) => {
    const answer = expressions[i]!;
    const theirs = answer.value ?? (answer.static ? 'refused' : 'error');
    const ours = outcome(expression, KUBERNETES);
    const same = theirs === expected && (ours === theirs || (theirs === 'refused' && ours === 'error'));
    return same ? [] : [`${expression}: expected ${expected}, ours ${ours}, theirs ${theirs} ${answer.error ?? ''}`];
  });
  console.log(`${engine}: ${cases.length} example expressions, ${wrong.length} differ`);
  return wrong;
}

interface Sample {
  readonly value: unknown;
  readonly old: unknown;
}

async function rules(count: number, seed: number): Promise<string[]> {
  const store = SchemaStore.shipped();
  const places = nodesWithRules(store);
  const samples = places.map((place, i) => samplesOf(place, count, seed + i));
  const wrong: string[] = [];
  let compared = 0;
  let refused = 0;
  // A request of moderate size at a time.
  for (let from = 0; from < places.length; from += 40) {
    const part = places.slice(from, from + 40);
    const { schemas } = await askWrapper<Answer>(CEL, {
      Expressions: [],
      Schemas: part.map((place, i) => ({
        Schema: definition(place, store),
        Values: samples[from + i]!.map(({ value, old }) => ({ Value: { at: value }, ...(old === undefined ? {} : { Old: { at: old } }) })),
      })),
    });
    part.forEach((place, i) => {
      const reply = schemas[i]!;
      if (reply.error !== undefined) wrong.push(`${place.kind} ${JSON.stringify(place.path)}: ${reply.error}`);
      reply.values.forEach((problems, k) => {
        const sample = samples[from + i]![k]!;
        const theirs = problems.map(({ field }) => field.replace(/\[([^\]]*)\]/g, '.$1')).sort();
        const ours = refusedFields(place, sample);
        compared++;
        if (theirs.length > 0) refused++;
        if (JSON.stringify(theirs) !== JSON.stringify(ours)) {
          const said = problems.map(({ field, detail }) => `${field} (${detail})`).join(' ') || 'accept';
          wrong.push(`${place.group} ${place.kind} ${JSON.stringify(place.path)}: ${JSON.stringify(sample).slice(0, 600)}: ours ${ours.join(' ') || 'accept'}, theirs ${said}`);
        }
      });
    });
  }
  const texts = new Set(places.flatMap(({ node }) => node.cel!.map(({ rule }) => rule)));
  console.log(`${texts.size} rules at ${places.length} nodes over ${compared} values, ${refused} of them refused: ${wrong.length} differ (seed ${seed})`);
  return wrong;
}

function samplesOf({ node, resolve, path, kind }: Place, count: number, seed: number): Sample[] {
  const random = mulberry(seed);
  const fields = node.cel!.map(({ rule }) => hintsOf(parse(rule)));
  const hints = { fields: new Set(fields.flatMap((one) => [...one.fields])), texts: fields.flatMap(({ texts }) => texts), numbers: fields.flatMap(({ numbers }) => numbers) };
  const generator = new Generator(resolve, random, hints);
  const root = path.length > 0 ? {} : { apiVersion: 'a/v1', kind, metadata: { name: 'a' } };
  const whole = (value: unknown): unknown => (path.length > 0 ? value : { ...root, metadata: { name: generator.value({ type: 'string' }) }, ...value as object });
  const changes = node.cel!.some(({ rule }) => rule.includes('oldSelf'));
  return Array.from({ length: count }, () => {
    const value = whole(generator.value(node));
    return { value, old: !changes || random() < 0.3 ? undefined : random() < 0.3 ? structuredClone(value) : whole(generator.value(node)) };
  });
}

/** A definition whose field `at` is the node. The root of an object stands as an embedded one, which sees the same metadata. */
function definition({ node, group, path }: Place, store: SchemaStore): unknown {
  const at = expand(path.length > 0 ? node : { ...node, type: 'object', embedded: true }, store.group(group));
  return { type: 'object', properties: { at } };
}

function refusedFields({ node, resolve, path }: Place, { value, old }: Sample): string[] {
  const at: SchemaNode = path.length > 0 ? node : { ...node, type: 'object', embedded: true };
  const root: SchemaNode = { type: 'object', properties: { at } };
  const checks = new SchemaRules(resolve, KUBERNETES).root(root)!;
  const context: CheckContext = { report: true, path: [], problems: [], show: String };
  const normal = normalize({ at: value }, root, resolve);
  const before = old === undefined ? undefined : { at: old };
  const ok = checks.hold(normal, before, context);
  // The quiet look at the document as it is, defaults not filled in, must say the same, nulls apart.
  if (checks.hold({ at: value }, before, QUIET) !== ok) return ['(the quiet look says the opposite)'];
  return context.problems.map((problem) => problem.path.join('.')).sort();
}

if (require.main === module) {
  const option = (name: string, standard: number): number => Number(process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? standard);
  judgeExpressions(option('values', 40), option('seed', 1), true).then((right) => {
    process.exitCode = right === true ? 0 : 1;
  }, (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
