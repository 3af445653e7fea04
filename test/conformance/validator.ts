// Is `netstack validate` right? The API server judges it: `npx tsx test/conformance/validator.ts [--crds=DIR]`.
//
// What validation calls an error, the server must refuse; what it calls clean, the server must accept, except where it says so by a check that validation does
// not have yet: rules in CEL, native validation and decoding of built-in kinds. Where it is stricter than the server, it is so for a reason that stands here.
// Every other difference is printed, and fails.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, KubernetesObject, Targets } from '../../src/analysis';
import { loadDocuments, validate } from '../../src/analysis';
import type { System } from '../../src/core/targets';
import { KNOWN_LINES, systemName } from '../../src/core/targets';
import { parse, readCommitted } from '../../tools/imports/committed';
import { Shapes } from '../../tools/imports/shape';
import { sample } from '../imports/sample';
import type { Json } from './engines/kube-apiserver/documents';
import { rawDocuments, rawObject } from './engines/kube-apiserver/documents';
import type { Judgement } from './engines/kube-apiserver/judge';
import { judge, missing } from './engines/kube-apiserver/judge';
import { mutations } from './mutations';

/** Of each generated object. */
const MUTATIONS = Number(process.env.NETSTACK_MUTATIONS ?? 6);

const FIXTURES = join(__dirname, '..', 'fixtures', 'validate');

/** Seeded mistakes that the server cannot refuse when it is asked for one document in dry run, and why they are errors all the same. */
const BEYOND_THE_SERVER: Readonly<Record<string, string>> = {
  'same-object-twice.yaml': 'a dry run keeps nothing, so each of the two is met alone; applied, the later one overwrites the earlier one',
};

/** Documents that are held to be correct although the server refuses them, and why. */
const CORRECT_ALL_THE_SAME: Readonly<Record<string, string>> = {
  'unknown field "status.whatever"': 'status is no part of what is declared: a server that is not asked to be strict drops it',
};

/** What the Go types of built-in kinds refuse although their OpenAPI says nothing of it. */
const DECODING = /quantities must match|cannot parse .* as "\.000000"|boolean or JSON schema expected|cannot unmarshal number \d+ into .* of type int32/;

/** What validation refuses in custom resources and the server lets through. */
const STRICTER: ReadonlyArray<readonly [message: RegExp, reason: string]> = [
  [/does not fit into int32$/, 'format int32 binds no server, but the controller that reads the value into 32 bits fails'],
  [/^A list stands where a string belongs/, 'of a text with a format the server never looks at the type; the controller does'],
];

interface Case {
  readonly name: string;
  readonly findings: readonly Finding[];
  readonly judgement: Judgement;
}

/** Prints what differs. @returns whether nothing does that is not accounted for; undefined when no server can be asked, which the print says */
export async function judgeValidation(): Promise<boolean | undefined> {
  const reason = missing();
  if (reason !== undefined) {
    console.log(`netstack validate is not judged, the API server is missing: ${reason}`);
    return undefined;
  }
  const wrong = [await mistakes(), await correct(), await generated()].flat();
  console.log(wrong.length === 0 ? 'validation and the API server agree' : `${wrong.length} disagreements:\n${wrong.join('\n')}`);
  return wrong.length === 0;
}

/** Every seeded mistake is refused. */
async function mistakes(): Promise<string[]> {
  const folder = join(FIXTURES, 'mistakes');
  const files = readdirSync(folder).sort();
  const judgements = await judge(files.flatMap((file) => rawDocuments(file, readFileSync(join(folder, file), 'utf8'))));
  const wrong: string[] = [];
  let refused = 0;
  const excused: string[] = [];
  for (const file of files) {
    const { documents, findings } = loadDocuments([join(folder, file)]);
    const ids = [...findings, ...validate(documents)].map(({ id, where }) => `${id} ${where.field ?? ''}`.trim()).join(', ');
    const answers = judgements.filter(({ document }) => document.file === file);
    if (answers.some(({ answer }) => answer.status !== 201)) {
      refused += 1;
      if (BEYOND_THE_SERVER[file] !== undefined) wrong.push(`${file}: refused, but listed as what the server cannot refuse: ${said(answers)}`);
      if (process.argv.includes('--verbose')) console.log(`${file}: ${ids}: ${said(answers)}`);
    } else if (BEYOND_THE_SERVER[file] !== undefined) excused.push(`  ${file} (${ids}): ${BEYOND_THE_SERVER[file]}`);
    else wrong.push(`${file}: validation says ${ids}, the server accepts it`);
  }
  console.log(`seeded mistakes: ${refused} of ${files.length} refused by the server, ${excused.length} beyond it:\n${excused.join('\n')}`);
  return wrong;
}

/** What looks odd and is right is accepted. */
async function correct(): Promise<string[]> {
  const folder = join(FIXTURES, 'correct');
  const judgements = await judge(readdirSync(folder).sort().flatMap((file) => rawDocuments(file, readFileSync(join(folder, file), 'utf8'))));
  const excuse = ({ answer }: Judgement): string | undefined => Object.entries(CORRECT_ALL_THE_SAME).find(([text]) => answer.message.endsWith(text))?.[1];
  const not = judgements.filter(({ answer }) => answer.status !== 201);
  const refused = not.filter((one) => excuse(one) === undefined);
  console.log(`correct documents: ${judgements.length - not.length} of ${judgements.length} accepted`);
  for (const one of not) if (!refused.includes(one)) console.log(`  ${one.document.kind} ${one.document.name} of ${one.document.file}: ${excuse(one)}`);
  return refused.map((one) => `${one.document.file} ${one.document.kind} ${one.document.name}: validation says nothing, ${said([one])}`);
}

/** A minimal and a full object of every kind of every line, and each with single mutations. */
async function generated(): Promise<string[]> {
  const whole = generatedObjects();
  const mutated = whole.flatMap(({ name, object, targets }) => mutations(object, MUTATIONS).map((one) => ({ name: `${name}, ${one.name}`, object: one.object, targets })));
  return [...await report('generated objects', whole), ...await report('generated objects with one mutation', mutated)];
}

async function report(title: string, objects: readonly Generated[]): Promise<string[]> {
  const cases = await judgeAll(objects);
  const verdicts = new Map<string, Case[]>();
  for (const one of cases) {
    const verdict = verdictOf(one);
    verdicts.set(verdict, [...verdicts.get(verdict) ?? [], one]);
  }
  console.log(`${title}: ${cases.length}`);
  for (const [verdict, list] of [...verdicts].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`  ${String(list.length).padStart(5)} ${verdict}`);
  if (process.argv.includes('--verbose')) {
    for (const [verdict, list] of verdicts) if (!verdict.startsWith('both')) for (const one of list) console.log(`${verdict}: ${one.name}: ${said([one.judgement])}`);
  }
  return [...verdicts].filter(([verdict]) => verdict.startsWith('WRONG')).flatMap(([verdict, list]) => list.map(({ name, findings, judgement }) => (
    `${verdict}: ${name}: server: ${said([judgement])}; validation: ${findings.map(({ id, where, message }) => `${id} ${where.field}: ${message}`).join(' | ') || 'clean'}`
  )));
}

interface Generated {
  readonly name: string;
  readonly object: Json;
  readonly targets: Targets;
}

async function judgeAll(objects: readonly Generated[]): Promise<Case[]> {
  // Each has a name of its own, so that none stands twice.
  const named = objects.map(({ name, targets, object }, i) => {
    const renamed: Json = { ...object, metadata: { ...object.metadata as Json, name: `a${i}` } };
    return { name, targets, object: renamed as KubernetesObject };
  });
  const findings = new Map<string | undefined, Finding[]>();
  for (const finding of validate(named.map(({ object, targets }, i) => ({ object, targets, file: String(i) })))) {
    if (finding.severity === 'error') findings.set(finding.where.file, [...findings.get(finding.where.file) ?? [], finding]);
  }
  const judgements = await judge(named.map(({ name, object, targets }) => ({ ...rawObject(name, object), targets })));
  return objects.map(({ name }, i) => ({ name, judgement: judgements[i]!, findings: findings.get(String(i)) ?? [] }));
}

function generatedObjects(): Generated[] {
  const schemas = parse(readCommitted());
  const out: Generated[] = [];
  for (const [label, group] of schemas.groups) {
    const shapes = new Shapes(group.nodes);
    const indexed = schemas.index.groups[label]!.kinds;
    for (const [kind, versions] of Object.entries(group.kinds)) {
      for (const [version, lines] of Object.entries(versions)) {
        for (const [line, { schema, status }] of Object.entries(lines)) {
          // The server does not serve what its definition switches off.
          if (!indexed[kind]!.versions[version]!.lines.includes(line)) continue;
          for (const mode of ['minimal', 'full'] as const) {
            const apiVersion = group.group ? `${group.group}/${version}` : version;
            const metadata = { name: 'a', ...(indexed[kind]!.scope === 'Namespaced' ? { namespace: 'generated' } : {}) };
            const { status: observed, ...declared } = sample(schema, group.nodes, shapes, mode);
            const body = status ? declared : { ...declared, ...(observed === undefined ? {} : { status: observed }) };
            out.push({ name: `${line} ${apiVersion} ${kind} ${mode}`, object: { apiVersion, kind, metadata, ...body }, targets: targetsOf(line) });
          }
        }
      }
    }
  }
  return out;
}

/** A cluster in which a line is installed, beside others of its time: few clusters for all lines. */
function targetsOf(line: string): Targets {
  const [name, version, channel] = /^(.+)@([^/]+)(?:\/(.+))?$/.exec(line)!.slice(1) as [string, string, string | undefined];
  const system = (Object.keys(KNOWN_LINES) as System[]).find((one) => systemName(one) === name)!;
  const lines = KNOWN_LINES[system];
  const old = lines.length > 1 && version === lines[0];
  const all = Object.fromEntries((Object.keys(KNOWN_LINES) as System[]).map((one) => [one, KNOWN_LINES[one].at(old ? 0 : -1)]));
  return { ...all, ...(system === 'gatewayApi' ? { gatewayApi: { version, channel: channel as 'standard' | 'experimental' } } : { [system]: version }) };
}

function verdictOf({ name, findings, judgement: { answer, document } }: Case): string {
  const clean = findings.length === 0;
  const builtIn = name.startsWith('kubernetes@');
  // Rules are asked when the structure is right, and only then.
  const byRules = answer.causes.length > 0 && answer.causes.every(({ message }) => isRule(message ?? ''));
  const stricter = !builtIn && !clean && (answer.status === 201 || byRules);
  const reasons = stricter ? findings.map(({ message }) => STRICTER.find(([pattern]) => pattern.test(message))?.[1]) : [];
  if (stricter && reasons.every((reason) => reason !== undefined)) return `validation is stricter: ${[...new Set(reasons)].sort().join('; ')}`;
  if (answer.status === 201) return clean ? 'both accept' : 'WRONG: validation refuses, the server accepts';
  if (!clean) return byRules ? 'WRONG: validation refuses, the server refuses by a rule in CEL only' : 'both refuse';
  if (answer.status === 0 && builtIn && /alpha/.test(document.apiVersion)) return 'not served: built-in kinds in alpha are switched off';
  if (answer.status === 0) return 'WRONG: validation knows a kind that the server does not serve';
  if (builtIn && (answer.status === 422 || answer.status === 403)) return 'refused by native validation or admission of a built-in kind (not held yet)';
  if (builtIn && DECODING.test(answer.message)) return 'refused when a built-in kind is decoded: quantities, times in microseconds, int32 in int-or-text (not held yet)';
  if (byRules) return 'refused by a rule in CEL (not held yet)';
  return 'WRONG: validation accepts, the server refuses';
}

/** Messages of rules are not carried in the definitions, so the server prints the rule. */
function isRule(message: string): boolean {
  return /failed rule: |see the rule|evaluating rule: /.test(message);
}

function said(judgements: readonly Judgement[]): string {
  return judgements.filter(({ answer }) => answer.status !== 201).map(({ release, answer }) => `${release} ${answer.status} ${answer.message.slice(0, 1500)}`).join(' | ') || 'accepted';
}

if (require.main === module) {
  judgeValidation().then((right) => {
    process.exitCode = right === false ? 1 : 0;
  }, (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
