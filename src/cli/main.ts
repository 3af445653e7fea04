#!/usr/bin/env node
// The bin `netstack`: parses its arguments, calls the analysis, prints. Results go to standard output, everything else to standard error.
import { EXIT } from './exit';
import { run } from './run';

run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  readStdin: async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  },
  env: process.env,
  cwd: process.cwd(),
}).then((code) => {
  process.exitCode = code;
}, (error: unknown) => {
  process.stderr.write(`netstack failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = EXIT.failed;
});

// A reader that has seen enough (`netstack validate | head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.ok);
  process.stderr.write(`netstack failed: standard output cannot be written: ${error.code ?? error.message}\n`);
  process.exit(EXIT.failed);
});
