// Object metadata: apimachinery pkg/api/validation/objectmeta.go, pkg/util/validation, and the name functions of the built-in kinds.
import type { KindSchema } from './store';
import { formatCheck } from './formats';
import { canonical } from './list-types';
import type { NameRule } from './names';
import { dnsLabel, dnsLabelWithLetterFirst, dnsSubdomain, labelValue, pathSegment, qualifiedName, rbacName } from './names';
import type { Check, CheckContext } from './problem';
import { fail } from './problem';
import { Remembered } from './remembered';
import { suggest } from './suggest';
import { describeType } from './values';

const ANNOTATIONS_LIMIT = 256 * 1024;

const cronJob: NameRule = (name) => (name.length <= 52 ? dnsSubdomain(name) : 'short enough for its jobs: at most 52 characters');

/** The server names one that has no name. */
const limitRange: NameRule = (name) => dnsSubdomain(name);

/** Kinds whose names are not DNS subdomains, or may be missing. */
const NAME_RULES: ReadonlyMap<string, NameRule> = new Map([
  ['/Namespace', dnsLabel], ['/Service', dnsLabelWithLetterFirst], ['apps/StatefulSet', dnsLabel], ['batch/CronJob', cronJob],
  ['/LimitRange', limitRange], ['rbac.authorization.k8s.io/Role', rbacName], ['rbac.authorization.k8s.io/ClusterRole', rbacName],
  ['rbac.authorization.k8s.io/RoleBinding', rbacName], ['rbac.authorization.k8s.io/ClusterRoleBinding', rbacName],
  ['/Event', pathSegment], ['events.k8s.io/Event', pathSegment], ['apiregistration.k8s.io/APIService', pathSegment], ['policy/PodDisruptionBudget', pathSegment], ['networking.k8s.io/IPAddress', pathSegment],
]);

type FieldType = 'string' | 'integer' | 'time' | 'strings' | 'map' | 'owners' | 'objects';

const FIELDS: ReadonlyMap<string, FieldType> = new Map<string, FieldType>([
  ['name', 'string'], ['generateName', 'string'], ['namespace', 'string'], ['selfLink', 'string'], ['uid', 'string'], ['resourceVersion', 'string'],
  ['generation', 'integer'], ['creationTimestamp', 'time'], ['deletionTimestamp', 'time'], ['deletionGracePeriodSeconds', 'integer'],
  ['labels', 'map'], ['annotations', 'map'], ['ownerReferences', 'owners'], ['finalizers', 'strings'], ['managedFields', 'objects'],
]);
const OWNER_FIELDS: ReadonlyMap<string, 'string' | 'boolean'> = new Map([
  ['apiVersion', 'string'], ['kind', 'string'], ['name', 'string'], ['uid', 'string'], ['controller', 'boolean'], ['blockOwnerDeletion', 'boolean'],
]);

const MANAGER_FIELDS: ReadonlyMap<string, 'string' | 'time' | 'any'> = new Map([
  ['manager', 'string'], ['operation', 'string'], ['apiVersion', 'string'], ['time', 'time'], ['fieldsType', 'string'], ['fieldsV1', 'any'], ['subresource', 'string'],
]);

/** Holds `metadata` of a whole document against what its kind asks for. The context stands at the document. */
export function rootMetadataCheck(schema: Pick<KindSchema, 'group' | 'kind' | 'scope' | 'native'>): Check {
  const nameRule = NAME_RULES.get(`${schema.group}/${schema.kind}`) ?? dnsSubdomain;
  const namespaced = schema.scope === 'Namespaced';
  const qualified = schema.native && !FINALIZERS_OF_ANY_NAME.has(schema.group) && schema.kind !== 'PodDisruptionBudget';
  const keepsGeneration = schema.native && !COUNTED_ANEW.has(schema.kind);
  const right = rightOf(nameRule, namespaced);
  return (value, context) => {
    const metadata = (value as { readonly metadata?: unknown }).metadata;
    enter(context, 'metadata');
    let ok: boolean;
    if (metadata === undefined || metadata === null) ok = fail(context, 'NS0021', () => `a ${schema.kind} needs metadata with a name`, () => 'give metadata.name');
    else {
      const known = !context.report && right.has(metadata);
      ok = known || checkMetadata(metadata, context, nameRule, namespaced);
      if (ok && !known) right.add(metadata);
      const { finalizers, generation } = metadata as { readonly finalizers?: unknown; readonly generation?: unknown };
      if (keepsGeneration && typeof generation === 'number' && generation < 0) ok = failGeneration(generation, context);
      if (qualified && Array.isArray(finalizers) && !checkFinalizerNames(finalizers, context)) ok = false;
    }
    leave(context);
    return ok;
  };
}

/** The objects of one service, of whatever kind, have one name and the same labels, and mostly stand together. */
const right = new Map<NameRule, { readonly namespaced: Remembered; readonly other: Remembered }>();

function rightOf(nameRule: NameRule, namespaced: boolean): Remembered {
  let pair = right.get(nameRule);
  if (!pair) right.set(nameRule, (pair = { namespaced: new Remembered(), other: new Remembered() }));
  return namespaced ? pair.namespaced : pair.other;
}

function failGeneration(generation: number, context: CheckContext): false {
  return fail(context, 'NS0021', () => `the generation ${generation} is below zero`, () => 'remove it: the server counts by itself', 'generation');
}

/** Built-in kinds whose generation the server sets when they are made, whatever stands there; pods only since 1.33. */
const COUNTED_ANEW: ReadonlySet<string> = new Set([
  'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding', 'CustomResourceDefinition', 'DaemonSet', 'Deployment', 'ReplicaSet',
  'StatefulSet', 'CronJob', 'Job', 'EndpointSlice', 'Ingress', 'IngressClass', 'NetworkPolicy', 'PodDisruptionBudget', 'PriorityClass', 'Pod', 'PodTemplate', 'ReplicationController',
]);

/** Built-in kinds of other groups know three finalizers of one word. */
const FINALIZERS_OF_ANY_NAME: ReadonlySet<string> = new Set(['admissionregistration.k8s.io', 'apiextensions.k8s.io']);
const KNOWN_FINALIZERS: ReadonlySet<unknown> = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

function checkFinalizerNames(finalizers: readonly unknown[], context: CheckContext): boolean {
  let ok = true;
  finalizers.forEach((finalizer: unknown, i) => {
    if (typeof finalizer !== 'string' || finalizer.includes('/') || KNOWN_FINALIZERS.has(finalizer) || qualifiedName(finalizer) !== undefined) return;
    ok = below(context, 'finalizers', () => fail(context, 'NS0021', () => `the finalizer ${context.show(finalizer)} has no prefix that says whose it is`, () => `write it as example.com/${finalizer}`, i));
  });
  return ok;
}

/** Holds apiVersion, kind and metadata of an object inside another one against the rules of embedded resources. */
export const embeddedCheck: Check = (value, context) => {
  const object = value as Readonly<Record<string, unknown>>;
  let ok = true;
  for (const name of ['apiVersion', 'kind']) {
    const text = object[name];
    if (text === undefined || text === null || text === '') ok = fail(context, 'NS0013', () => `the required field ${name} is missing`, () => `give ${name}`, name);
    else if (typeof text !== 'string') ok = fail(context, 'NS0012', () => `${describeType(text)} stands where a string belongs`, undefined, name);
  }
  if (object.metadata === undefined || object.metadata === null) return ok;
  return below(context, 'metadata', () => checkMetadata(object.metadata, context, undefined, false)) && ok;
};

function checkMetadata(value: unknown, context: CheckContext, nameRule: NameRule | undefined, namespaced: boolean): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(context, 'NS0012', () => `${describeType(value)} stands where a mapping belongs`);
  const metadata = value as Readonly<Record<string, unknown>>;
  let ok = true;
  for (const name in metadata) {
    const at = metadata[name];
    if (at === undefined || at === null) continue;
    const type = FIELDS.get(name);
    if (type === undefined) ok = failField(name, context);
    else {
      enter(context, name);
      if (!checkField(type, at, context)) ok = false;
      leave(context);
    }
    if (!ok && !context.report) return false;
  }
  if (!checkNames(metadata, context, nameRule, namespaced)) ok = false;
  if (!checkLabels(metadata.labels, context) || !checkAnnotations(metadata.annotations, context)) ok = false;
  if (Array.isArray(metadata.ownerReferences) && !checkOwners(metadata.ownerReferences, context)) ok = false;
  if (Array.isArray(metadata.finalizers) && !checkFinalizers(metadata.finalizers, context)) ok = false;
  return ok;
}

function failField(name: string, context: CheckContext): false {
  return fail(context, 'NS0011', () => `there is no field ${/^[\w$-]{1,60}$/.test(name) ? name : context.show(name)} in metadata`, () => {
    const meant = suggest(name, FIELDS.keys());
    return meant === undefined ? 'remove it' : `did you mean ${meant}?`;
  }, name);
}

function checkNames(metadata: Readonly<Record<string, unknown>>, context: CheckContext, nameRule: NameRule | undefined, namespaced: boolean): boolean {
  if (nameRule === undefined) return true;
  const { name, generateName, namespace, resourceVersion } = metadata;
  let ok = true;
  if (typeof generateName === 'string' && generateName !== '') ok = checkBeginning(generateName, typeof name === 'string' && name !== '', nameRule, context);
  if (typeof name === 'string' && name !== '') {
    const rule = nameRule(name);
    if (rule !== undefined) ok = failWords(context, 'name', name, rule);
  } else if (name === undefined || name === null || name === '') {
    if (nameRule !== limitRange && (typeof generateName !== 'string' || generateName === '')) ok = fail(context, 'NS0021', () => 'the object has no name', () => 'give metadata.name', 'name');
  }
  // On cluster-scoped kinds the API server clears the namespace without a word, and a missing one is taken from the request.
  if (namespaced && typeof namespace === 'string' && namespace !== '') {
    const rule = dnsLabel(namespace);
    if (rule !== undefined) ok = failWords(context, 'namespace', namespace, rule);
  }
  if (typeof resourceVersion === 'string' && resourceVersion !== '') {
    ok = fail(context, 'NS0021', () => 'a resourceVersion may not stand on an object that is to be created', () => 'remove it', 'resourceVersion');
  }
  return ok;
}

function failWords(context: CheckContext, field: 'name' | 'namespace', value: string, rule: string): false {
  return fail(context, 'NS0021', () => `the ${field} ${context.show(value)} is not ${rule}`, undefined, field);
}

/** Five characters follow, so a dash may stand at the end. It is looked at even where a name makes it needless. */
function checkBeginning(generateName: string, named: boolean, nameRule: NameRule, context: CheckContext): boolean {
  const tried = nameRule === pathSegment ? `${generateName}a` : generateName.length > 1 && generateName.endsWith('-') ? `${generateName.slice(0, -2)}a` : generateName;
  const rule = nameRule(tried) ?? (named ? undefined : nameRule(`${generateName.slice(0, 58)}bcdfg`));
  return rule === undefined || fail(context, 'NS0021', () => `the generateName ${context.show(generateName)} is not the beginning of ${rule}`, undefined, 'generateName');
}

function checkField(type: FieldType, value: unknown, context: CheckContext): boolean {
  switch (type) {
    case 'string': return typeof value === 'string' || failType(value, context, 'a string', 'put it in quotes');
    case 'integer': return Number.isInteger(value) || failType(value, context, 'an integer');
    case 'time': return (typeof value === 'string' && formatCheck('date-time', true)!(value)) || failType(value, context, 'a timestamp');
    case 'map':
      return typeof value === 'object' && !Array.isArray(value) ? everyValue(value as Readonly<Record<string, unknown>>, context) : failType(value, context, 'a mapping');
    case 'strings':
    case 'objects':
    case 'owners':
      return Array.isArray(value) ? everyItem(type, value, context) : failType(value, context, 'a list');
  }
}

function failType(value: unknown, context: CheckContext, wanted: string, fix?: string): false {
  return fail(context, 'NS0012', () => `${describeType(value)} stands where ${wanted} belongs`, () => fix);
}

function everyItem(type: 'strings' | 'objects' | 'owners', items: readonly unknown[], context: CheckContext): boolean {
  return items.every((item, i) => below(context, i, () => checkItem(type, item, context)));
}

function everyValue(map: Readonly<Record<string, unknown>>, context: CheckContext): boolean {
  let ok = true;
  for (const key in map) {
    const value = map[key];
    if (typeof value !== 'string' && value !== null && value !== undefined) ok = failValue(key, value, context);
  }
  return ok;
}

function failValue(key: string, value: unknown, context: CheckContext): false {
  return fail(context, 'NS0012', () => `${describeType(value)} stands where a string belongs${typeof value === 'object' ? '' : `: ${context.show(value)}`}`, () => 'put it in quotes', key);
}

function checkItem(type: 'strings' | 'objects' | 'owners', item: unknown, context: CheckContext): boolean {
  if (type === 'strings') return typeof item === 'string' || fail(context, 'NS0012', () => `${describeType(item)} stands where a string belongs`);
  if (item === null && type === 'objects') return true;
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return fail(context, 'NS0012', () => `${describeType(item)} stands where a mapping belongs`);
  if (type === 'objects') return checkManager(item as Readonly<Record<string, unknown>>, context);
  const owner = item as Readonly<Record<string, unknown>>;
  let ok = true;
  for (const name in owner) {
    const wanted = OWNER_FIELDS.get(name);
    if (wanted === undefined) ok = fail(context, 'NS0011', () => `there is no field ${context.show(name)} in an owner reference`, () => 'remove it', name);
    else if (owner[name] !== null && typeof owner[name] !== wanted) ok = fail(context, 'NS0012', () => `${describeType(owner[name])} stands where a ${wanted} belongs`, undefined, name);
  }
  return ok;
}

/** Who has written what is set aside when an object is created; its form is held all the same. */
function checkManager(entry: Readonly<Record<string, unknown>>, context: CheckContext): boolean {
  let ok = true;
  for (const name in entry) {
    const value = entry[name];
    const type = MANAGER_FIELDS.get(name);
    if (type === undefined) ok = fail(context, 'NS0011', () => `there is no field ${context.show(name)} here`, () => 'remove it', name);
    else if (type !== 'any' && value !== null && value !== undefined && !below(context, name, () => checkField(type, value, context))) ok = false;
  }
  return ok;
}

/** A version must be in apiVersion, an event owns nothing, and one owner at most is the controller. */
function checkOwners(owners: readonly unknown[], context: CheckContext): boolean {
  let ok = true;
  let controllers = 0;
  const seen = new Set<string>();
  enter(context, 'ownerReferences');
  owners.forEach((item, i) => {
    if (typeof item !== 'object' || item === null) return;
    const owner = item as Readonly<Record<string, unknown>>;
    const { apiVersion, kind, controller } = owner;
    // Of equal owners the server keeps the first.
    const key = owners.length > 1 ? canonical(owner) : '';
    if (seen.has(key)) return;
    seen.add(key);
    for (const name of ['apiVersion', 'kind', 'name', 'uid']) {
      if (owner[name] === undefined || owner[name] === null || owner[name] === '') ok = below(context, i, () => fail(context, 'NS0021', () => `an owner reference needs ${name}`, () => `give ${name}`, name));
    }
    if (typeof apiVersion === 'string' && apiVersion !== '' && !/^(?:[^/]*\/)?[^/]+$/.test(apiVersion)) {
      ok = below(context, i, () => fail(context, 'NS0021', () => `${context.show(apiVersion)} is not a version such as apps/v1`, undefined, 'apiVersion'));
    }
    if (kind === 'Event' && apiVersion === 'v1') ok = fail(context, 'NS0021', () => 'an Event may not own other objects', () => 'remove it', i);
    if (controller === true && ++controllers > 1) ok = fail(context, 'NS0021', () => 'a second owner calls itself the controller', () => 'set controller on one of them', i);
  });
  leave(context);
  return ok;
}

function checkLabels(labels: unknown, context: CheckContext): boolean {
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) return true;
  let ok = true;
  for (const key in labels) {
    const value = (labels as Readonly<Record<string, unknown>>)[key];
    const keyRule = qualifiedName(key);
    const valueRule = typeof value === 'string' ? labelValue(value) : undefined;
    if (keyRule === undefined && valueRule === undefined) continue;
    if (!context.report) return false;
    ok = failLabel(key, keyRule, value, valueRule, context);
  }
  return ok;
}

function failLabel(key: string, keyRule: string | undefined, value: unknown, valueRule: string | undefined, context: CheckContext): false {
  enter(context, 'labels');
  if (keyRule !== undefined) fail(context, 'NS0021', () => `the label key ${context.show(key)} is not ${keyRule}`, undefined, key);
  if (valueRule !== undefined) fail(context, 'NS0021', () => `the label value ${context.show(value)} is not ${valueRule}`, undefined, key);
  leave(context);
  return false;
}

function checkAnnotations(annotations: unknown, context: CheckContext): boolean {
  if (typeof annotations !== 'object' || annotations === null || Array.isArray(annotations)) return true;
  let ok = true;
  let size = 0;
  for (const key in annotations) {
    const value = (annotations as Readonly<Record<string, unknown>>)[key];
    if (typeof value === 'string') size += key.length + value.length;
    const rule = qualifiedName(key.toLowerCase());
    if (rule === undefined) continue;
    if (!context.report) return false;
    ok = failAnnotation(key, rule, context);
  }
  // No UTF-16 unit takes more than three bytes, so the exact count is rarely needed.
  return size * 3 < ANNOTATIONS_LIMIT ? ok : checkSize(annotations as Readonly<Record<string, unknown>>, context) && ok;
}

function failAnnotation(key: string, rule: string, context: CheckContext): boolean {
  return below(context, 'annotations', () => fail(context, 'NS0021', () => `the annotation key ${context.show(key)} is not ${rule}`, undefined, key));
}

function checkSize(annotations: Readonly<Record<string, unknown>>, context: CheckContext): boolean {
  const bytes = Object.entries(annotations).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + (typeof value === 'string' ? Buffer.byteLength(value) : 0), 0);
  return bytes <= ANNOTATIONS_LIMIT || fail(context, 'NS0021', () => `the annotations have ${bytes} bytes, at most ${ANNOTATIONS_LIMIT} are allowed`, undefined, 'annotations');
}

function checkFinalizers(finalizers: readonly unknown[], context: CheckContext): boolean {
  let ok = true;
  enter(context, 'finalizers');
  finalizers.forEach((finalizer, i) => {
    const rule = typeof finalizer === 'string' ? qualifiedName(finalizer) : undefined;
    if (rule !== undefined) ok = fail(context, 'NS0021', () => `the finalizer ${context.show(finalizer)} is not ${rule}`, undefined, i);
  });
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) ok = fail(context, 'NS0021', () => 'the finalizers orphan and foregroundDeletion say opposite things', () => 'remove one of them');
  leave(context);
  return ok;
}

function enter(context: CheckContext, step: string | number): void {
  if (context.report) context.path.push(step);
}

function leave(context: CheckContext): void {
  if (context.report) context.path.pop();
}

function below(context: CheckContext, step: string | number, check: () => boolean): boolean {
  if (!context.report) return check();
  context.path.push(step);
  const ok = check();
  context.path.pop();
  return ok;
}
