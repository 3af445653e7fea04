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

test('metadata that is right for one kind is held against the names of another one', () => {
  const object = (apiVersion: string, kind: string, labels: Record<string, string>): KubernetesObject => ({ apiVersion, kind, metadata: { name: '1a', namespace: 'shop', labels }, data: {} });
  const labels = { app: 'orders' };
  expect(refused(object('v1', 'ConfigMap', labels), object('v1', 'Secret', { ...labels }), object('v1', 'ConfigMap', { app: 'or ders' }), { ...object('v1', 'Service', labels), spec: { ports: [{ port: 80 }] } }))
    .toEqual(expect.arrayContaining(['1a: metadata.labels.app', '1a: metadata.name']));
});

test('a selector that is not like the labels before it is looked at', () => {
  const service = (name: string, app: string): KubernetesObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop', labels: { app: 'orders' } }, spec: { selector: { app }, ports: [{ port: 80 }] } });
  expect(refused(service('a', 'orders'), service('b', 'or ders'), service('c', 'orders'))).toEqual(['b: spec.selector.app']);
});
