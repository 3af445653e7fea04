// Each fixture holds one mistake, and says in a comment on its line what must be found there: `# <- NS0011 spec.rules[0].retry`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDocuments, validate } from '../../src/analysis';

const MISTAKES = join(__dirname, '..', 'fixtures', 'validate', 'mistakes');
const names = readdirSync(MISTAKES).sort();

interface Mark {
  readonly file: string;
  readonly line: number;
  readonly id: string;
  readonly field: string | undefined;
}

function marksOf(file: string): Mark[] {
  return readFileSync(file, 'utf8').split('\n').flatMap((text, i) => {
    const mark = /# <- (NS\d{4})(?: (.+))?$/.exec(text);
    return mark ? [{ file, line: i + 1, id: mark[1]!, field: mark[2] }] : [];
  });
}

function findingsOf(path: string): Mark[] {
  const { documents, findings } = loadDocuments([path]);
  return [...findings, ...validate(documents, { rules: [] })].map(({ id, where }) => ({ file: where.file!, line: where.line!, id, field: where.field }));
}

test('there are at least fifty mistakes', () => {
  expect(names.length).toBeGreaterThanOrEqual(50);
});

test.each(names)('%s is found once, with id, file, line and field', (name) => {
  const file = join(MISTAKES, name);
  const marks = marksOf(file);
  expect(marks).toHaveLength(1);
  expect(findingsOf(file)).toEqual(marks);
});

test('read as one folder they are found as well', () => {
  // Objects of one name stand in several fixtures, so these twins are left aside.
  const found = findingsOf(MISTAKES).filter((finding) => finding.id !== 'NS0019');
  const expected = names.flatMap((name) => marksOf(join(MISTAKES, name))).filter((mark) => mark.id !== 'NS0019');
  const key = (mark: Mark): string => `${mark.file}:${mark.line} ${mark.id}`;
  expect(found.map(key).sort()).toEqual(expected.map(key).sort());
});
