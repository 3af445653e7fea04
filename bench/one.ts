// What `bench/main.ts` runs for each file: prints its rows, a line of JSON each.
import { join } from 'node:path';
import type { Bench } from './measure';

async function main([name, ...flags]: readonly string[]): Promise<void> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- found by name
  const { rows } = require(join(__dirname, `${name!}.bench.ts`)) as { rows: Bench };
  for (const row of await rows({ quick: flags.includes('--quick') })) console.log(JSON.stringify(row));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
