// Metadata that is odd, or wrong: what every kind is held to, and what names of a kind may be.
import type { Json } from '../engines/kube-apiserver/documents';
import type { Next } from './numbers';
import { pick } from './numbers';

const long = (length: number): string => 'x'.repeat(length);

const NAMES: readonly unknown[] = [
  'orders', 'orders-1', '1orders', '1', 'a.b', 'a.b-c.d', 'a..b', 'a.-b', 'a-.b', '.a', 'a.', '-a', 'a-', 'A', 'Orders', 'a_b', 'a b', 'a/b', 'a%b', 'a:b', 'system:a', '.', '..', 'é', '', long(52), long(53), long(63), long(64),
  long(253), long(254), `${long(63)}.${long(63)}`, `${long(64)}.a`, '10.0.0.1', '2001-db8--1', '*', 'a\n', null, 7, true, ['a'], { a: 'b' },
];
/** Those that stand in an address as they are. */
const NAMESPACES: readonly unknown[] = ['generated', 'A', 'a_b', '-a', 'a.b', '1', long(63), long(64), '', 7, null, ['a']];
const BEGINNINGS: readonly unknown[] = ['orders-', 'a', '-', 'A-', 'a.', 'a_', 'a--', '.', `${long(58)}-`, `${long(63)}-`, `${long(253)}`, '', 7, null];
const KEYS: readonly string[] = [
  'app', 'App', 'a/b', 'example.com/a', 'Example.com/a', 'a/b/c', '/a', 'a/', '', '-a', 'a-', 'a_b', 'a b', 'é', long(63), long(64), `example.com/${long(63)}`, `example.com/${long(64)}`, `${long(253)}/a`, `${long(254)}/a`, 'a..b/c', 'a_b/c',
  'kubernetes.io/x',
];
const VALUES: readonly unknown[] = ['', 'a', 'A', 'a.b', 'a_b', 'a b', '-a', 'a-', 'é', long(63), long(64), 'a/b', '1', 'yes', 7, true, null, ['a'], { a: 'b' }];
const FINALIZERS: readonly unknown[] = ['orphan', 'foregroundDeletion', 'kubernetes', 'example.com/a', 'a', 'A/b', '', 'a/b/c', '/a', `example.com/${long(64)}`, 7, null];
const OWNER: Json = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a', uid: 'c0ffee00-0000-4000-8000-000000000000' };
const { uid: _, ...WITHOUT_UID } = OWNER;
const { kind: __, ...WITHOUT_KIND } = OWNER;
const OWNERS: readonly unknown[] = [
  OWNER, { ...OWNER, controller: true }, { ...OWNER, controller: 'yes' }, { ...OWNER, uid: '' }, WITHOUT_UID, { ...OWNER, name: '' }, WITHOUT_KIND, { ...OWNER, apiVersion: 'a/b/c' }, { ...OWNER, apiVersion: '' },
  { ...OWNER, apiVersion: 'v1', kind: 'Event' }, { ...OWNER, unknownHere: 1 }, { ...OWNER, blockOwnerDeletion: true, uid: 'b' }, 'a', null,
];

type Fill = (next: Next) => unknown;

const several = (pool: readonly unknown[]): Fill => (next) => Array.from({ length: 1 + next(2) }, () => pick(pool, next));

const FIELDS: ReadonlyArray<readonly [field: string, weight: number, fill: Fill]> = [
  ['name', 8, (next) => pick(NAMES, next)],
  ['generateName', 3, (next) => pick(BEGINNINGS, next)],
  ['namespace', 2, (next) => pick(NAMESPACES, next)],
  ['labels', 5, (next) => ({ [pick(KEYS, next)]: 'a', app: pick(VALUES, next) })],
  ['annotations', 4, (next) => ({ [pick(KEYS, next)]: pick(VALUES, next) })],
  ['annotations', 1, (next) => ({ a: long(262_143 + next(3)) })],
  ['finalizers', 2, several(FINALIZERS)],
  ['ownerReferences', 3, several(OWNERS)],
  ['labels', 1, (next) => pick([[], 'a', 7, null, {}], next)],
  ['annotations', 1, (next) => pick([[], 'a', 7, null, {}], next)],
  ['ownerReferences', 1, (next) => pick([{}, 'a', null, []], next)],
  ['resourceVersion', 1, (next) => pick(['1', '', 1, null], next)],
  ['uid', 1, (next) => pick(['a', '', 1], next)],
  ['generation', 1, (next) => pick([1, '1', 1.5, -1], next)],
  ['creationTimestamp', 1, (next) => pick(['2026-01-01T00:00:00Z', 'yesterday', null, 7, '2026-01-01'], next)],
  ['deletionGracePeriodSeconds', 1, (next) => pick([0, '0', -1], next)],
  ['selfLink', 1, (next) => pick(['/a', 7], next)],
  ['unknownHere', 1, () => 1],
  ['Labels', 1, () => ({ a: 'b' })],
];

const WEIGHTED = FIELDS.flatMap((field) => new Array<(typeof FIELDS)[number]>(field[1]).fill(field));

/** The object with one field of its metadata replaced; sometimes it is the only field. */
export function withMetadata(object: Json, next: Next): { readonly name: string; readonly object: Json } {
  const [field, , fill] = pick(WEIGHTED, next);
  const made = fill(next);
  const { name, ...unnamed } = object.metadata as Json;
  // A beginning of a name is there for objects without one.
  const metadata = field === 'generateName' && next(2) === 0 ? unnamed : { ...unnamed, name };
  return { name: `metadata.${field}: ${JSON.stringify(made)?.slice(0, 80)}`, object: { ...object, metadata: { ...metadata, [field]: made } } };
}
