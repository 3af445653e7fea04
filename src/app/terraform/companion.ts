// The second tree of outputs: Terraform JSON. Constructs of the Kubernetes tree only leave builders here; the cdktf tree is made when the output is
// rendered, so that order of declaration does not matter and an app without Terraform never loads cdktf.
import { Construct } from 'constructs';
import type { IConstruct } from 'constructs';
import { NetstackError, shorten } from '../../core/errors';
import { sourceOf } from '../../core/provenance';
import { Registry } from '../../core/registry';
import type { CompanionFile, OutputCompanion } from '../../core/registry';
import { refuseSecrets } from '../../core/secrets';
import { requireObject } from '../../core/shape';
import type { TerraformVariable } from '../../core/terraform-variable';
import { addBackend, loadCdktf } from './bindings';
import { terraformLiterals } from './literal';

/** Where Terraform keeps its state. */
export type TerraformBackend =
  | { readonly type: 'local'; readonly path?: string }
  /** Any other backend of Terraform, with its arguments. Credentials belong into the environment. */
  | { readonly type: string; readonly config: Readonly<Record<string, string | number | boolean>> };

/** Adds resources to the tree of a stack. Called once per rendering. */
export type TerraformBuilder = (stack: Construct) => void;

/** Names of arguments of a module block, which no variable may have. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(['count', 'depends_on', 'for_each', 'lifecycle', 'locals', 'providers', 'source', 'version']);

/** One Terraform root module: written to `terraform/<name>/cdk.tf.json`. */
export class TerraformStack {
  readonly name: string;
  private readonly builders: Map<string, TerraformBuilder> = new Map();
  private readonly overrides: Map<string, Array<(stack: TerraformOverrides) => void>> = new Map();
  private readonly variables: Map<string, TerraformVariable> = new Map();
  private readonly memory: Map<string, unknown> = new Map();
  private backend: TerraformBackend | undefined;
  /** The constructs that asked for it, by path. */
  private readonly users: Map<string, string | undefined> = new Map();

  /** @internal */
  constructor(name: string) {
    this.name = name;
  }

  /** @internal */
  usedBy(scope: IConstruct): void {
    this.users.set(scope.node.path, sourceOf(scope));
  }

  /** The construct that everything in the stack is of, or the nearest one above several; the line when there is one. */
  get origin(): { readonly constructPath: string; readonly source?: string } {
    const [first = [], ...others] = [...this.users.keys()].map((path) => path.split('/'));
    let length = first.length;
    for (const other of others) {
      let same = 0;
      while (same < length && same < other.length && first[same] === other[same]) same++;
      length = same;
    }
    const sources = new Set(this.users.values());
    const [source] = sources;
    return { constructPath: first.slice(0, length).join('/'), ...(sources.size === 1 && source !== undefined ? { source } : {}) };
  }

  /** Adds resources; builders run in the order of their keys. A second builder under one key replaces the first. */
  add(key: string, builder: TerraformBuilder): void {
    this.builders.set(key, builder);
  }

  /** Declares an input variable and gives the reference to it. @throws NetstackError for a name that Terraform keeps for itself, and for one name with two meanings */
  variable(variable: TerraformVariable, scope: IConstruct): string {
    const { name, description, sensitive } = variable;
    if (RESERVED_NAMES.has(name)) throw new NetstackError({ what: `Terraform variable ${name} has a name that Terraform keeps for itself`, scope, fix: `call it ${name}_value, for example` });
    if (description !== undefined) refuseSecrets(String(description), `the description of Terraform variable ${name}`, scope);
    const present = this.variables.get(name);
    if (present && (present.sensitive !== sensitive || (present.description !== description && present.description !== undefined && description !== undefined))) {
      throw new NetstackError({ what: `Terraform variable ${name} of stack ${this.name} is declared twice, differently`, scope, fix: 'use one TerraformVariable in both places' });
    }
    if (present?.description === undefined) this.variables.set(name, variable);
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

  /** @throws NetstackError for a backend with credentials in it, and when two constructs want two backends */
  useBackend(backend: TerraformBackend, scope: IConstruct): void {
    checkBackend(backend, scope);
    if (this.backend && canonical(this.backend) !== canonical(backend)) {
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
    const config = 'config' in backend ? terraformLiterals(backend.config) : { path: (backend as { path?: string }).path ?? `terraform.${this.name}.tfstate` };
    addBackend(stack, backend.type, config);
    for (const key of [...this.overrides.keys()].sort()) for (const change of this.overrides.get(key)!) change(stack);
    stack.prepareStack();
    const json = sortKeys(stack.toTerraform()) as Record<string, unknown>;
    stripComments(json);
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
    if (typeof name !== 'string' || !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
      throw new NetstackError({ what: `${shorten(name)} is not a name for a Terraform stack`, scope, fix: 'use lower-case letters, digits and "-"' });
    }
    let stack = this.stacks.get(name);
    if (!stack) this.stacks.set(name, stack = new TerraformStack(name));
    stack.usedBy(scope);
    return stack;
  }

  render(): readonly CompanionFile[] {
    return [...this.stacks.keys()].sort().map((name) => {
      const stack = this.stacks.get(name)!;
      return { path: `${name}/cdk.tf.json`, content: stack.render(), ...stack.origin };
    });
  }
}

/** cdktf's own App makes its output folder in its constructor; a plain root makes nothing. */
class Root extends Construct {
  constructor() {
    super(undefined as unknown as Construct, '');
  }
}

/** cdktf's notes on where a resource was made: noise in review, and they change when constructs move. */
function stripComments(json: Record<string, unknown>): void {
  delete json['//'];
  for (const kind of ['resource', 'data']) {
    for (const instances of Object.values((json[kind] ?? {}) as Record<string, Record<string, Record<string, unknown>>>)) {
      for (const instance of Object.values(instances)) delete instance['//'];
    }
  }
}

/** What opens the state, or what lies there; a path or a profile is none. */
const CREDENTIALS = /(?:^|_)(?:secret|secret_key|access_key|session_token|token|password|passphrase|encryption_key|sas_token|client_secret|private_key|credentials|conn_str)$/;

function checkBackend(backend: TerraformBackend, scope: IConstruct): void {
  const { type, config, path } = requireObject(backend, 'the backend', scope) as { type?: unknown; config?: unknown; path?: unknown };
  const refuse = (what: string, fix: string): never => {
    throw new NetstackError({ what, scope, fix });
  };
  if (typeof type !== 'string' || !/^[a-z][a-z0-9_]{0,30}$/.test(type)) return refuse(`Backend type ${shorten(type)} is none of Terraform's`, "give such as { type: 's3', config: { bucket: 'state', key: 'edge' } }");
  if (path !== undefined) {
    if (type !== 'local' || config !== undefined) return refuse(`Backend ${type} has a path`, 'give its arguments in config');
    if (typeof path !== 'string' || !/^(?!\/|.*(?:^|\/)\.\.(?:\/|$))[A-Za-z0-9._/-]{1,200}$/.test(path)) return refuse(`State file ${shorten(path)} is no path below the module`, "give such as 'state/edge.tfstate'");
  }
  if (config === undefined) return type === 'local' ? undefined : refuse(`Backend ${type} has no config`, 'give its arguments in config');
  for (const [key, value] of Object.entries(requireObject(config as object, `the config of backend ${type}`, scope))) {
    if (!/^[a-z][a-z0-9_]{0,60}$/.test(key)) refuse(`${shorten(key)} is no argument of a backend`, 'use the names of its documentation, such as bucket');
    if (CREDENTIALS.test(key)) refuse(`Backend ${type} is given ${key} in the program`, 'leave it out and put it into the environment: the module is a file that everybody reads');
    if (typeof value === 'string') refuseSecrets(value, `${key} of backend ${type}`, scope);
    else if (typeof value !== 'boolean' && !Number.isFinite(value)) refuse(`${key} of backend ${type} is ${shorten(value)}`, 'give a text, a number or a boolean');
  }
}

const canonical = (value: unknown): string => JSON.stringify(sortKeys(value));

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sortKeys(one)]));
}
