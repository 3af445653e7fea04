import { validate } from '../../../src/analysis';
import type { KubernetesObject } from '../../../src/analysis';
import { Remembered, remembering } from '../../../src/analysis/schema/remembered';

describe('what was right is right again', () => {
  const has = (right: unknown, value: unknown): boolean => remembering(() => {
    const remembered = new Remembered();
    remembered.add(right);
    return remembered.has(value);
  });

  test.each([
    [{ a: 1, b: ['x', { c: null }] }, { b: ['x', { c: null }], a: 1 }], [['x'], ['x']], ['x', 'x'], [{}, {}],
  ])('%j and %j', (right, value) => {
    expect(has(right, value)).toBe(true);
  });

  test.each([
    [{ a: 1 }, { a: 1, b: 2 }], [{ a: 1, b: 2 }, { a: 1 }], [{ a: undefined }, {}], [{ b: 1 }, { a: undefined }], [{ a: 1 }, { a: '1' }], [['x'], ['x', 'y']], [[], {}], [{}, []], [{ a: null }, { a: {} }], ['x', { x: 1 }],
  ])('%j is not %j', (right, value) => {
    expect(has(right, value)).toBe(false);
  });

  test('the last two of them, and none after the work is done', () => {
    const remembered = new Remembered();
    expect(remembering(() => {
      ['a', 'b', 'c'].forEach((value) => remembered.add(value));
      return ['a', 'b', 'c'].map((value) => remembered.has(value));
    })).toEqual([false, true, true]);
    expect(remembered.has('c')).toBe(false);
    remembered.add('d');
    expect(remembered.has('d')).toBe(false);
  });
});

const route = (name: string, path: string): KubernetesObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name, namespace: 'shop' }, spec: { rules: [{ matches: [{ path: { type: 'PathPrefix', value: path } }] }] },
});
const refused = (...objects: KubernetesObject[]): string[] => validate(objects.map((object) => ({ object })), { rules: [] }).map(({ where }) => `${where.object?.name}: ${where.field}`);

test('a document that is like one before it but for one value is looked at there', () => {
  expect(refused(route('a', '/v1'), route('b', '/v1'), route('c', 'v1'), route('d', '/v1'))).toEqual(['c: spec.rules[0].matches[0].path']);
});

test('an object that was right and has been changed since is looked at again', () => {
  const object = route('a', '/v2');
  expect(refused(object)).toEqual([]);
  (object.spec as { rules: { matches: { path: { value: string } }[] }[] }).rules[0]!.matches[0]!.path.value = 'v2';
  expect(refused(object)).toEqual(['a: spec.rules[0].matches[0].path']);
});
