// The YAML emitter alone, against JSON.stringify and against cdk8s.
import { Yaml } from 'cdk8s';
import { stringifyDocument } from '../src/app/emitter/yaml';
import { Utf8Sink } from '../src/app/emitter/utf8-sink';
import type { Bench, BenchRow, Contender } from './measure';
import { medians } from './measure';
import { manifests } from './services';

export const rows: Bench = function* ({ quick }): Generator<BenchRow> {
  const services = quick ? 300 : 1000;
  const documents = Array.from({ length: services }, (_, i) => manifests(i, 'space').map(([, manifest]) => JSON.parse(JSON.stringify(manifest)) as object)).flat();
  const into = (print: (document: object) => string): Contender<Utf8Sink> => ({
    prepare: () => new Utf8Sink(),
    run: (sink) => {
      for (const document of documents) sink.add(print(document));
      sink.take();
    },
  });
  const times = medians({
    yaml: into((document) => stringifyDocument(document, true)), json: into((document) => JSON.stringify(document)), cdk8s: into((document) => Yaml.stringify(document)),
  }, quick ? 5 : 9);
  yield { what: `YAML of ${documents.length} manifests: ours / JSON.stringify`, measured: times.yaml / times.json, unit: 'x', budget: 4 };
  yield { what: `YAML of ${documents.length} manifests: ours / cdk8s`, measured: times.yaml / times.cdk8s, unit: 'x', budget: 0.1 };
};
