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
    return Buffer.concat(chunks).toString('utf8');
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
  throw error;
});
