// Systems as teams and charts really write them, each right: nothing in them breaks or is at risk. What only production's opinions say about them is listed beside them, so that
// a new opinion is read before it is kept.
import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import type { Finding } from '../../../src/analysis';
import { parseText, validate } from '../../../src/analysis';

const FOLDER = join(__dirname, 'correct');
const systems = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

function sentences(file: string, profile?: string): string[] {
  const { documents, findings } = parseText(readFileSync(join(FOLDER, file), 'utf8'), file);
  return [...findings, ...validate({ documents }, profile === undefined ? {} : { profile })].filter(({ severity }) => severity !== 'info').map(words);
}

function words({ id, where, message }: Finding): string {
  return `${id} ${where.object?.kind} ${where.object?.namespace ?? ''}/${where.object?.name} ${where.field ?? ''}: ${message}`;
}

test.each(systems)('%s has no findings', (file) => {
  expect(sentences(file)).toEqual([]);
});

test.each(systems)('%s has the opinions of production that are known', (file) => {
  expect([...new Set(sentences(file, 'production').map((sentence) => sentence.split(' ', 1)[0]))].sort()).toMatchSnapshot();
});
