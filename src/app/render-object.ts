// ApiObject.toJson() of cdk8s in one pass instead of five: resolve, drop what is empty, sort the keys. Whatever cdk8s might treat in another way is left
// to it: custom resolvers, classes, odd keys, an unsorted run, a cdk8s that renders the probe below in another way.
import { ApiObject, ApiObjectMetadataDefinition, App, Chart, ImplicitTokenResolver, Lazy, LazyResolver, NumberStringUnionResolver } from 'cdk8s';
import type { ApiObjectProps, IResolver } from 'cdk8s';

/** A rendered object: only plain objects and arrays, none of them twice. */
export type Manifest = Record<string, unknown>;

/** Thrown (never out of this file) where cdk8s' own code has to decide. */
const UNCERTAIN = new Error('left to cdk8s');

/** The manifest of `object`, made with `props`, or `undefined` when cdk8s has to render it. Errors of a `Lazy` are passed on. */
export function renderObject(object: ApiObject, props: ApiObjectProps): Manifest | undefined {
  if (process.env.CDK8S_DISABLE_SORT || !hasBuiltInResolversOnly(object.node.root as { resolvers?: unknown }) || !agreesWithCdk8s()) return undefined;
  return fuse(object, props);
}

function fuse(object: ApiObject, props: ApiObjectProps): Manifest | undefined {
  try {
    refuseOddObject(props);
    const manifest: Manifest = {};
    put(manifest, 'apiVersion', clean(props.apiVersion, false));
    put(manifest, 'kind', clean(props.kind, false));
    put(manifest, 'metadata', metadataOf(object.metadata));
    for (const key of sortedKeys(props)) {
      if (key !== 'apiVersion' && key !== 'kind' && key !== 'metadata') put(manifest, key, clean(props[key], false));
    }
    return manifest;
  } catch (error) {
    if (error === UNCERTAIN) return undefined;
    throw error;
  }
}

/** The fields of metadata that have a public reader, sorted. */
const METADATA_FIELDS = ['annotations', 'finalizers', 'labels', 'name', 'namespace', 'ownerReferences'] as const;
const METADATA_FIELD_SET: ReadonlySet<string> = new Set(METADATA_FIELDS);

function metadataOf(metadata: ApiObjectMetadataDefinition): unknown {
  // The attributes added with `metadata.add` have no public reader; without the private field the public, slower way is taken.
  const fields = metadata as unknown as Manifest;
  const added = fields._additionalAttributes;
  const prototype = ApiObjectMetadataDefinition.prototype;
  const isStock = Object.getPrototypeOf(metadata) === prototype && !Object.hasOwn(metadata, 'toJson');
  if (!isStock || typeof added !== 'object' || added === null) return clean(metadata.toJson(), false);
  for (const key in added) {
    if (!METADATA_FIELD_SET.has(key)) return clean({ ...added, ...Object.fromEntries(METADATA_FIELDS.map((field) => [field, fields[field]])) }, true);
  }
  const result: Manifest = {};
  let empty = true;
  for (const key of METADATA_FIELDS) {
    const value = clean(fields[key], true);
    if (value === undefined || value === null) continue;
    result[key] = value;
    empty = false;
  }
  return empty ? undefined : result;
}

function put(manifest: Manifest, key: string, value: unknown): void {
  if (value !== undefined && value !== null) manifest[key] = value;
}

/** Resolves and sanitises `value`. @param dropEmpty whether empty objects and arrays go, as they do in metadata */
function clean(value: unknown, dropEmpty: boolean): unknown {
  if (typeof value !== 'object') return value;
  if (value === null) return undefined;
  if (Array.isArray(value)) {
    if (dropEmpty && value.length === 0) return undefined;
    const items = new Array<unknown>(value.length);
    for (let i = 0; i < value.length; i++) items[i] = clean(value[i], dropEmpty);
    return items;
  }
  if (value instanceof Lazy) return clean(value.produce(), dropEmpty);
  if (value.constructor !== Object) return cleanInstance(value, dropEmpty);
  if (typeof (value as { resolve?: unknown }).resolve === 'function') throw UNCERTAIN;
  const result: Manifest = {};
  let empty = true;
  for (const key of sortedKeys(value)) {
    const item = clean((value as Manifest)[key], dropEmpty);
    if (item === undefined || item === null) continue;
    result[key] = item;
    empty = false;
  }
  return dropEmpty && empty ? undefined : result;
}

/** Instances of classes: tokens, and the unions of number and string that `cdk8s import` makes. */
function cleanInstance(value: object, dropEmpty: boolean): unknown {
  const { resolve, value: inner } = value as { resolve?: unknown; value?: unknown };
  if (typeof resolve === 'function') return clean((value as { resolve(): unknown }).resolve(), dropEmpty);
  if (Object.getPrototypeOf(value) !== null && (typeof inner === 'string' || typeof inner === 'number')) return { value: inner };
  throw UNCERTAIN;
}

function refuseOddObject(props: object): void {
  if (Object.hasOwn(props, 'constructor') || typeof (props as { resolve?: unknown }).resolve === 'function') throw UNCERTAIN;
}

/** The keys in the order of UTF-16 units, as `Array#sort` has them; faster for the usual handful. */
function sortedKeys(value: object): string[] {
  const keys = Object.keys(value);
  const count = keys.length;
  if (count > 16) keys.sort();
  for (let i = count > 16 ? count : 0; i < count; i++) {
    const key = keys[i]!;
    let at = i - 1;
    for (; at >= 0 && keys[at]! > key; at--) keys[at + 1] = keys[at]!;
    keys[at + 1] = key;
  }
  // Assigning this key would set a prototype.
  if (count > 0 && keys.includes('__proto__')) throw UNCERTAIN;
  return keys;
}

const BUILT_IN: ReadonlyArray<new () => IResolver> = [LazyResolver, ImplicitTokenResolver, NumberStringUnionResolver];

function hasBuiltInResolversOnly(root: { readonly resolvers?: unknown }): boolean {
  const resolvers = root.resolvers;
  if (!Array.isArray(resolvers) || resolvers.length !== BUILT_IN.length) return false;
  return BUILT_IN.every((type, i) => Object.getPrototypeOf(resolvers[i]) === type.prototype);
}

class Union {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

let agrees: boolean | undefined;

/** Whether the installed cdk8s renders one object of every form as we do. Asked once, at the first object. */
function agreesWithCdk8s(): boolean {
  if (agrees === undefined) {
    const props: ApiObjectProps = {
      kind: 'Probe',
      apiVersion: 'netstack/v1',
      zeta: 1,
      metadata: { name: 'probe', labels: { b: '2', a: '1' }, annotations: {}, finalizers: [], extra: { none: null, empty: [{}] } },
      spec: {
        b: [null, undefined, [], {}, { z: false, a: 0, n: null }],
        a: Lazy.any({ produce: () => ({ y: [Lazy.any({ produce: () => 'lazy' })], x: undefined }) }),
        union: new Union(8080),
        10: 'ten', 9: 'nine',
        token: { of: [new Union('25%')] },
      },
      empty: {}, none: null,
    };
    const probe = new ApiObject(new Chart(new App(), 'probe', { namespace: 'space', labels: { chart: 'label' } }), 'probe', props);
    probe.metadata.add('added', 'later');
    agrees = JSON.stringify(fuse(probe, props)) === JSON.stringify(probe.toJson());
  }
  return agrees;
}
