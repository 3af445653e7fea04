import { Entry } from '../../../src/analysis/model/entry';
import { ObjectIndex } from '../../../src/analysis/model/object-index';

function entry(metadata: Record<string, string>, kind: string = 'Job', clusterScoped: boolean = false): Entry {
  return new Entry({ object: { apiVersion: 'batch/v1', kind, metadata } }, { group: 'batch', version: 'v1', clusterScoped }, true);
}

describe('objects by name', () => {
  test('a second object of a name finds the first', () => {
    const index = new ObjectIndex();
    const first = entry({ name: 'load', namespace: 'shop' });
    expect(index.add(first)).toBeUndefined();
    expect(index.add(entry({ name: 'load', namespace: 'shop' }))).toBe(first);
    expect(index.add(entry({ name: 'load', namespace: 'shop' }))).toBe(first);
  });

  test('another namespace, kind or name is another object', () => {
    const index = new ObjectIndex();
    index.add(entry({ name: 'load', namespace: 'shop' }));
    expect(index.add(entry({ name: 'load', namespace: 'cart' }))).toBeUndefined();
    expect(index.add(entry({ name: 'load', namespace: 'shop' }, 'CronJob'))).toBeUndefined();
    expect(index.add(entry({ name: 'loads', namespace: 'shop' }))).toBeUndefined();
  });

  test('objects of the whole cluster have one namespace, whatever they say', () => {
    const index = new ObjectIndex();
    const first = entry({ name: 'load' }, 'Job', true);
    index.add(first);
    expect(index.add(entry({ name: 'load', namespace: 'shop' }, 'Job', true))).toBe(first);
  });

  test('beginnings of names overwrite nothing, and hide nothing that does', () => {
    const index = new ObjectIndex();
    index.add(entry({ generateName: 'load', namespace: 'shop' }));
    expect(index.add(entry({ generateName: 'load', namespace: 'shop' }))).toBeUndefined();
    const first = entry({ name: 'load', namespace: 'shop' });
    expect(index.add(first)).toBeUndefined();
    expect(index.add(entry({ name: 'load', namespace: 'shop' }))).toBe(first);
  });
});
