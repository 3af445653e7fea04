// Objects of which validation once said something else than the API server: the first lines of each say what the server says.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseText, validate } from '../../../src/analysis';
import type { Targets } from '../../../src/analysis';

const FIXTURES = join(__dirname, '..', '..', 'conformance', 'fixtures');
const names = existsSync(FIXTURES) ? readdirSync(FIXTURES).filter((name) => name.endsWith('.yaml')).sort() : [];

test('there are some', () => {
  expect(names.length).toBeGreaterThan(0);
});

test.each(names)('%s', (name) => {
  const text = readFileSync(join(FIXTURES, name), 'utf8');
  const targets = JSON.parse(/^# targets: (.+)$/m.exec(text)![1]!) as Targets;
  const refuses = /^# the server (accepts|refuses)/m.exec(text)![1] === 'refuses';
  const { documents, findings } = parseText(text, name);
  const found = [...findings, ...validate(documents, { targets })].filter(({ id, severity }) => severity === 'error' && id < 'NS0030');
  expect(found.length > 0).toBe(refuses);
});
