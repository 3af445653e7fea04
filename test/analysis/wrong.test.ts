// Configurations that are often written wrong: each is refused, or spoken of, for the reason that its first lines name. `# waits` names what nothing here decides, and why.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseText, validate } from '../../src/analysis';
import type { Finding } from '../../src/analysis';
import { latestTargets } from '../../src/analysis/targets/upgrade';
import { addTarget } from '../../src/cli/targets';
import type { Targets } from '../../src/core/targets';

const FOLDER = join(__dirname, 'wrong');
const names = readdirSync(FOLDER).sort();
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

function findingsOf(name: string): Finding[] {
  const text = read(name);
  const line = /^# targets: (.+)$/m.exec(text)![1]!;
  const targets = line === 'latest' ? latestTargets() : line.split(' ').reduce<Targets>((before, one) => addTarget(one, before), {});
  const { documents, findings } = parseText(text, name);
  expect(findings).toEqual([]);
  return validate(documents, { targets, open: /^# open: true$/m.test(text), profile: 'production' });
}

const reasons = names.flatMap((name) => [...read(name).matchAll(/^# finds (NS\d{4}) (.+?): (.+)$/gm)].map(([, id, field, words]) => ({ name, id: id!, field: field!, words: words! })));

test('every form says what is wrong with it', () => {
  expect(names.filter((name) => !/^# (?:finds NS\d{4} .+: .+|waits: .+)$/m.test(read(name)))).toEqual([]);
  expect(names.length).toBeGreaterThanOrEqual(40);
});

test.each(reasons)('$name: $id $field', ({ name, id, field, words }) => {
  const there = findingsOf(name).filter((finding) => finding.id === id && finding.where.field === field).map(({ message }) => message);
  expect(there.filter((message) => message.includes(words))).not.toEqual([]);
});
