// Turns schema nodes into closures, each the first time a document reaches it. No code generation. A first pass answers yes or no without building paths or words; only an
// object that fails is normalised (nulls, defaults) and walked again with both, and that second walk decides. So the first pass may refuse too much, never accept too much.
//
// The order and the oddities are those of the API server: kube-openapi pkg/validation/validate (type.go, validator.go, values.go, object_validator.go, schema_props.go),
// apiextensions-apiserver pkg/apiserver/schema (pruning for unknown fields, listtype for uniqueness).
import { normalize } from './defaults';
import { combinatorChecks } from './combinators';
import { listTypeCheck } from './list-types';
import type { NodeOrId, SchemaNode } from './node';
import type { Check, CheckContext } from './problem';
import { fail } from './problem';
import { embeddedCheck } from './metadata';
import type { Mode, NodeChecks, Reading } from './reading';
import { describeType, numberCheck, stringCheck, typeMatches, UNREADABLE } from './values';
import { suggest } from './suggest';

/** Compiles nodes of one schema group, remembering what it compiled. */
export class Compiler implements NodeChecks {
  readonly reading: Reading;
  private readonly compiled: Record<Mode, Map<SchemaNode, Check>> = { structure: new Map(), value: new Map() };

  constructor(reading: Reading) {
    this.reading = reading;
  }

  /** The check of a node. Nothing is built until it is first called. */
  check(nodeOrId: NodeOrId, mode: Mode): Check {
    let built: Check | undefined;
    return (value, context) => (built ??= this.build(this.reading.resolve(nodeOrId), mode))(value, context);
  }

  /** The check of an object's root: apiVersion, kind and metadata are always known, and `status` is skipped where the API server drops it. */
  root(node: SchemaNode, kind: string, skip: ReadonlySet<string>): Check {
    return this.objectCheck({ ...node, title: kind }, 'structure', skip, combinatorChecks(node, 'structure', this));
  }

  /** Compiles a node and everything below it; for tests of the shipped schemas. */
  build(node: SchemaNode, mode: Mode): Check {
    const known = this.compiled[mode].get(node);
    if (known) return known;
    const check = this.make(node, mode);
    this.compiled[mode].set(node, check);
    return check;
  }

  private make(node: SchemaNode, mode: Mode): Check {
    const { type, intOrString } = node;
    const nullable = node.nullable === true || this.reading.native;
    const values = combinatorChecks(node, mode, this);
    const string = stringCheck(node, this.reading.native);
    const number = numberCheck(node, this.reading.native);
    const typed = type !== undefined || intOrString === true;
    // Of a text with a format the server never looks whether it is a list.
    const unread = !this.reading.native && type === 'string' && node.format !== undefined;
    const wrongType = (value: unknown, context: CheckContext): false =>
      fail(context, unread && Array.isArray(value) ? UNREADABLE : 'NS0012', () => `${describeType(value)} stands where ${expected(node)} belongs${typeof value === 'object' ? '' : `: ${context.show(value)}`}`, () => typeFix(node, value));
    const allowsString = !typed || type === 'string' || intOrString === true;
    const allowsObject = !typed || type === 'object';
    const allowsArray = !typed || type === 'array';

    const ofAnyType: Check = (value, context) => {
      switch (typeof value) {
        case 'string':
          return allowsString ? finish(string?.(value, context) ?? true, values, value, context) : wrongType(value, context);
        case 'number':
          if (!typeMatches(node, value)) return wrongType(value, context);
          return finish(number?.(value, context) ?? true, values, value, context);
        case 'object':
          if (value === null) {
            if (typed && !nullable && mode === 'structure') return wrongType(value, context);
            return node.enum === undefined || this.reading.native || fail(context, 'NS0014', () => 'null is not one of the allowed values', () => 'leave the field out');
          }
          if (Array.isArray(value)) return array(value, context);
          return object(value, context);
        case 'boolean':
          return !typed || type === 'boolean' ? finish(true, values, value, context) : wrongType(value, context);
        default:
          return wrongType(value, context);
      }
    };
    const object = allowsObject ? this.objectCheck(node, mode, node.embedded === true && mode === 'structure' ? EMBEDDED_FIELDS : NO_FIELDS, values, ofAnyType) : wrongType;
    const array = allowsArray ? this.arrayCheck(node, mode, values, ofAnyType) : wrongType;
    // A value mostly is of the type that its node asks for.
    return intOrString === true ? ofAnyType : type === 'object' ? object : type === 'array' ? array : ofAnyType;
  }

  /** @param others judges what is no list */
  private arrayCheck(node: SchemaNode, mode: Mode, values: readonly Check[], others: Check): Check {
    const { minItems = 0, maxItems = Infinity } = node;
    // In a structure, a list without an item schema keeps its items and loses the fields of those that are objects.
    // A list that keeps unknown fields keeps those of its items.
    const structural = mode === 'structure';
    const item = node.items === undefined
      ? (structural && !node.preserve && !this.reading.native ? NOTHING_KNOWN : undefined)
      : (structural && node.preserve ? { ...this.reading.resolve(node.items), preserve: true } : node.items);
    let items: Check | undefined;
    const unique = structural ? listTypeCheck(node, this.reading) : undefined;
    return (value, context) => {
      if (!isArray(value)) return others(value, context);
      const list = value as readonly unknown[];
      let ok = true;
      if (list.length < minItems || list.length > maxItems) {
        if (!context.report) return false;
        ok = miscounted(context, list.length, 'item', minItems, maxItems);
      }
      if (item !== undefined && list.length > 0) {
        items ??= this.build(this.reading.resolve(item), mode);
        for (let i = 0; i < list.length; i++) {
          if (context.report) context.path.push(i);
          const good = items(list[i], context);
          if (context.report) context.path.pop();
          if (!good) {
            if (!context.report) return false;
            ok = false;
          }
        }
      }
      if (unique !== undefined && list.length > 1 && !unique(list, context)) ok = false;
      return finish(ok, values, value, context);
    };
  }

  /** @param others judges what is no object */
  private objectCheck(node: SchemaNode, mode: Mode, alwaysKnown: ReadonlySet<string>, values: readonly Check[], others?: Check): Check {
    const { native, resolve } = this.reading;
    const structural = mode === 'structure';
    const properties = new Map<string, Property>();
    for (const [name, child] of Object.entries(node.properties ?? {})) {
      const target = resolve(child);
      const mayRepeat = native && structural && target.listType === 'map' && !isUniqueNatively(name, target);
      const property: Property = {
        // Gives way to what it builds.
        check: (value, context) => (property.check = this.build(mayRepeat ? { ...target, listType: 'atomic' } : target, mode))(value, context),
        nullable: target.nullable === true || !structural,
        defaulted: structural && !native && target.default !== undefined && target.default !== null,
        required: false,
        plain: plainType(target),
      };
      properties.set(name, property);
    }
    const { additionalProperties } = node;
    const extra = additionalProperties === undefined || typeof additionalProperties === 'boolean' ? undefined : resolve(additionalProperties);
    const prunesBelow = structural && additionalProperties === true && !node.preserve && !native;
    const extraCheck = extra ? this.check(extra, mode) : prunesBelow ? this.check(NOTHING_KNOWN, mode) : undefined;
    const extraNullable = extra?.nullable === true || !structural;
    const open = !structural || node.preserve === true || additionalProperties === true || extra !== undefined;
    const required = (node.required ?? []).filter((name) => properties.get(name)?.defaulted !== true && !(native && NATIVELY_OPTIONAL.has(`${node.title}.${name}`)));
    // Where all of them are known they are counted on the way, so that a right object is read once.
    const onTheWay = required.every((name) => properties.has(name));
    if (onTheWay) for (const name of required) properties.get(name)!.required = true;
    const wanted = onTheWay ? new Set(required).size : 0;
    const { minProperties = 0, maxProperties = Infinity } = node;
    const counted = minProperties > 0 || maxProperties !== Infinity;
    const defaults = [...properties].filter(([, property]) => property.defaulted).map(([name]) => name);
    const embedded = node.embedded === true && structural ? embeddedCheck : undefined;
    // Objects of one kind mostly have their fields in one order: those of the last one are expected before they are looked up.
    const expected: string[] = [];
    const inOrder: (Property | undefined)[] = [];

    return (value, context) => {
      if (others !== undefined && (typeof value !== 'object' || value === null || isArray(value))) return others(value, context);
      const object = value as Readonly<Record<string, unknown>>;
      const { report } = context;
      let ok = true;
      let count = 0;
      let met = 0;
      let place = 0;
      if (report || !onTheWay) for (const name of required) {
        const at = object[name];
        if (at !== undefined && (at !== null || properties.get(name)?.nullable !== false) && (at !== null || !native)) continue;
        if (!report) return false;
        ok = missing(context, name, properties.get(name) && node.properties ? resolve(node.properties[name]!) : undefined);
      }
      for (const name in object) {
        const at = object[name];
        if (at === undefined) continue;
        let property: Property | undefined;
        if (expected[place] === name) property = inOrder[place];
        else if (place < MOST_EXPECTED) {
          property = inOrder[place] = properties.get(name);
          expected[place] = name;
        } else property = properties.get(name);
        place++;
        if (property !== undefined) {
          if (at === null && !property.nullable) {
            // Dropped before anything looks: the second pass has no such nulls left.
            if (!report && !native) return false;
            continue;
          }
          count++;
          if (property.required && (at !== null || !native)) met++;
          if (property.plain !== undefined && typeof at === property.plain) continue;
          if (report) context.path.push(name);
          const good = property.check(at, context);
          if (report) context.path.pop();
          if (good) continue;
          if (!report) return false;
          ok = false;
        } else if (alwaysKnown.has(name)) {
          count++;
        } else if (extraCheck !== undefined) {
          if (at === null && !extraNullable) {
            if (!report && !native) return false;
            continue;
          }
          count++;
          if (report) context.path.push(name);
          const good = extraCheck(at, context);
          if (report) context.path.pop();
          if (good) continue;
          if (!report) return false;
          ok = false;
        } else if (open) {
          count++;
        } else {
          if (!report) return false;
          ok = unknown(context, name, properties.keys());
        }
      }
      if (!report && met < wanted) return false;
      if (counted) {
        for (const name of defaults) if (object[name] === undefined) count++;
        if (count < minProperties || count > maxProperties) {
          if (!report) return false;
          ok = miscounted(context, count, 'field', minProperties, maxProperties);
        }
      }
      if (embedded !== undefined && !embedded(object, context)) {
        if (!report) return false;
        ok = false;
      }
      return finish(ok, values, value, context);
    };
  }

  /** What the API server makes of a value before it looks: nulls dropped, defaults filled in. */
  normalize(value: unknown, node: SchemaNode): unknown {
    return this.reading.native ? value : normalize(value, node, this.reading.resolve);
  }
}

/** Of objects with more fields than this every field is looked up. */
const MOST_EXPECTED = 64;

const { isArray } = Array;

interface Property {
  check: Check;
  readonly nullable: boolean;
  readonly defaulted: boolean;
  required: boolean;
  /** What `typeof` says of values that need no other check. */
  readonly plain: 'string' | 'boolean' | undefined;
}

/** Words of a node that ask nothing of a value that is of its type. */
const WORDS_OF_PLAIN: ReadonlySet<string> = new Set(['type', 'title', 'default', 'nullable', 'cel']);

function plainType(node: SchemaNode): Property['plain'] {
  const { type } = node;
  return (type === 'string' || type === 'boolean') && Object.keys(node).every((word) => WORDS_OF_PLAIN.has(word)) ? type : undefined;
}

const EMBEDDED_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);
const NO_FIELDS: ReadonlySet<string> = new Set();
/** Below `additionalProperties: true` and lists without items, the pruning algorithm knows no field at all. */
const NOTHING_KNOWN: SchemaNode = {};

/** Fields of built-in kinds that their OpenAPI calls required and the API server fills in, or takes as empty. */
const NATIVELY_OPTIONAL: ReadonlySet<string> = new Set([
  'ContainerResizePolicy.resourceName', 'ContainerResizePolicy.restartPolicy', 'ControllerRevision.revision', 'CSIDriver.spec', 'CSINode.spec', 'CSINodeSpec.drivers',
  'CustomResourceDefinitionVersion.served', 'CustomResourceDefinitionVersion.storage', 'EndpointSlice.endpoints', 'ForZone.name', 'HTTPHeader.value', 'LimitRangeSpec.limits',
  'ModifyVolumeStatus.status', 'NetworkPolicySpec.podSelector', 'OwnerReference.apiVersion', 'OwnerReference.kind', 'OwnerReference.name', 'OwnerReference.uid',
  'PodFailurePolicy.rules', 'PodFailurePolicyOnPodConditionsPattern.status', 'PriorityClass.value', 'RoleRef.apiGroup', 'StatefulSetSpec.serviceName',
  'Sysctl.value', 'TokenRequest.audience', 'WorkloadReference.name', 'WorkloadReference.podGroup',
]);

/** Lists of built-in kinds whose keys the API server itself holds unique; for others the keys serve patches only. */
const NATIVELY_UNIQUE: ReadonlySet<string> = new Set([
  'volumeDevices:devicePath', 'topologySpreadConstraints:topologyKey,whenUnsatisfiable', 'webhooks:name',
]);

function isUniqueNatively(name: string, node: SchemaNode): boolean {
  return NATIVELY_UNIQUE.has(`${name}:${(node.listMapKeys ?? []).join(',')}`);
}

function finish(ok: boolean, values: readonly Check[], value: unknown, context: CheckContext): boolean {
  if (values.length === 0) return ok;
  if (!ok && !context.report) return false;
  let good = ok;
  for (const check of values) {
    if (!check(value, context)) {
      good = false;
      if (!context.report) return false;
    }
  }
  return good;
}

function miscounted(context: CheckContext, count: number, what: string, low: number, high: number): false {
  return fail(context, 'NS0014', () => `${count} ${what}${count === 1 ? '' : 's'} where ${range(low, high)} must stand`);
}

function missing(context: CheckContext, name: string, node: SchemaNode | undefined): false {
  return fail(context, 'NS0013', () => `the required field ${name} is missing`, () => `give ${name}${node?.enum ? `, one of ${node.enum.map(String).join(', ')}` : node ? `, ${expected(node)}` : ''}`, name);
}

function unknown(context: CheckContext, name: string, known: Iterable<string>): false {
  const names = [...known];
  return fail(context, 'NS0011', () => `there is no field ${/^[\w$-]{1,60}$/.test(name) ? name : context.show(name)} here`, () => {
    const meant = suggest(name, names);
    if (meant !== undefined) return `did you mean ${meant}?`;
    return names.length === 0 ? 'remove it: nothing is known below' : `remove it; known here: ${names.sort().slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`;
  }, name);
}

function expected(node: SchemaNode): string {
  if (node.intOrString) return 'an integer or a string';
  switch (node.type) {
    case 'object': return 'a mapping';
    case 'array': return 'a list';
    case 'integer': return node.format === 'int32' || node.format === 'int64' ? `an integer (${node.format})` : 'an integer';
    case 'boolean': return 'true or false';
    case 'string': return 'a string';
    case 'number': return 'a number';
    default: return 'a value';
  }
}

function typeFix(node: SchemaNode, value: unknown): string | undefined {
  if (node.type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return 'put it in quotes';
  if ((node.type === 'integer' || node.type === 'number' || node.type === 'boolean') && typeof value === 'string') return 'remove the quotes, or give the value itself';
  if (node.type === 'array') return 'write it as a list: "- …"';
  if (node.type === 'object' && Array.isArray(value)) return 'write it as a mapping, without "- "';
  return undefined;
}

function range(low: number, high: number): string {
  if (high === Infinity) return `at least ${low}`;
  return low === 0 ? `at most ${high}` : low === high ? `exactly ${low}` : `${low} to ${high}`;
}
