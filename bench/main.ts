// `npx projen bench [-- --quick] [-- --gate] [name …]`: runs every bench/*.bench.ts in a process of its own and prints one table. Ratios are of medians of CPU time in one run.
//   --quick  sizes that take seconds
//   --gate   exit 1 when a value is above its gate in each of three runs: on a machine that others share a single run is no verdict
//   name     only the files that are called so: `synthesis`, `emitter`, …
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchRow } from './measure';

const ATTEMPTS = 3;

interface Measured extends BenchRow {
  /** What each run said. */
  readonly runs: readonly number[];
}

function main(): void {
  // `npx projen bench -- --quick` hands the separator on.
  const args = process.argv.slice(2).filter((argument) => argument !== '--');
  const flags = new Set(args.filter((argument) => argument.startsWith('--')));
  const names = args.filter((argument) => !argument.startsWith('--'));
  const unknown = [...flags].filter((flag) => flag !== '--quick' && flag !== '--gate');
  const known = readdirSync(__dirname).filter((file) => file.endsWith('.bench.ts')).map((file) => file.replace('.bench.ts', '')).sort();
  const missing = names.filter((name) => !known.includes(name));
  if (unknown.length > 0 || missing.length > 0) {
    console.error(`Unknown ${[...unknown, ...missing].join(', ')}: use --quick, --gate, and ${known.join(', ')}.`);
    process.exit(64);
  }

  let measured = 0;
  let missed = 0;
  for (const name of known.filter((one) => names.length === 0 || names.includes(one))) {
    try {
      for (const row of measure(name, flags)) {
        measured++;
        if (isMissed(row)) missed++;
        console.log(line(row));
      }
    } catch (error) {
      // One that cannot run has met no budget; the others still can.
      missed++;
      console.log(`    FAILED  ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  console.log(`${measured} measured, ${missed} above what passes`);
  if (flags.has('--gate') && missed > 0) process.exitCode = 1;
}

/** The rows of one file; those that miss are measured again before they fail a gate. */
function measure(name: string, flags: ReadonlySet<string>): readonly Measured[] {
  let rows = run(name, flags).map((row): Measured => ({ ...row, runs: [row.measured] }));
  for (let attempt = 1; attempt < ATTEMPTS && flags.has('--gate') && rows.some(isMissed); attempt++) {
    const again = run(name, flags);
    rows = rows.map((row, i) => {
      const { what, measured } = again[i]!;
      if (what !== row.what) throw new Error(`"${row.what}" became "${what}" when it was measured again`);
      return isMissed(row) ? { ...row, measured: Math.min(row.measured, measured), runs: [...row.runs, measured] } : row;
    });
  }
  return rows;
}

/** By itself: what one file makes V8 compile and keep is no burden of the next. */
function run(name: string, flags: ReadonlySet<string>): readonly BenchRow[] {
  const { status, stdout, error } = spawnSync(process.execPath, ['-r', 'tsx/cjs', join(__dirname, 'one.ts'), name, ...flags], {
    encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26,
  });
  if (error) throw error;
  if (status !== 0) throw new Error('it ended before all was measured');
  return stdout.split('\n').filter((text) => text !== '').map((text) => {
    const row = JSON.parse(text) as BenchRow;
    // JSON has no NaN.
    return { ...row, measured: row.measured ?? NaN };
  });
}

function isMissed({ measured, budget, gate = budget }: BenchRow): boolean {
  // A ratio that is no number has passed nothing.
  return gate !== undefined && !(measured <= gate);
}

function line(row: Measured): string {
  const { measured, budget, gate, unit, runs } = row;
  const verdict = budget === undefined ? '' : `${measured <= budget ? 'within' : isMissed(row) ? 'ABOVE' : 'near'} ${number(budget)} ${unit}`;
  const notes = [...(gate === undefined ? [] : [`passes to ${number(gate)}`]), ...(runs.length === 1 ? [] : [`runs: ${runs.map(number).join(', ')}`])];
  return `${`${measured.toFixed(unit === 'x' ? 3 : 1)} ${unit}`.padStart(10)}  ${verdict.padEnd(16)}  ${row.what}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`;
}

function number(value: number): string {
  return String(Number(value.toFixed(2)));
}

main();
