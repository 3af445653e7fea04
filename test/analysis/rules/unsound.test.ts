// An object that its schema refuses may do anything once it is mended: until then it makes no other object wrong.
import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import type { KubernetesObject } from '../../../src/analysis';
import { parseText, validate } from '../../../src/analysis';

const FOLDER = join(__dirname, 'correct');

test.each(readdirSync(FOLDER).filter((file) => file.endsWith('.yaml')))('%s: no object has a finding because another is refused', (file) => {
  const { documents } = parseText(readFileSync(join(FOLDER, file), 'utf8'), file);
  const said = documents.flatMap((broken, index) => {
    const objects = documents.map(({ object }, i) => ({ object: (i === index ? { ...object, misspelt: true } : object) as KubernetesObject }));
    return validate(objects).filter(({ id, severity }) => id >= 'NS0030' && severity !== 'info').map(({ id, message }) => `${broken.object.kind} ${String(index)} refused: ${id} ${message}`);
  });
  expect(said).toEqual([]);
});
