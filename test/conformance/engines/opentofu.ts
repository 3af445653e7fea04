// OpenTofu, built from its Go module, evaluates every root: names, references, variables and templates. The Cloudflare provider takes too long to build, so what
// each resource may hold is asked of its schema elsewhere (test/edge/provider-schema.test.ts); here every resource becomes a `terraform_data` of the same
// values, which OpenTofu knows by itself. It is applied to a state in a temporary folder and printed: the values as a provider would be given them.
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { TerraformCompanion } from '../../../src/app/terraform/companion';
import { Expression } from '../../../src/edge';
import { setUp } from '../../edge/scene';
import { HOSTILE } from '../../formats/hostile';
import type { GoProgram } from '../cache';
import { buildGo, goBinary, inFolder, run } from '../cache';
import type { Engine, EngineFile, Verdict } from '../engine';
import { carried } from '../hostile-samples';

const PROGRAM: GoProgram = {
  name: 'tofu', module: 'github.com/opentofu/opentofu', version: 'v1.12.6', package: 'github.com/opentofu/opentofu/cmd/tofu',
  replace: ['github.com/hashicorp/hcl/v2 v2.20.1 => github.com/opentofu/hcl/v2 v2.20.2-0.20251021132045-587d123c2828'],
};

export const opentofu: Engine = {
  name: 'opentofu',
  target: 'terraform 1 (without providers)',
  source: 'its Go module',
  reads: (file) => file.path.endsWith('.tf.json'),
  prepare: () => buildGo(PROGRAM),
  version: () => Promise.resolve(existsSync(goBinary(PROGRAM)) ? PROGRAM.version.slice(1) : undefined),
  async check(files) {
    const verdicts: Verdict[] = [];
    for (const file of files) verdicts.push(await apply(file));
    return { accepted: verdicts.every(({ accepted }) => accepted), output: verdicts.map(({ output }) => output).join('\n') };
  },
  samples: () => [
    ...carried('a description', HOSTILE, (description) => rules({ description }), (text) => JSON.stringify(text)),
    ...carried('a user agent', HOSTILE, (text) => rules({ when: Expression.in('http.user_agent', [text]) }), (text) => JSON.stringify(Expression.in('http.user_agent', [text]).toString())),
    { name: 'a variable that is not declared', files: text('${var.nowhere}'), accepted: false, readsBack: 'Reference to undeclared input variable' },
    { name: 'a resource that is not declared', files: text('${cloudflare_ruleset.nowhere.id}'), accepted: false, readsBack: 'Reference to undeclared resource' },
    { name: 'a template that does not end', files: text('a ${var.zone'), accepted: false },
    { name: 'a directive that is none', files: text('a %{b}'), accepted: false, readsBack: 'Invalid template control keyword' },
    { name: 'a function, as it stands', files: text('${upper("a")}'), accepted: true, readsBack: '"A"' },
  ],
};

/** The roots of an edge with one rule. */
function rules(rule: object): EngineFile[] {
  const { app } = setUp({ managedRules: [], waf: [{ id: 'x', when: Expression.path('/'), ...rule }] });
  return TerraformCompanion.of(app).render().map(({ path, content }) => ({ path: posix.join('terraform', path), content }));
}

function text(value: string): EngineFile[] {
  return [{ path: 'terraform/sample/cdk.tf.json', content: JSON.stringify({ variable: { zone: { type: 'string' } }, resource: { cloudflare_ruleset: { sample: { description: value } } } }) }];
}

interface Root {
  readonly variable?: Readonly<Record<string, object>>;
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly [block: string]: unknown;
}

/** The same root without providers. Every resource has an id, as after a create. */
function withoutProviders({ terraform: _, provider: __, resource = {}, variable = {}, ...rest }: Root): Root {
  const rename = (json: string): string => Object.keys(resource).reduce((all, type) => all.replaceAll(`${type}.`, `terraform_data.${type}-`), json);
  // References: `type.name.attribute` in a template becomes `terraform_data.type-name.output.attribute`; elsewhere the words stay.
  const reference = (value: string): string => value.replace(/(?<!\$)\$\{[^}]*\}/g, (template) => rename(template).replace(/(terraform_data\.[\w-]+)/g, '$1.output'));
  const translate = (value: unknown): unknown => {
    if (typeof value === 'string') return reference(value);
    if (Array.isArray(value)) return value.map(translate);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).filter(([name]) => name !== '//').map(([name, one]) => [name, translate(one)]));
  };
  const instances = Object.entries(resource).flatMap(([type, named]) => Object.entries(named).map(([name, { depends_on: after, lifecycle, ...values }]) => [`${type}-${name}`, {
    input: { id: 'id', ...translate(values) as object },
    ...(after === undefined ? {} : { depends_on: (after as string[]).map((one) => rename(one)) }),
    ...(lifecycle === undefined ? {} : { lifecycle }),
  }] as const));
  const data = translate(rest) as object;
  return { ...data, variable, ...(instances.length === 0 ? {} : { resource: { terraform_data: Object.fromEntries(instances) } }) };
}

function apply(file: EngineFile): Promise<Verdict> {
  const root = withoutProviders(JSON.parse(file.content) as Root);
  return inFolder([{ path: 'root/main.tf.json', content: JSON.stringify(root) }, { path: 'tofu.rc', content: '' }], async (folder) => {
    const env = { TF_CLI_CONFIG_FILE: join(folder, 'tofu.rc'), ...Object.fromEntries(Object.keys(root.variable ?? {}).map((name) => [`TF_VAR_${name}`, 'value'])) };
    const tofu = (...args: string[]): Promise<{ code: number; output: string }> => run(goBinary(PROGRAM), args, { cwd: join(folder, 'root'), env });
    const applied = await tofu('apply', '-auto-approve', '-no-color', '-input=false');
    if (applied.code !== 0) return { accepted: false, output: applied.output };
    const { code, output } = await tofu('show', '-json');
    return { accepted: code === 0, output: code === 0 ? readable(output) : output };
  });
}

/** Go writes `<`, `>` and `&` as escapes: the values are printed again as JSON is printed here. */
function readable(output: string): string {
  return JSON.stringify(JSON.parse(output));
}
