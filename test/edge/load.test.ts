// The provider's classes are 119 MB: nothing of them is loaded before a Terraform module is rendered, and nothing is needed before one is declared.
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { requireTerraformPackages } from '../../src/app/terraform/bindings';

/** Modules of the Terraform packages that a program has loaded at its end. */
function loaded(program: string): string[] {
  const root = resolve(__dirname, '../..');
  const report = 'process.stdout.write(JSON.stringify(Object.keys(require.cache).filter((path) => /node_modules.(cdktf|@cdktf)./.test(path))));';
  const output = execFileSync(process.execPath, ['--import', 'tsx', '-e', `${program}\n${report}`], { cwd: root, encoding: 'utf8' });
  return JSON.parse(output) as string[];
}

test('requiring everything loads nothing of Terraform, and declaring an edge neither', () => {
  const program = [
    "const n = require('./src/index.ts');",
    "const { Chart } = require('cdk8s');",
    'for (const name of Object.keys(n)) void n[name];',
    'const app = new n.NetworkApp();',
    "new n.EdgeTunnel(new Chart(app, 'edge'), 'order', { zone: 'example.com', account: 'a'.repeat(32), token: n.SecretRef.existing('cloudflared', 'token') });",
  ].join('\n');
  expect(loaded(program)).toEqual([]);
  const rendered = loaded(`${program}\napp.assembly();`);
  expect(rendered.some((path) => path.includes('provider-cloudflare'))).toBe(true);
  // The index of the provider would load every resource.
  expect(rendered.filter((path) => /provider-cloudflare.lib.index\.js$/.test(path))).toEqual([]);
});

test('missing packages are named, with what installs them', () => {
  const absent = (...names: string[]) => (name: string): string => {
    if (names.some((one) => name.startsWith(`${one}/`))) throw new Error(`Cannot find module '${name}'`);
    return name;
  };
  const sentence = (resolver: (name: string) => string): string => {
    try {
      requireTerraformPackages(['cdktf', '@cdktf/provider-cloudflare'], resolver);
    } catch (error) {
      return (error as Error).message.replace(/ \([^()]*:\d+\)/, '');
    }
    return '';
  };
  expect(sentence(absent())).toBe('');
  expect(sentence(absent('cdktf'))).toBe('Terraform output needs cdktf, which is not installed: run npm install cdktf@^0.21 @cdktf/provider-cloudflare@^13.9.');
  expect(sentence(absent('cdktf', '@cdktf/provider-cloudflare')))
    .toBe('Terraform output needs cdktf and @cdktf/provider-cloudflare, which are not installed: run npm install cdktf@^0.21 @cdktf/provider-cloudflare@^13.9.');
});
