// Routers of Traefik's own kinds, with their rules read.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import type { TraefikInstance } from './traefik';
import { TRAEFIK, traefiks } from './traefik';
import type { TraefikRule } from './traefik-rule';
import { readRule } from './traefik-rule';

export interface Router {
  readonly entry: Entry;
  readonly path: FieldPath;
  readonly fields: Fields;
  readonly source: string;
  /** Undefined for rules in the grammar of version 2, which are not read. */
  readonly rule: TraefikRule | undefined;
  /** Given, or else the length of the rule. */
  readonly priority: number;
  readonly explicit: boolean;
  /** Empty takes the default ones. */
  readonly entryPoints: readonly string[];
  readonly tcp: boolean;
}

/** The routers of a cluster: `cluster.derive(routers)`. */
export function routers(cluster: ClusterModel): readonly Router[] {
  const old = cluster.derive(traefiks).some(({ settings }) => settings.get('core.defaultrulesyntax')?.value.toLowerCase() === 'v2');
  return ['IngressRoute', 'IngressRouteTCP'].flatMap((kind) => cluster.objects(TRAEFIK, kind)).flatMap((entry) => list(entry.spec.routes).map((fields: Fields, index): Router => {
    const source = String(fields.match);
    const tcp = entry.kind === 'IngressRouteTCP';
    const second = text(fields.syntax) === 'v2' || (old && fields.syntax === undefined);
    const priority: unknown = fields.priority;
    const explicit = typeof priority === 'number' && priority !== 0;
    return {
      entry, fields, source, tcp, explicit,
      path: ['spec', 'routes', index],
      rule: second ? undefined : readRule(source, tcp ? 'tcp' : 'http'),
      priority: explicit ? (priority as number) : source.length,
      entryPoints: list(entry.spec.entryPoints).map((one) => String(one).toLowerCase()),
    };
  }));
}

/** The Traefiks of a cluster when everything about how they are started is known; undefined when it is not, or there are none. */
export function knownTraefiks(cluster: ClusterModel): readonly TraefikInstance[] | undefined {
  const all = cluster.derive(traefiks);
  return all.length === 0 || all.some(({ complete, settings }) => !complete || settings.size === 0) ? undefined : all;
}

/** A reference to a middleware. */
export interface MiddlewareRef {
  readonly path: FieldPath;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** Middlewares that an object names, with where. */
export function middlewareRefs(entry: Entry): readonly MiddlewareRef[] {
  const from = (value: unknown, path: FieldPath): readonly MiddlewareRef[] => list(value).map((one: unknown, index) => (
    { path: [...path, index], namespace: text(record(one).namespace), name: String(record(one).name) }));
  if (entry.kind === 'Middleware') return from(entry.spec.chain?.middlewares, ['spec', 'chain', 'middlewares']);
  return list(entry.spec.routes).flatMap((route: Fields, index) => from(route.middlewares, ['spec', 'routes', index, 'middlewares']));
}
