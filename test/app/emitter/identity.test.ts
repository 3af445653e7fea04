import { Yaml } from 'cdk8s';
import { emitDocument } from '../../../src/app/emitter/document';
import { stringifyDocument } from '../../../src/app/emitter/yaml';
import { DocumentGenerator, ODD_STRINGS } from '../generated-documents';

/** `NETSTACK_IDENTITY=5:200000` takes another seed and count. */
const [SEED, COUNT] = (process.env.NETSTACK_IDENTITY ?? '11:100000').split(':').map(Number) as [number, number];

test(`${COUNT} generated documents have the bytes of cdk8s`, () => {
  const generator = new DocumentGenerator(SEED);
  let ours = 0;
  for (let i = 0; i < COUNT; i++) {
    const document = generator.next();
    const expected = Yaml.stringify(document);
    const text = stringifyDocument(document, false);
    if (text !== expected) expect({ i, text }).toEqual({ i, text: expected });
    if (emitDocument(document, false) !== undefined) ours++;
  }
  // Were every document handed to cdk8s, the test would prove nothing.
  expect(ours / COUNT).toBeGreaterThan(0.9);
}, 120_000);

test('odd strings have the bytes of cdk8s in every position', () => {
  for (const text of ODD_STRINGS) {
    for (const document of [
      { a: text }, { [text]: 1 }, { a: [text] }, { a: [[text]] }, { a: { [text]: text } }, { a: [{ [text]: text }] },
      { [text]: { [text]: [text, { [text]: [] }] } }, { a: [text, text] },
    ]) {
      expect(stringifyDocument(document, true)).toBe(Yaml.stringify(document));
    }
  }
});

test('what is no plain document is left to cdk8s', () => {
  const shared = { a: 1 };
  for (const document of [{ x: shared, y: shared }, { x: [shared, [shared]] }, { date: new Date(0) }, { big: 1n }, { map: new Map([['a', 1]]) }, { toJSON: () => 'json' }, [1, 2], 'text', 7, null, undefined, Object.create({ inherited: 1 })]) {
    expect(stringifyDocument(document, false)).toBe(Yaml.stringify(document));
  }
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  expect(stringifyDocument(circular, false)).toBe(Yaml.stringify(circular));
});
