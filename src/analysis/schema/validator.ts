// Holds whole objects against the schemas of one set of targets.
import { looksLikeSecret } from '../../core/secret-formats';
import { shorten } from '../../core/errors';
import type { ResolvedTargets } from '../../core/targets';
import type { NodeRules } from '../cel/rules';
import { SchemaRules } from '../cel/rules';
import type { FieldPath, KubernetesObject } from '../documents/document';
import { nativeCheck } from '../native';
import { Compiler } from './compile';
import { rootMetadataCheck } from './metadata';
import type { SchemaGroup } from './node';
import type { Check, CheckContext, Problem } from './problem';
import { QUIET } from './problem';
import type { KindSchema, SchemaStore } from './store';
import { UNREADABLE } from './values';

/** A kind that is ready to be checked. */
export interface KindChecks {
  readonly schema: KindSchema;
  readonly metadata: Check;
  readonly structure: Check;
  readonly compiler: Compiler;
  /** What the API server's own code asks of a built-in kind. */
  readonly native: Check | undefined;
  /** The rules in CEL of a custom resource, when it has any. */
  readonly rules: NodeRules | undefined;
}

/** Splits `apps/v1`; the core group is the empty text. */
export function groupVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? { group: '', version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

export class ObjectValidator {
  readonly store: SchemaStore;
  readonly targets: ResolvedTargets;
  private readonly kinds: Map<string, Map<string, KindChecks | undefined>> = new Map();
  private readonly rules: Map<SchemaGroup, SchemaRules> = new Map();

  constructor(store: SchemaStore, targets: ResolvedTargets) {
    this.store = store;
    this.targets = targets;
  }

  /** What an object of this kind is held against, or undefined when there is no schema. */
  checksOf(apiVersion: string, kind: string): KindChecks | undefined {
    let kinds = this.kinds.get(apiVersion);
    if (!kinds) this.kinds.set(apiVersion, (kinds = new Map()));
    if (!kinds.has(kind)) kinds.set(kind, this.prepare(apiVersion, kind));
    return kinds.get(kind);
  }

  private prepare(apiVersion: string, kind: string): KindChecks | undefined {
    const { group, version } = groupVersion(apiVersion);
    const schema = this.store.find(group, version, kind, this.targets);
    if (!schema) return undefined;
    const compiler = compilerOf(this.store.group(group === '' ? 'core' : group), schema);
    return {
      schema, compiler, metadata: rootMetadataCheck(schema), structure: compiler.root(schema.root, kind, schema.dropsStatus ? ROOT_AND_STATUS : ROOT), native: nativeCheck(schema),
      rules: schema.native ? undefined : this.rulesOf(group, schema).root(schema.root),
    };
  }

  /** Rules are compiled once per group of schemas and release of Kubernetes. */
  private rulesOf(group: string, schema: KindSchema): SchemaRules {
    const file = this.store.group(group);
    let known = this.rules.get(file);
    if (!known) this.rules.set(file, (known = new SchemaRules(schema.node, Number(this.targets.kubernetes.split('.')[1]))));
    return known;
  }

  /**
   * What is wrong with the object; empty when nothing is.
   *
   * @param old the object that it takes the place of: rules about changes are asked only then
   */
  problems(object: KubernetesObject, checks: KindChecks, old?: KubernetesObject): readonly Problem[] {
    const { metadata, structure, native, rules } = checks;
    const drops = rules !== undefined && checks.schema.dropsStatus;
    const before = drops && old ? withoutStatus(old) : old;
    const formed = metadata(object, QUIET) && structure(object, QUIET) && native?.(object, QUIET) !== false;
    if (formed && rules?.hold(named(drops ? withoutStatus(object) : object), before, QUIET) !== false) return NONE;
    const context = reporting(object.kind);
    metadata(object, context);
    const seen = checks.compiler.normalize(checks.schema.dropsStatus ? withoutStatus(object) : object, checks.schema.root);
    structure(seen, context);
    if (native) return withNative(object, native, context);
    rules?.hold(named(seen as KubernetesObject), before, context, wrongAt(context.problems));
    return context.problems;
  }
}

const STATUS = 'status';
const NONE: readonly Problem[] = [];
const ROOT: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);
const ROOT_AND_STATUS: ReadonlySet<string> = new Set([...ROOT, STATUS]);

/** The server makes a name before it asks rules. */
function named(object: KubernetesObject): KubernetesObject {
  const metadata = (object.metadata ?? {}) as { readonly name?: unknown; readonly generateName?: unknown };
  const { name, generateName } = metadata;
  if (typeof generateName !== 'string' || generateName === '' || (typeof name === 'string' && name !== '')) return object;
  return { ...object, metadata: { ...metadata, name: `${generateName.slice(0, 58)}bcdfg` } };
}

function withoutStatus(object: KubernetesObject): KubernetesObject {
  if (object[STATUS] === undefined) return object;
  const { [STATUS]: _, ...rest } = object;
  return rest as KubernetesObject;
}

/** Rules look only at values whose structure is right: not where something is wrong at a node or below it. */
function wrongAt(problems: readonly Problem[]): (path: FieldPath) => boolean {
  const wrong = new Set<string>();
  for (const { id, path } of problems) {
    // What the server takes stops none of its rules.
    if (id !== UNREADABLE) for (let length = 0; length <= path.length; length++) wrong.add(path.slice(0, length).join('\n'));
  }
  return (path) => wrong.size > 0 && wrong.has(path.join('\n'));
}

/** Nodes are shared within a group, and so are their compiled checks; what `native` changes stays apart. */
const compilers = new WeakMap<SchemaGroup, { native?: Compiler; custom?: Compiler }>();

function compilerOf(group: SchemaGroup, schema: KindSchema): Compiler {
  let pair = compilers.get(group);
  if (!pair) compilers.set(group, (pair = {}));
  const reading = { resolve: schema.node, native: schema.native };
  return schema.native ? (pair.native ??= new Compiler(reading)) : (pair.custom ??= new Compiler(reading));
}

/** What the structure has told is not told again: of the same field, and of what lies below a value of a wrong type. */
function withNative(object: KubernetesObject, native: Check, context: CheckContext): readonly Problem[] {
  const before = context.problems.length;
  native(object, context);
  const key = (path: FieldPath): string => path.join('\n');
  const told = context.problems.slice(0, before);
  const fields = new Set(told.map(({ path }) => key(path)));
  const wrong = new Set(told.filter(({ id }) => id === 'NS0012').map(({ path }) => key(path)));
  return context.problems.filter(({ path }, i) => i < before || !(fields.has(key(path)) || path.some((_, length) => wrong.has(key(path.slice(0, length))))));
}

const SECRET_NAME = /passw|token|secret|privatekey|apikey|credential/i;

function reporting(kind: string): CheckContext {
  const path: (string | number)[] = [];
  const show = (value: unknown): string => {
    const secret = (kind === 'Secret' && (path[0] === 'data' || path[0] === 'stringData'))
      || (typeof value === 'string' && (looksLikeSecret(value) !== undefined || (path.length > 0 && SECRET_NAME.test(String(path[path.length - 1])))));
    return secret ? '(a value that is not shown)' : shorten(value);
  };
  return { report: true, path, problems: [], show };
}
