// Holds whole objects against the schemas of one set of targets.
import { looksLikeSecret } from '../../core/secret-formats';
import { shorten } from '../../core/errors';
import type { ResolvedTargets } from '../../core/targets';
import type { FieldPath, KubernetesObject } from '../documents/document';
import { nativeCheck } from '../native';
import { Compiler } from './compile';
import { rootMetadataCheck } from './metadata';
import type { SchemaGroup } from './node';
import type { Check, CheckContext, Problem } from './problem';
import { QUIET } from './problem';
import type { KindSchema, SchemaStore } from './store';

/** A kind that is ready to be checked. */
export interface KindChecks {
  readonly schema: KindSchema;
  readonly metadata: Check;
  readonly structure: Check;
  readonly compiler: Compiler;
  /** What the API server's own code asks of a built-in kind. */
  readonly native: Check | undefined;
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
    };
  }

  /** What is wrong with the object; empty when nothing is. */
  problems(object: KubernetesObject, checks: KindChecks): readonly Problem[] {
    if (checks.metadata(object, QUIET) && checks.structure(object, QUIET) && checks.native?.(object, QUIET) !== false) return NONE;
    const context = reporting(object.kind);
    checks.metadata(object, context);
    const { [STATUS]: status, ...rest } = object;
    const seen = checks.schema.dropsStatus && status !== undefined ? rest : object;
    checks.structure(checks.compiler.normalize(seen, checks.schema.root), context);
    return checks.native ? withNative(object, checks.native, context) : context.problems;
  }
}

const STATUS = 'status';
const NONE: readonly Problem[] = [];
const ROOT: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);
const ROOT_AND_STATUS: ReadonlySet<string> = new Set([...ROOT, STATUS]);

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
