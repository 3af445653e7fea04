// What the API server asks of the schema in a CustomResourceDefinition: that it is structural, and that its defaults, patterns and rules are right.
// Source: apiextensions-apiserver pkg/apiserver/schema/validation.go, complete.go and pkg/apis/apiextensions/validation/validation.go.
import type { Fields, Place } from '../native/place';
import { fields, given, list, text } from '../native/place';
import { checkChoice } from '../native/words';
import type { SchemaNode } from '../schema/node';
import { checkDefault } from './defaults';
import { LATER } from './definition';
import { toNode } from './nodes';
import { checkPattern } from './patterns';
import { checkRules } from './rules';

type Level = 'root' | 'item' | 'field';

/** Where a schema stands among those around it. */
interface Around {
  readonly level: Level;
  /** Inside the metadata (or apiVersion or kind) of an object. */
  readonly inMetadata: boolean;
  /** Why no default may stand here: continues "no default may stand ". */
  readonly noDefault?: string;
  /** Below additionalProperties, where nobody looks at defaults. */
  readonly belowMap: boolean;
  /** Old and new values cannot be told apart here, so that no rule may ask for the old one. */
  readonly uncorrelated: boolean;
}

/** What is the same for the whole schema. */
export interface Definition {
  /** The 35 of Kubernetes 1.35. */
  readonly kubernetes: number;
  /** `status` is a sub-resource. */
  readonly status: boolean;
}

const TYPES: readonly string[] = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const UNSUPPORTED: readonly string[] = ['$ref', '$schema', 'additionalItems', 'id'];
/** Mappings that are not supported, and that may stand there empty. */
const UNSUPPORTED_MAPS: readonly string[] = ['definitions', 'dependencies', 'patternProperties'];
const OF_METADATA: ReadonlySet<string> = new Set(['metadata', 'kind', 'apiVersion']);

/** What the schema of metadata may have besides its two names; nobody reads some of it. */
const SAID_OF_METADATA: ReadonlySet<string> = new Set(['type', 'default', 'properties', 'example', 'externalDocs']);

/** With `status` as a sub-resource nothing else may stand at the root, so that the schema of `status` says all about it. */
const AT_ROOT_WITH_STATUS: ReadonlySet<string> = new Set([
  'description', 'type', 'format', 'title', 'maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum', 'maxLength', 'minLength', 'pattern', 'maxItems', 'minItems', 'uniqueItems',
  'multipleOf', 'required', 'items', 'properties', 'externalDocs', 'example', 'x-kubernetes-preserve-unknown-fields', 'x-kubernetes-validations',
]);

/** Holds the root schema of a version to the rules. `node` is the same schema as validators read it. */
export function checkSchema(schema: Fields, node: SchemaNode, at: Place, definition: Definition): void {
  if (schema.nullable === true) at.child('nullable').refuse(() => 'the root cannot be null', 'remove nullable');
  const free = schema.type === undefined && schema['x-kubernetes-preserve-unknown-fields'] === true && !definition.status;
  if (text(schema.type) !== 'object' && !free) at.child('type').refuse(() => `the root ${schema.type === undefined ? 'has no type' : `is of type ${text(schema.type)}`}, and must be an object`, 'write type: object');
  if (given(schema.additionalProperties)) at.child('additionalProperties').refuse(() => 'additionalProperties may not stand at the root', 'name the properties');
  if (definition.status) {
    for (const key of Object.keys(schema)) {
      if (AT_ROOT_WITH_STATUS.has(key) || !given(schema[key]) || schema[key] === false) continue;
      at.child(key).refuse(() => `${key} may not stand at the root of a schema whose status is a sub-resource`, 'write it below a property, such as spec');
    }
  }
  new Walk(definition).structural(schema, node, at, { level: 'root', inMetadata: false, belowMap: false, uncorrelated: false });
  completeness(schema, schema, at);
}

class Walk {
  private readonly definition: Definition;

  constructor(definition: Definition) {
    this.definition = definition;
  }

  structural(schema: Fields, node: SchemaNode, at: Place, around: Around): void {
    this.general(schema, node, at, around);
    const type = text(schema.type);
    const intOrString = schema['x-kubernetes-int-or-string'] === true;
    const preserve = schema['x-kubernetes-preserve-unknown-fields'] === true;
    const embedded = schema['x-kubernetes-embedded-resource'] === true;
    const { level } = around;
    if (type === 'array' && !given(schema.items)) at.child('items').refuse(() => 'a list needs the schema of its items', 'write items');
    if (embedded && type !== 'object') at.child('type').refuse(() => 'an embedded resource must be an object', 'write type: object');
    else if (type === '' && !intOrString && !preserve && level !== 'root') {
      at.child('type').refuse(() => `the ${level === 'item' ? 'items of a list' : 'field'} must have a type`, 'write type, or x-kubernetes-preserve-unknown-fields: true');
    }
    if (embedded && given(schema.additionalProperties)) at.child('additionalProperties').refuse(() => 'additionalProperties may not stand in an embedded resource', 'name the properties');
    if (embedded && !preserve && Object.keys(fields(schema.properties)).length === 0) {
      at.child('properties').refuse(() => 'an embedded resource needs properties, or keeps fields that are not known', 'write x-kubernetes-preserve-unknown-fields: true');
    }
    if (intOrString && preserve) at.child('x-kubernetes-preserve-unknown-fields').refuse(() => 'a value that is an integer or a string has no fields to keep', 'remove it');
    if (intOrString && embedded) at.child('x-kubernetes-embedded-resource').refuse(() => 'a value that is an integer or a string is no resource', 'remove it');
    if (level === 'root' || embedded) this.typeAndMetadata(fields(schema.properties), at.child('properties'), level);
    const { anyOf, allOf, oneOf, not } = schema;
    this.alternatives(anyOf, at.child('anyOf'), level, isIntOrString(anyOf));
    list(allOf).forEach((part, i) => {
      const alone = i === 0 && isIntOrString(fields(part).anyOf) ? { ...fields(part), anyOf: undefined } : fields(part);
      this.nested(alone, at.child('allOf').child(i), level);
    });
    this.alternatives(oneOf, at.child('oneOf'), level);
    if (given(not)) this.nested(fields(not), at.child('not'), level);
    this.below(schema, node, at, around, embedded);
  }

  private below(schema: Fields, node: SchemaNode, at: Place, around: Around, embedded: boolean): void {
    const { inMetadata, noDefault } = around;
    if (given(schema.items)) {
      const uncorrelated = around.uncorrelated || schema['x-kubernetes-list-type'] !== 'map';
      this.structural(fields(schema.items), inner(node.items), at.child('items'), { ...around, level: 'item', uncorrelated });
    }
    const extra = schema.additionalProperties;
    if (typeof extra === 'object' && extra !== null) {
      const reason = noDefault ?? (inMetadata ? 'inside of additionalProperties of metadata' : undefined);
      this.structural(fields(extra), inner(node.additionalProperties), at.child('additionalProperties'), { ...around, level: 'field', belowMap: true, ...(reason === undefined ? {} : { noDefault: reason }) });
    }
    const properties = fields(schema.properties);
    for (const name of Object.keys(properties)) {
      const meta = OF_METADATA.has(name) && (around.level === 'root' || embedded);
      const reason = noDefault ?? (meta && around.level === 'root' ? `in the ${name} of the object` : undefined);
      this.structural(fields(properties[name]), inner(node.properties?.[name]), at.child('properties').child(name), {
        level: 'field', inMetadata: inMetadata || meta, belowMap: around.belowMap, uncorrelated: around.uncorrelated, ...(reason === undefined ? {} : { noDefault: reason }),
      });
    }
  }

  private typeAndMetadata(properties: Fields, at: Place, level: Level): void {
    for (const name of ['apiVersion', 'kind']) {
      if (given(properties[name]) && text(fields(properties[name]).type) !== 'string') at.child(name).child('type').refuse(() => `${name} must be a string`, 'write type: string');
    }
    if (!given(properties.metadata)) return;
    const metadata = fields(properties.metadata);
    if (text(metadata.type) !== 'object') at.child('metadata').child('type').refuse(() => 'metadata must be an object', 'write type: object');
    if (level !== 'root') return;
    const more = Object.keys(metadata).filter((key) => !SAID_OF_METADATA.has(key) && given(metadata[key]) && (metadata[key] !== false || key === 'additionalProperties')
      && !(Array.isArray(metadata[key]) && metadata[key].length === 0));
    const others = Object.keys(fields(metadata.properties)).filter((name) => name !== 'name' && name !== 'generateName');
    if (more.length + others.length > 0) at.child('metadata').refuse(() => `the schema of metadata says more than about name and generateName: ${[...more, ...others].join(', ')}`, 'write metadata: { type: object }');
  }

  /** @param types whether the parts are but types, and allowed to be */
  private alternatives(parts: unknown, at: Place, level: Level, types: boolean = false): void {
    list(parts).forEach((part, i) => {
      if (types) this.general(fields(part), {}, at.child(i), NESTED);
      else this.nested(fields(part), at.child(i), level);
    });
  }

  /** A schema inside of allOf, anyOf, oneOf or not only restricts what the structure says. */
  private nested(schema: Fields, at: Place, level: Level): void {
    this.general(schema, {}, at, NESTED);
    for (const key of ONLY_IN_STRUCTURE) {
      if (given(schema[key]) && schema[key] !== false && schema[key] !== '') at.child(key).refuse(() => `${key} may not stand inside of allOf, anyOf, oneOf or not`, 'write it outside, where the structure is');
    }
    for (const word of ['allOf', 'anyOf', 'oneOf']) this.alternatives(schema[word], at.child(word), level);
    if (given(schema.not)) this.nested(fields(schema.not), at.child('not'), level);
    if (given(schema.items)) this.nested(fields(schema.items), at.child('items'), level);
    const properties = fields(schema.properties);
    for (const name of Object.keys(properties)) this.nested(fields(properties[name]), at.child('properties').child(name), 'field');
    if (given(properties.metadata)) at.child('properties').child('metadata').refuse(() => 'nothing may be said of metadata inside of allOf, anyOf, oneOf or not', 'remove it');
  }

  /** Keywords by themselves, wherever they stand. */
  private general(schema: Fields, node: SchemaNode, at: Place, around: Around): void {
    if (text(schema.type) !== '') checkChoice(text(schema.type), TYPES, at.child('type'), 'the type');
    for (const key of UNSUPPORTED) if (given(schema[key])) at.child(key).refuse(() => `${key} is not supported`, 'write the schema out');
    for (const key of UNSUPPORTED_MAPS) if (Object.keys(fields(schema[key])).length > 0) at.child(key).refuse(() => `${key} is not supported`, 'write the schema out');
    if (schema.uniqueItems === true) at.child('uniqueItems').refuse(() => 'uniqueItems is not supported', 'write x-kubernetes-list-type: set');
    if (Array.isArray(schema.items)) at.child('items').refuse(() => 'items must be one schema', 'write one schema for all items');
    if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
      at.child('x-kubernetes-preserve-unknown-fields').refuse(() => 'x-kubernetes-preserve-unknown-fields can only be true', 'remove it');
    }
    if (around.inMetadata && schema['x-kubernetes-embedded-resource'] === true) at.child('x-kubernetes-embedded-resource').refuse(() => 'no resource may stand in metadata', 'remove it');
    const extra = schema.additionalProperties;
    if (given(extra) && extra !== true && Object.keys(fields(schema.properties)).length > 0) {
      at.child('additionalProperties').refuse(() => 'properties and additionalProperties may not stand together', 'keep one of them');
    }
    const mapType = schema['x-kubernetes-map-type'];
    if (given(mapType)) {
      checkChoice(text(mapType), ['atomic', 'granular'], at.child('x-kubernetes-map-type'), 'the map type');
      if (text(schema.type) !== 'object') at.child('type').refuse(() => 'only an object has a map type', 'write type: object');
    }
    checkList(schema, at);
    checkPattern(schema.pattern, at.child('pattern'));
    if (around.noDefault !== undefined && given(schema.default)) at.child('default').refuse(() => `no default may stand ${around.noDefault}`, 'remove it');
    else if (!around.belowMap) checkDefault(schema.default, around.level === 'root' ? { ...node, embedded: true } : node, at.child('default'));
    checkRules(schema, node, at, { kubernetes: this.definition.kubernetes, root: around.level === 'root', uncorrelated: around.uncorrelated });
  }
}

const NESTED: Around = { level: 'field', inMetadata: false, belowMap: true, uncorrelated: false };

const ONLY_IN_STRUCTURE: readonly string[] = [
  'type', 'additionalProperties', 'default', 'title', 'description', 'nullable', 'x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource', 'x-kubernetes-int-or-string',
  'x-kubernetes-list-map-keys', 'x-kubernetes-list-type', 'x-kubernetes-map-type', 'x-kubernetes-validations',
];

/** The two alternatives that the extension for "an integer or a string" allows to stand beside it. */
function isIntOrString(parts: unknown): boolean {
  const types = list(parts).map((part) => {
    const { type, ...rest } = fields(part);
    return Object.keys(toNode(rest, '', LATER)).length === 0 && !given(rest.description) && !given(rest.title) ? type : undefined;
  });
  return types.length === 2 && types[0] === 'integer' && types[1] === 'string';
}

function inner(node: unknown): SchemaNode {
  return typeof node === 'object' && node !== null ? node as SchemaNode : {};
}

function checkList(schema: Fields, at: Place): void {
  const listType = schema['x-kubernetes-list-type'];
  const keys = list(schema['x-kubernetes-list-map-keys']);
  if (!given(listType)) {
    if (keys.length > 0) at.child('x-kubernetes-list-type').refuse(() => 'a list with keys must be of list type map', 'write x-kubernetes-list-type: map');
    return;
  }
  checkChoice(text(listType), ['atomic', 'set', 'map'], at.child('x-kubernetes-list-type'), 'the list type');
  const items = fields(schema.items);
  const here = at.child('items');
  if (text(schema.type) !== 'array') at.child('type').refuse(() => 'only a list has a list type', 'write type: array');
  else if (listType === 'set' && text(items.type) === 'object' && items['x-kubernetes-map-type'] !== 'atomic') {
    here.child('x-kubernetes-map-type').refuse(() => 'the objects of a set must be atomic', 'write x-kubernetes-map-type: atomic');
  } else if (listType === 'set' && text(items.type) === 'array' && given(items['x-kubernetes-list-type']) && items['x-kubernetes-list-type'] !== 'atomic') {
    here.child('x-kubernetes-list-type').refuse(() => 'the lists of a set must be atomic', 'remove it');
  }
  if ((listType === 'set' || listType === 'map') && items.nullable === true) here.child('nullable').refuse(() => `the items of a list of type ${listType} cannot be null`, 'remove nullable');
  if (listType !== 'map') {
    if (keys.length > 0) at.child('x-kubernetes-list-type').refuse(() => 'a list with keys must be of list type map', 'write x-kubernetes-list-type: map');
    return;
  }
  const properties = fields(items.properties);
  if (keys.length === 0) at.child('x-kubernetes-list-map-keys').refuse(() => 'a list of type map needs the names of its keys', 'write x-kubernetes-list-map-keys');
  if (!given(schema.items)) return;
  if (text(items.type) !== 'object') return here.child('type').refuse(() => 'the items of a list of type map must be objects', 'write type: object');
  const required = new Set(list(items.required));
  keys.forEach((key, i) => {
    const name = text(key);
    const property = fields(properties[name]);
    const place = here.child('properties').child(name);
    if (keys.indexOf(key) < i) at.child('x-kubernetes-list-map-keys').refuse(() => `the key ${name} stands twice`, 'remove one');
    if (!given(properties[name])) return at.child('x-kubernetes-list-map-keys').refuse(() => `the key ${name} is no property of the items`, 'name a property of the items');
    if (text(property.type) === 'array' || text(property.type) === 'object') place.child('type').refuse(() => `the key ${name} must be a scalar`, 'choose another key');
    if (!required.has(name) && !given(property.default)) place.child('default').refuse(() => `the key ${name} must be required or have a default`, `write required: [${name}]`);
    if (property.nullable === true) place.child('nullable').refuse(() => `the key ${name} cannot be null`, 'remove nullable');
  });
}

/** What the alternatives of the root speak of must stand in its structure. */
function completeness(schema: Fields, structure: Fields | undefined, at: Place): void {
  for (const word of ['allOf', 'anyOf', 'oneOf']) list(schema[word]).forEach((part, i) => complete(fields(part), structure, at.child(word).child(i)));
  if (given(schema.not)) complete(fields(schema.not), structure, at.child('not'));
}

function complete(nested: Fields, structure: Fields | undefined, at: Place): void {
  if (structure === undefined) return at.refuse(() => 'this speaks of a field that the structure does not have', 'write the field into the structure, too');
  completeness(nested, structure, at);
  if (given(nested.items)) complete(fields(nested.items), given(structure.items) ? fields(structure.items) : undefined, at.child('items'));
  const known = fields(structure.properties);
  const properties = fields(nested.properties);
  for (const name of Object.keys(properties)) complete(fields(properties[name]), given(known[name]) ? fields(known[name]) : undefined, at.child('properties').child(name));
}
