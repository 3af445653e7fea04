import { Lazy, Testing, Yaml, YamlOutputType } from 'cdk8s';
import type { IResolver } from 'cdk8s';
import { MIXED, OUR_APP, OURS, outputOf, PROGRAMS, randomDependencies, STOCK } from './programs';

const LAYOUTS = [YamlOutputType.FILE_PER_APP, YamlOutputType.FILE_PER_CHART, YamlOutputType.FILE_PER_RESOURCE, YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE];
const VARIANTS = { 'our app': OURS, 'stock app with our chart and object': MIXED, 'our app with stock charts': OUR_APP };

describe.each(Object.entries(PROGRAMS))('%s', (_, program) => {
  test.each(Object.entries(VARIANTS))('%s writes the bytes of cdk8s in every layout', (_name, classes) => {
    for (const yamlOutputType of LAYOUTS) expect(outputOf(program, classes, { yamlOutputType })).toEqual(outputOf(program, STOCK, { yamlOutputType }));
  });

  test('synthYaml and toJson are those of cdk8s', () => {
    const stock = Testing.app();
    program(STOCK, stock);
    for (const classes of [OURS, MIXED]) {
      const app = new classes.App({ outdir: stock.outdir });
      program(classes, app);
      expect(app.synthYaml()).toBe(stock.synthYaml());
      app.charts.forEach((chart, i) => {
        const manifests = Testing.synth(chart) as object[];
        const expected = Testing.synth(stock.charts[i]!) as object[];
        expect(manifests).toEqual(expected);
        expect(JSON.stringify(manifests)).toBe(JSON.stringify(expected));
        expect(Yaml.stringify({ items: manifests })).toBe(Yaml.stringify({ items: expected }));
        expect(structuredClone(manifests)).toStrictEqual(expected);
        expect(manifests.map((manifest) => Object.keys(manifest))).toEqual(expected.map((manifest) => Object.keys(manifest)));
      });
    }
  });
});

test('options of App keep their effect', () => {
  const program = PROGRAMS['values of every form']!;
  const upper: IResolver = {
    resolve: (context) => {
      if (context.value === 'later') context.replaceValue('resolved');
    },
  };
  for (const props of [{ outputFileExtension: '.yml' }, { recordConstructMetadata: true }, { resolvers: [upper] }, { recordConstructMetadata: true, yamlOutputType: YamlOutputType.FILE_PER_APP }]) {
    for (const classes of [OURS, MIXED]) expect(outputOf(program, classes, props)).toEqual(outputOf(program, STOCK, props));
  }
  expect(JSON.stringify(outputOf(program, OURS, { resolvers: [upper] }))).toContain('resolved');
});

test.each([['CDK8S_DISABLE_SORT', '1'], ['CDK8S_RECORD_CONSTRUCT_METADATA', 'true']])('%s keeps its effect', (name, value) => {
  process.env[name] = value;
  try {
    for (const program of Object.values(PROGRAMS)) expect(outputOf(program, OURS)).toEqual(outputOf(program, STOCK));
  } finally {
    delete process.env[name];
  }
});

test('300 random dependency graphs are written in the order of cdk8s', () => {
  let numbered = 0;
  let failed = 0;
  for (let seed = 0; seed < 300; seed++) {
    const program = randomDependencies(seed);
    const expected = outputOf(program, STOCK);
    for (const classes of [OURS, MIXED]) expect({ seed, files: outputOf(program, classes) }).toEqual({ seed, files: expected });
    if (Object.keys(expected).some((name) => name.startsWith('0001-'))) numbered++;
    if ('failed' in expected) failed++;
  }
  expect(numbered).toBeGreaterThan(30);
  expect(failed).toBeLessThan(150);
}, 60_000);

test('a chart that renders in its own way is asked', () => {
  const files = [STOCK, OURS].map((classes) => {
    class Own extends (classes.Chart as typeof STOCK.Chart) {
      override toJson(): object[] {
        return [...super.toJson(), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'by-the-chart' } }] as object[];
      }
    }
    return outputOf(({ ApiObject }, app) => {
      const chart = new Own(app, 'own');
      new ApiObject(chart, 'x', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' }, spec: Lazy.any({ produce: () => ({ a: 1 }) }) });
    }, classes);
  });
  expect(files[1]).toEqual(files[0]);
  expect(files[1]).toHaveProperty(['own.k8s.yaml'], expect.stringContaining('by-the-chart'));
});
