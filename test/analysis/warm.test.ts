import type { ManifestDocument } from '../../src/analysis/documents/document';
import type * as Warm from '../../src/analysis/warm';

const system = (services: number): ManifestDocument[] => ['Service', 'Secret'].flatMap((kind) => Array.from({ length: services }, (_, i) => (
  { object: { apiVersion: 'v1', kind, metadata: { name: `${kind.toLowerCase()}-${i}` } } })));

function fresh(): typeof Warm.keepWarm {
  let keepWarm: typeof Warm.keepWarm | undefined;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- what it keeps is kept for the whole process
  jest.isolateModules(() => ({ keepWarm } = require('../../src/analysis/warm') as typeof Warm));
  return keepWarm!;
}

test('the first large system leaves a few documents of each kind, and no later one does', () => {
  const keepWarm = fresh();
  const asked: (readonly ManifestDocument[])[] = [];
  const documents = system(500);
  for (let run = 0; run < 4; run++) keepWarm('rules', documents, (few) => asked.push(few));
  expect(asked.map((few) => few.map(({ object }) => (object.metadata as { name: string }).name)))
    .toEqual([['service-0', 'service-1', 'service-2', 'service-3', 'secret-0', 'secret-1', 'secret-2', 'secret-3']]);
  // What is made of them by other work lives apart.
  keepWarm('reachability', documents, (few) => asked.push(few));
  expect(asked.length).toBe(2);
});

test('small systems leave nothing', () => {
  const keepWarm = fresh();
  const derive = jest.fn();
  for (let run = 0; run < 4; run++) keepWarm('rules', system(499), derive);
  expect(derive).not.toHaveBeenCalled();
});

test('what is wrong with the few is left to the run that looks at all of them', () => {
  const keepWarm = fresh();
  const derive = jest.fn(() => {
    throw new Error('rule NS0000 cannot judge these documents');
  });
  for (let run = 0; run < 3; run++) expect(() => keepWarm('rules', system(500), derive)).not.toThrow();
  expect(derive).toHaveBeenCalledTimes(1);
});
