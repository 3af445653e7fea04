// Correct modern forms of configurations that are often written wrong, each on the lines that it is for: no schema, and no rule that breaks or risks, has anything to say.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseText, validate } from '../../src/analysis';
import { latestTargets } from '../../src/analysis/targets/upgrade';
import { addTarget } from '../../src/cli/targets';
import type { Targets } from '../../src/core/targets';

const FOLDER = join(__dirname, 'corrected');

interface Case {
  readonly name: string;
  readonly targets: string;
}

/** A file once for each of its lines `# targets: …`. */
const cases = readdirSync(FOLDER).sort().flatMap((name): Case[] => [...readFileSync(join(FOLDER, name), 'utf8').matchAll(/^# targets: (.+)$/gm)].map(([, targets]) => ({ name, targets: targets! })));

function targetsOf(text: string): Targets {
  return text === 'latest' ? latestTargets() : text.split(' ').reduce<Targets>((before, one) => addTarget(one, before), {});
}

test('there are forms for every block that is a manifest', () => {
  expect(readdirSync(FOLDER).length).toBeGreaterThanOrEqual(30);
  expect(new Set(cases.map(({ name }) => name)).size).toBe(readdirSync(FOLDER).length);
});

test.each(cases)('$name on $targets', ({ name, targets }) => {
  const text = readFileSync(join(FOLDER, name), 'utf8');
  const { documents, findings } = parseText(text, name);
  expect(documents.length).toBeGreaterThan(0);
  const said = [...findings, ...validate(documents, { targets: targetsOf(targets), open: /^# open: true$/m.test(text) })];
  expect(said.map(({ id, where, message }) => `${id} ${where.line} ${where.field ?? ''}: ${message}`)).toEqual([]);
});
