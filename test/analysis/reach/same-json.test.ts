// Documents are compared without a word about how they are written.
import { sameJson } from '../../../src/analysis/reach/same-json';

test('the same fields in another order, lists in the same', () => {
  expect(sameJson({ a: [1, { b: null }], c: 'x' }, { c: 'x', a: [1, { b: null }] })).toBe(true);
  expect(sameJson([1, 2], [2, 1])).toBe(false);
  expect(sameJson([1], [1, 2])).toBe(false);
  expect(sameJson({}, [])).toBe(false);
  expect(sameJson([], {})).toBe(false);
  expect(sameJson({ a: 1 }, { a: '1' })).toBe(false);
  expect(sameJson({ a: undefined }, { b: undefined })).toBe(false);
  expect(sameJson({ a: 1 }, { a: 1, b: 1 })).toBe(false);
  expect(sameJson(null, {})).toBe(false);
});

test('what is not plain is not compared', () => {
  expect(sameJson(new Date(0), new Date(0))).toBe(false);
  expect(sameJson(Object.create(null), {})).toBe(true);
});
