// Is `netstack validate` right? The API server judges it: `npx tsx test/conformance/validator.ts [--crds=DIR] [--mutants=N] [--seed=TEXT] [--newest] [--kinds=REGEX] [--verbose]`.
//
// What validation calls an error, the server must refuse; what it calls clean, the server must accept. Where the two differ on purpose, differential/quirks.ts says
// why. Every other difference is printed, made small, kept in fixtures/, and fails.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadDocuments, validate } from '../../src/analysis';
import { differential } from './differential/run';
import { rawDocuments } from './engines/kube-apiserver/documents';
import type { Judgement } from './engines/kube-apiserver/judge';
import { judge, missing } from './engines/kube-apiserver/judge';
import { judgeSpellings } from './spellings';
import { judgeUpdates } from './updates';

/** Mutants of the whole test, and of the dose that every change gets. */
const WHOLE = 20_000;
const SMALL = 2_000;

const FIXTURES = join(__dirname, '..', 'fixtures', 'validate');

/** Seeded mistakes that the server cannot refuse when it is asked for one document in dry run, and why they are errors all the same. */
const BEYOND_THE_SERVER: Readonly<Record<string, string>> = {
  'same-object-twice.yaml': 'a dry run keeps nothing, so each of the two is met alone; applied, the later one overwrites the earlier one',
};

/** Documents that are held to be correct although the server refuses them, and why. */
const CORRECT_ALL_THE_SAME: Readonly<Record<string, string>> = {
  'unknown field "status.whatever"': 'status is no part of what is declared: a server that is not asked to be strict drops it',
};

/**
 * Prints what differs. In CI, or with `small`, a small dose on the newest server only.
 *
 * @returns whether nothing does that is not accounted for; undefined when no server can be asked, which the print says
 */
export async function judgeValidation(small: boolean = process.env.NETSTACK_CI !== undefined): Promise<boolean | undefined> {
  const reason = missing();
  if (reason !== undefined) {
    console.log(`netstack validate is not judged, the API server is missing: ${reason}`);
    return undefined;
  }
  const kinds = option('kinds');
  const dose = {
    mutants: Number(option('mutants') ?? (small ? SMALL : WHOLE)), seed: option('seed') ?? '1', newest: small || process.argv.includes('--newest'), kinds: kinds === undefined ? undefined : new RegExp(kinds),
  };
  const wrong = [await mistakes(), await correct(), await judgeSpellings(), await judgeUpdates(dose.seed, dose.newest), await differential(dose)].flat();
  console.log(wrong.length === 0 ? 'validation and the API server agree' : `${wrong.length} disagreements:\n${wrong.join('\n')}`);
  return wrong.length === 0;
}

function option(name: string): string | undefined {
  return process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
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
