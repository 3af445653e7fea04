// The price of a false alarm is that nobody reads the next one: right systems, programs of our constructs and what teams write by hand, have no finding that breaks or
// risks anything.
import type { Finding, KubernetesObject } from '../../src/analysis';
import { validate } from '../../src/analysis';
import { documentsOf } from '../../src/testing/documents';
import { randomProgram } from './program';
import { handwritten } from './styles';

const PROGRAMS = 500;
const HANDWRITTEN = 1000;

function words(findings: readonly Finding[]): string[] {
  return findings.filter(({ severity }) => severity !== 'info').map(({ id, where, message }) => `${id} ${where.object?.kind} ${where.object?.name} ${where.field ?? ''}: ${message}`);
}

/** Wrong systems by number, the first few. */
function wrong(systems: number, systemOf: (seed: number) => readonly Finding[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (let seed = 1; seed <= systems && Object.keys(found).length < 5; seed++) {
    const said = words(systemOf(seed));
    if (said.length > 0) found[seed] = said.slice(0, 5);
  }
  return found;
}

test(`${PROGRAMS} programs of our constructs have no findings`, () => {
  expect(wrong(PROGRAMS, (seed) => validate(documentsOf(randomProgram(seed))))).toEqual({});
}, 300_000);

test(`${HANDWRITTEN} systems written by hand have no findings`, () => {
  expect(wrong(HANDWRITTEN, (seed) => validate(handwritten(seed).documents.map((object) => ({ object: object as KubernetesObject }))))).toEqual({});
}, 300_000);
