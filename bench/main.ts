// `npx projen bench [-- --quick] [-- --gate] [name …]`: runs every bench/*.bench.ts and prints one table. Ratios are of medians of CPU time in one run.
//   --quick  sizes that take seconds
//   --gate   exit 1 when a value is above its budget
//   name     only the files that are called so: `synthesis`, `emitter`, …
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, BenchRow } from './measure';

async function main(): Promise<void> {
  // `npx projen bench -- --quick` hands the separator on.
  const args = process.argv.slice(2).filter((argument) => argument !== '--');
  const flags = new Set(args.filter((argument) => argument.startsWith('--')));
  const names = args.filter((argument) => !argument.startsWith('--'));
  const unknown = [...flags].filter((flag) => flag !== '--quick' && flag !== '--gate');
  const files = readdirSync(__dirname).filter((file) => file.endsWith('.bench.ts')).sort();
  const missing = names.filter((name) => !files.includes(`${name}.bench.ts`));
  if (unknown.length > 0 || missing.length > 0) {
    console.error(`Unknown ${[...unknown, ...missing].join(', ')}: use --quick, --gate, and ${files.map((file) => file.replace('.bench.ts', '')).join(', ')}.`);
    process.exit(64);
  }

  let measured = 0;
  let missed = 0;
  for (const file of files) {
    if (names.length > 0 && !names.some((name) => file === `${name}.bench.ts`)) continue;
    try {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- found by name
      const { rows } = require(join(__dirname, file)) as { rows: Bench };
      for (const row of await rows({ quick: flags.has('--quick') })) {
        measured++;
        if (isMissed(row)) missed++;
        console.log(line(row));
      }
    } catch (error) {
      // One that cannot run has met no budget; the others still can.
      missed++;
      console.log(`    FAILED  ${file}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  console.log(`${measured} measured, ${missed} above budget`);
  if (flags.has('--gate') && missed > 0) process.exitCode = 1;
}

function isMissed({ measured, budget }: BenchRow): boolean {
  // A ratio that is no number has passed nothing.
  return budget !== undefined && !(measured <= budget);
}

function line(row: BenchRow): string {
  const value = `${row.measured.toFixed(row.unit === 'x' ? 3 : 1)} ${row.unit}`;
  const verdict = row.budget === undefined ? '' : `${isMissed(row) ? 'ABOVE' : 'within'} ${Number(row.budget.toFixed(2))} ${row.unit}`;
  return `${value.padStart(10)}  ${verdict.padEnd(16)}  ${row.what}`;
}

void main();
