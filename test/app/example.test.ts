// The example as a whole: bytes of stock cdk8s, a model that its schema accepts.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv from 'ajv';
import { ApiObject, App, Chart } from 'cdk8s';
import { NetworkApp, NetworkChart, NetworkObject } from 'cdk8s-netstack';
import { orderPlatform } from '../../examples/order-platform/platform';
import { readFolder } from './programs';

test('its manifests are those of stock cdk8s', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'netstack-example-'));
  const spies = [
    jest.spyOn(NetworkObject.prototype, 'toJson').mockImplementation(function (this: NetworkObject) {
      return ApiObject.prototype.toJson.call(this) as unknown;
    }),
    jest.spyOn(NetworkChart.prototype, 'toJson').mockImplementation(function (this: NetworkChart) {
      return Chart.prototype.toJson.call(this);
    }),
  ];
  try {
    App.prototype.synth.call(orderPlatform(new NetworkApp({ outdir })));
    expect(spies.every((spy) => spy.mock.calls.length > 0)).toBe(true);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  const stock = readFolder(outdir);
  rmSync(outdir, { recursive: true });
  const { documents } = orderPlatform(new NetworkApp()).assembly();
  expect(Object.fromEntries(documents.map(({ file, yaml }) => [file, yaml]))).toEqual(stock);
});

test('its model is what the schema says', () => {
  const { model } = orderPlatform(new NetworkApp()).assembly();
  const validate = new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync(join(__dirname, '../../src/app/netstack.model.schema.json'), 'utf8')) as object);
  expect(validate(model) ? [] : validate.errors).toEqual([]);
  expect(model.objects.every(({ source }) => source?.startsWith('examples/order-platform/'))).toBe(true);
});
