import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Construct } from 'constructs';
import { NetworkApp } from '../../src/app/network-app';
import { TerraformCompanion } from '../../src/app/terraform/companion';
import type { TerraformBackend, TerraformStack } from '../../src/app/terraform/companion';
import { terraformLiteral, terraformLiterals } from '../../src/app/terraform/literal';
import { TerraformVariable } from '../../src/core/terraform-variable';
import { HOSTILE, sentence as whole } from '../core/sentence';

const sentence = (action: () => unknown): string => whole(action).replace(/ \((?:[^()]*, )?<here>\)/, '');

function stack(): { readonly stack: TerraformStack; readonly scope: Construct } {
  const app = new NetworkApp();
  return { stack: TerraformCompanion.of(app).stack('edge', app), scope: new Construct(app, 'c') };
}

const json = (one: TerraformStack): Record<string, unknown> => JSON.parse(one.render()) as Record<string, unknown>;

test('code in a text stays text, also where it is escaped already', () => {
  expect(terraformLiteral('a ${b} %{c} $d %e $${f}')).toBe('a $${b} %%{c} $d %e $$${f}');
  expect(terraformLiterals({ a: ['${x}', 1, true], b: { c: '%{y}' } })).toEqual({ a: ['$${x}', 1, true], b: { c: '%%{y}' } });
});

test('every backend is written as it is given, and the default is no path of this machine', () => {
  const backend = (given?: TerraformBackend): unknown => {
    const { stack: one, scope } = stack();
    if (given) one.useBackend(given, scope);
    return (json(one).terraform as { backend: unknown }).backend;
  };
  expect(backend()).toEqual({ local: { path: 'terraform.edge.tfstate' } });
  expect(backend({ type: 'local', path: 'state/edge.tfstate' })).toEqual({ local: { path: 'state/edge.tfstate' } });
  expect(backend({ type: 's3', config: { bucket: 'state', key: 'edge${x}', use_lockfile: true } })).toEqual({ s3: { bucket: 'state', key: 'edge$${x}', use_lockfile: true } });
});

test.each<readonly [string, unknown, string]>([
  ['no object', 's3', 'The backend is "s3": give an object with its options.'],
  ['no type', {}, "Backend type undefined is none of Terraform's: give such as { type: 's3', config: { bucket: 'state', key: 'edge' } }."],
  ['a type with code', { type: '${x}', config: {} }, "Backend type \"${x}\" is none of Terraform's: give such as { type: 's3', config: { bucket: 'state', key: 'edge' } }."],
  ['no config', { type: 's3' }, 'Backend s3 has no config: give its arguments in config.'],
  ['an absolute path', { type: 'local', path: '/home/me/state' }, "State file \"/home/me/state\" is no path below the module: give such as 'state/edge.tfstate'."],
  ['a path above', { type: 'local', path: '../state' }, "State file \"../state\" is no path below the module: give such as 'state/edge.tfstate'."],
  ['a path elsewhere', { type: 's3', path: 'x' }, 'Backend s3 has a path: give its arguments in config.'],
  ['a credential', { type: 's3', config: { bucket: 'b', secret_key: 'hunter2' } },
    'Backend s3 is given secret_key in the program: leave it out and put it into the environment: the module is a file that everybody reads.'],
  ['a token', { type: 'remote', config: { token: 'x' } }, 'Backend remote is given token in the program: leave it out and put it into the environment: the module is a file that everybody reads.'],
  ['nothing for a value', { type: 's3', config: { bucket: undefined } }, 'bucket of backend s3 is undefined: give a text, a number or a boolean.'],
  ['a name that is none', { type: 's3', config: { 'a b': 'c' } }, '"a b" is no argument of a backend: use the names of its documentation, such as bucket.'],
])('a backend with %s is refused', (_name, given, text) => {
  const { stack: one, scope } = stack();
  expect(sentence(() => one.useBackend(given as TerraformBackend, scope))).toBe(text);
});

test('two backends, two meanings of a variable, names that Terraform keeps', () => {
  const { stack: one, scope } = stack();
  one.useBackend({ type: 's3', config: { bucket: 'a', key: 'b' } }, scope);
  expect(() => one.useBackend({ type: 's3', config: { key: 'b', bucket: 'a' } }, scope)).not.toThrow();
  expect(sentence(() => one.useBackend({ type: 'gcs', config: { bucket: 'a' } }, scope))).toBe('Terraform stack edge is given two backends, s3 and gcs: give both constructs the same, or use two stacks.');
  expect(one.variable(TerraformVariable.named('account'), scope)).toBe('${var.account}');
  one.variable(TerraformVariable.named('account', { description: 'The account' }), scope);
  one.variable(TerraformVariable.named('account'), scope);
  expect(json(one).variable).toEqual({ account: { description: 'The account', type: 'string' } });
  expect(sentence(() => one.variable(TerraformVariable.named('account', { sensitive: true }), scope)))
    .toBe('Terraform variable account of stack edge is declared twice, differently: use one TerraformVariable in both places.');
  expect(sentence(() => one.variable(TerraformVariable.named('count'), scope))).toBe('Terraform variable count has a name that Terraform keeps for itself: call it count_value, for example.');
});

test('an override reaches the module', () => {
  const { stack: one } = stack();
  one.override('a', (finished) => finished.addOverride('terraform.required_version', '>= 1.6'));
  expect(json(one).terraform).toMatchObject({ required_version: '>= 1.6' });
});

/** The real thing, where it is installed; without it this test says nothing and does not pretend to. */
const binary = ['tofu', 'terraform'].find((name) => spawnSync(name, ['version'], { stdio: 'ignore' }).status === 0);

(binary === undefined ? test.skip : test)('Terraform reads back every hostile text', () => {
  const texts = [...HOSTILE.filter((text) => text !== '\ud800'), '${1}', '%{if true}', '$${x}', '$$${x}', '%%{x}', '${file("/etc/passwd")}'].map((text) => text.slice(0, 2000));
  const folder = mkdtempSync(join(tmpdir(), 'netstack-terraform-'));
  try {
    writeFileSync(join(folder, 'main.tf.json'), JSON.stringify({ output: { texts: { value: terraformLiterals(texts) } } }));
    const run = (...args: string[]): string => {
      const { status, stdout, stderr } = spawnSync(binary!, args, { cwd: folder, encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
      return stdout;
    };
    run('init', '-backend=false', '-input=false');
    run('apply', '-auto-approve', '-input=false');
    expect(JSON.parse(run('output', '-json', 'texts'))).toEqual(texts);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the model names the construct that a stack is of, or the nearest one above several, whatever the order', () => {
  const origin = (...paths: string[]): unknown => {
    const app = new NetworkApp();
    for (const path of paths) {
      let scope: Construct = app;
      for (const id of path.split('/')) scope = (scope.node.tryFindChild(id) as Construct | undefined) ?? new Construct(scope, id);
      TerraformCompanion.of(app).stack('edge', scope);
    }
    return app.assembly().model.outputs.find(({ kind }) => kind === 'terraform')?.constructPath;
  };
  expect([origin('edge/order'), origin('edge/order', 'edge/office'), origin('edge/order/a', 'edge/ordering/b'), origin('a/b', 'c/d'), origin('a/b', 'a')]).toEqual(['edge/order', 'edge', 'edge', '', 'a']);
});
