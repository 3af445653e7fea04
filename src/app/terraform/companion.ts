// The second tree of outputs: Terraform JSON. Constructs of the Kubernetes tree only leave builders here; the cdktf tree is made when the output is
// rendered, so that order of declaration does not matter and an app without Terraform never loads cdktf.
import { Construct } from 'constructs';
import type { IConstruct } from 'constructs';
import { NetstackError, shorten } from '../../core/errors';
import { Registry } from '../../core/registry';
import type { OutputCompanion } from '../../core/registry';
import type { TerraformVariable } from '../../core/terraform-variable';
import { loadCdktf } from './bindings';

/** Where Terraform keeps its state. */
export type TerraformBackend =
  | { readonly type: 'local'; readonly path?: string }
  /** Any other backend of Terraform, with its arguments. Credentials belong into the environment. */
  | { readonly type: string; readonly config: Readonly<Record<string, string | number | boolean>> };

/** Adds resources to the tree of a stack. Called once per rendering. */
export type TerraformBuilder = (stack: Construct) => void;

/** One Terraform root module: written to `terraform/<name>/cdk.tf.json`. */
export class TerraformStack {
  readonly name: string;
  private readonly builders: Map<string, TerraformBuilder> = new Map();
  private readonly overrides: Map<string, Array<(stack: TerraformOverrides) => void>> = new Map();
  private readonly variables: Map<string, TerraformVariable> = new Map();
  private readonly memory: Map<string, unknown> = new Map();
  private backend: TerraformBackend | undefined;

  /** @internal */
  constructor(name: string) {
    this.name = name;
  }

  /** Adds resources; builders run in the order of their keys. A second builder under one key replaces the first. */
  add(key: string, builder: TerraformBuilder): void {
    this.builders.set(key, builder);
  }

  /** Declares an input variable and gives the reference to it. */
  variable(variable: TerraformVariable): string {
    this.variables.set(variable.name, variable);
    return `\${var.${variable.name}}`;
  }

  /** Escape hatch: changes the finished stack, `stack.addOverride('provider.cloudflare.0.api_hostname', '…')`. */
  override(key: string, change: (stack: TerraformOverrides) => void): void {
    this.overrides.set(key, [...(this.overrides.get(key) ?? []), change]);
  }

  /** State that several constructs of one stack share, such as the rules of one zone. */
  shared<T>(key: string, create: () => T): T {
    if (!this.memory.has(key)) this.memory.set(key, create());
    return this.memory.get(key) as T;
  }

  /** @throws NetstackError when two constructs want two backends */
  useBackend(backend: TerraformBackend, scope: IConstruct): void {
    if (this.backend && JSON.stringify(this.backend) !== JSON.stringify(backend)) {
      throw new NetstackError({ what: `Terraform stack ${this.name} is given two backends, ${this.backend.type} and ${backend.type}`, scope, fix: 'give both constructs the same, or use two stacks' });
    }
    this.backend = backend;
  }

  /** The JSON of the stack, with sorted keys. */
  render(): string {
    const { TerraformStack: CdktfStack, TerraformVariable: CdktfVariable } = loadCdktf();
    const stack = new CdktfStack(new Root(), this.name);
    for (const key of [...this.variables.keys()].sort()) {
      const { name, description, sensitive } = this.variables.get(key)!;
      const variable = new CdktfVariable(stack, `variable-${name}`, { type: 'string', description, ...(sensitive ? { sensitive } : {}) });
      variable.overrideLogicalId(name);
    }
    for (const key of [...this.builders.keys()].sort()) this.builders.get(key)!(stack);
    // cdktf's own default is a path of the machine that synthesized.
    const backend = this.backend ?? { type: 'local' };
    const config = 'config' in backend ? backend.config : { path: (backend as { path?: string }).path ?? `terraform.${this.name}.tfstate` };
    stack.addOverride('terraform.backend', { [backend.type]: config });
    for (const key of [...this.overrides.keys()].sort()) for (const change of this.overrides.get(key)!) change(stack);
    stack.prepareStack();
    const json = sortKeys(stack.toTerraform()) as Record<string, unknown>;
    delete json['//'];
    return `${JSON.stringify(json, undefined, 2)}\n`;
  }
}

/** What an override can do to a stack. */
export interface TerraformOverrides {
  addOverride(path: string, value: unknown): void;
}

/** All Terraform of an app. */
export class TerraformCompanion implements OutputCompanion {
  static of(scope: IConstruct): TerraformCompanion {
    return Registry.of(scope).companion('terraform', () => new TerraformCompanion());
  }

  readonly name: string = 'terraform';
  private readonly stacks: Map<string, TerraformStack> = new Map();

  private constructor() {}

  /** The stack of that name, made the first time it is asked for. */
  stack(name: string, scope: IConstruct): TerraformStack {
    if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
      throw new NetstackError({ what: `${shorten(name)} is not a name for a Terraform stack`, scope, fix: 'use lower-case letters, digits and "-"' });
    }
    let stack = this.stacks.get(name);
    if (!stack) this.stacks.set(name, stack = new TerraformStack(name));
    return stack;
  }

  render(): ReadonlyArray<{ readonly path: string; readonly content: string }> {
    return [...this.stacks.keys()].sort().map((name) => ({ path: `${name}/cdk.tf.json`, content: this.stacks.get(name)!.render() }));
  }
}

/** cdktf's own App makes its output folder in its constructor; a plain root makes nothing. */
class Root extends Construct {
  constructor() {
    super(undefined as unknown as Construct, '');
  }
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sortKeys(one)]));
}
