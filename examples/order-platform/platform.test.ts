import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { NetworkApp } from 'cdk8s-netstack';
import 'cdk8s-netstack/testing';
import { orderPlatform } from './platform';

const app = orderPlatform(new NetworkApp({ profile: 'production' }));
const assembly = app.assembly();
const manifests = Object.fromEntries(assembly.documents.map(({ file, yaml }) => [file, yaml]));

test.each(Object.entries({ ...manifests, ...assembly.terraform, ...assembly.files }).sort())('%s', (_, content) => {
  expect(content).toMatchSnapshot();
});

test('the README names what is there', () => {
  const readme = readFileSync(join(__dirname, 'README.md'), 'utf8');
  const named = readme.split('\n').filter((line) => line.startsWith('| ')).map((line) => line.split(' | ')[1]!)
    .flatMap((output) => [...output.matchAll(/`((?:<region>|files\/|terraform\/)[^`]*)`/g)].map(([, path]) => path!));
  const placeless = (output: string): string => output.replace(/^(files\/envoy-gateway\/)?(beijing|shanghai)-/, '$1<region>-').replace(/vpn-(?!hub)\w+/, 'vpn-<site>');
  const outputs = Object.keys({ ...manifests, ...assembly.terraform, ...assembly.files });
  const covers = (path: string, output: string): boolean => placeless(output).startsWith(path.split('…')[0]!);
  expect(named.filter((path) => !outputs.some((output) => covers(path, output)))).toEqual([]);
  expect(outputs.filter((output) => !named.some((path) => covers(path, output)))).toEqual([]);
});

test('validation finds nothing', () => {
  expect(app).toHaveNoFindings({ minSeverity: 'info' });
});

test('who reaches whom: by the gateway with its shares, and nobody past it', () => {
  expect(app).toRoute('https://api.example.com/api/v1/orders/42', 'order-system/order-service', { headers: { 'x-api-version': 'v1' }, jwt: { issuer: 'https://id.example.com' }, weight: 97 });
  expect(app).toAllow({ from: 'order-system/order-frontend', to: 'order-system/order-service:8080', cluster: 'beijing' });
  expect(app).toDeny({ from: 'order-system/order-frontend', to: 'redis-system/rate-limit-redis:6379', cluster: 'beijing' });
});

test('a stock App writes the same manifests, byte for byte, and says what it does not write', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'order-platform-'));
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  orderPlatform(new App({ outdir })).synth();
  expect(warn.mock.calls.map(([sentence]) => sentence)).toEqual([
    `Not written: terraform/ and ${Object.keys(assembly.files).length} files below files/, because this program's root is not a NetworkApp. Make it with new NetworkApp().`,
  ]);
  warn.mockRestore();
  const stock = Object.fromEntries(readdirSync(outdir).map((file) => [file, readFileSync(join(outdir, file), 'utf8')]));
  rmSync(outdir, { recursive: true });
  expect(manifests).toEqual(stock);
});

/** The offices come in through Beijing, by addresses of their own plan. */
const isOffices = (rule: object): boolean => ('from' in rule || 'fromCIDRSet' in rule) && JSON.stringify(rule).includes('"10.60.');

test('the regions differ in names, addresses and the offices, which come in through Beijing', () => {
  const documentsOf = (region: string): unknown[] => assembly.documents.filter(({ file }) => file.startsWith(region)).map(({ documents }) => {
    const text = JSON.stringify(documents, (_, value: unknown) => (Array.isArray(value) ? value.filter((one: object | string) => typeof one !== 'object' || !isOffices(one)) : value));
    return JSON.parse(text.replaceAll(region, 'REGION').replace(/(-order-frontend)-[0-9a-f]{8}/g, '$1-HASH').replace(/"10\.(128|160)\.0\.0\/16"/g, '"PODS"')
      .replace(/"10\.47\.(64|96)\./g, '"LOAD-BALANCERS.').replace(/"10\.47\.[12]\.1"/g, '"ROUTER"')) as unknown;
  });
  expect(documentsOf('beijing')).toEqual(documentsOf('shanghai'));
});
