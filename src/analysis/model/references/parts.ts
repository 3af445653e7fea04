// Parts of an object that a reference asks for: a port, a key, a listener.
import type { ClusterModel } from '../cluster-model';
import type { Entry } from '../entry';
import type { Fields } from '../fields';
import { list, record, text } from '../fields';
import { beside } from './beside';
import type { Link } from './link';
import type { FieldReference } from './reference';

/** A part that the object does not have. */
export interface MissingPart {
  /** `port 8080`, `key tls.crt`, `listener https`. */
  readonly part: string;
  /** What the object has instead: `80, 443`. */
  readonly has: readonly string[];
  /** The field that asks for it, below the reference. */
  readonly path: readonly (string | number)[];
}

/** Whether a field asks for a part at all. */
export function asksForParts({ port, key, keys, section }: FieldReference): boolean {
  return port !== undefined || key !== undefined || keys !== undefined || section !== undefined;
}

/** The common case, answered without a search: the reference asks for nothing but the number of a port, and the Service has it. */
export function hasPlainPort({ port, key, keys, section }: FieldReference, value: unknown, target: Entry | undefined): boolean {
  if (target === undefined || target.kind !== 'Service' || port === undefined || port.length !== 1 || key !== undefined || keys !== undefined || section !== undefined) return false;
  const wanted = valueAt(value, port[0]!);
  if (typeof wanted !== 'number' || target.group !== '') return false;
  for (const one of list(target.spec.ports)) if (record(one).port === wanted) return true;
  return false;
}

/** What asks for a part. */
export type Asking = Pick<Link, 'field' | 'value' | 'target' | 'host'>;

/** What a reference asks for and its object does not have. Nothing when the object cannot say. */
export function missingParts(cluster: ClusterModel, link: Asking): readonly MissingPart[] {
  if (!link.target?.sound) return [];
  const ports = missingPorts(link);
  const keys = missingKeys(cluster, link);
  const section = missingSection(link);
  return ports.length + keys.length + section.length === 0 ? NO_PARTS : [...ports, ...keys, ...section];
}

const NO_PARTS: readonly MissingPart[] = [];

function missingPorts(link: Asking): readonly MissingPart[] {
  const { field } = link;
  if (field.port === undefined) return NO_PARTS;
  const ports = portsOf(link);
  if (!ports) return [];
  for (const at of field.port) {
    const wanted = valueAt(link.value, at);
    if (wanted === undefined) continue;
    return hasPort(ports, wanted) ? [] : [{ part: `port ${String(wanted)}`, has: ports.map(printPort), path: at.split('.') }];
  }
  if (field.defaultPort === undefined || hasPort(ports, field.defaultPort)) return [];
  return [{ part: `port ${field.defaultPort}, which is meant where none is named`, has: ports.map(printPort), path: [] }];
}

interface NamedPort {
  readonly number: number;
  readonly name?: string;
}

function portsOf(link: Asking): readonly NamedPort[] | undefined {
  const target = link.target!;
  const { spec } = target;
  switch (`${target.group}/${target.kind}`) {
    case '/Service': {
      // What stands behind an ExternalName has ports that nobody declares; its own list may be empty.
      if (spec.type === 'ExternalName') return undefined;
      const own = list(spec.ports).map(record).map((port): NamedPort => ({ number: Number(port.port), ...typeof port.name === 'string' && { name: port.name } }));
      return [...own, ...(link.host?.serviceEntries ?? []).flatMap(entryPorts)];
    }
    case 'networking.istio.io/ServiceEntry': {
      const entries = link.host?.serviceEntries ?? [target];
      return entries.every((entry) => entry.sound) ? entries.flatMap(entryPorts) : undefined;
    }
    case 'gateway.networking.k8s.io/Gateway': {
      return list(spec.listeners).map(listenerPort);
    }
    default: return undefined;
  }
}

function listenerPort(listener: Fields): NamedPort {
  return { number: Number(record(listener).port) };
}

function entryPorts(entry: Entry): NamedPort[] {
  return list(entry.spec.ports).map(record).map((port): NamedPort => ({ number: Number(port.number) }));
}

function hasPort(ports: readonly NamedPort[], wanted: unknown): boolean {
  if (typeof wanted === 'string' && !/^\d+$/.test(wanted)) return ports.some(({ name }) => name === wanted);
  return ports.some(({ number }) => number === Number(wanted));
}

function printPort({ number, name }: NamedPort): string {
  return name === undefined ? `${number}` : `${number} (${name})`;
}

function missingKeys(cluster: ClusterModel, link: Asking): readonly MissingPart[] {
  const { field, value } = link;
  if (field.key === undefined && field.keys === undefined) return NO_PARTS;
  if (field.optional === true && record(value).optional === true) return NO_PARTS;
  const have = keysOf(cluster, link.target!);
  if (!have) return [];
  const wanted: Array<{ key: unknown; path: readonly (string | number)[] }> = (field.keys ?? []).map((key) => ({ key, path: [] }));
  if (field.key === 'items[].key') list(record(value).items).forEach((item, i) => wanted.push({ key: record(item).key as unknown, path: ['items', i, 'key'] }));
  else if (field.key !== undefined) wanted.push({ key: record(value)[field.key] as unknown, path: [field.key] });
  return wanted.filter(({ key }) => text(key) !== undefined && !have.has(key as string)).map(({ key, path }) => ({ part: `key ${String(key)}`, has: [...have], path }));
}

/** The keys of a Secret or ConfigMap; undefined when somebody else may add some. */
function keysOf(cluster: ClusterModel, entry: Entry): ReadonlySet<string> | undefined {
  const { data, stringData, binaryData } = entry.object;
  const keys = new Set([data, stringData, binaryData].flatMap((values) => Object.keys(record(values))));
  if (keys.size === 0 || Object.keys(entry.annotations).some((key) => /reflect|replicat|inject|sync|vault/i.test(key))) return undefined;
  const kind = `/${entry.kind}`;
  return cluster.derive(beside).mayHave(kind, entry.namespace, entry.name) ? undefined : keys;
}

function missingSection(link: Asking): readonly MissingPart[] {
  const { field } = link;
  const wanted = field.section === undefined ? undefined : text(record(link.value)[field.section]);
  if (wanted === undefined) return NO_PARTS;
  // The common case first: a listener or a port of that name.
  const { spec } = link.target!;
  for (const one of list(spec.listeners ?? spec.ports ?? spec.rules)) if (record(one).name === wanted) return NO_PARTS;
  const sections = sectionsOf(link.target!);
  if (!sections || sections.names.includes(wanted)) return [];
  return [{ part: `${sections.word} ${wanted}`, has: sections.names, path: [field.section!] }];
}

function sectionsOf(target: Entry): { readonly word: string; readonly names: readonly string[] } | undefined {
  const named = (items: Fields, word: string): { word: string; names: string[] } => (
    { word, names: list(items).map((item) => text(record(item).name)).filter((name) => name !== undefined) });
  switch (`${target.group}/${target.kind}`) {
    case 'gateway.networking.k8s.io/Gateway':
    case 'gateway.networking.k8s.io/ListenerSet': return named(target.spec.listeners, 'listener');
    case '/Service': return named(target.spec.ports, 'port');
    case 'gateway.networking.k8s.io/HTTPRoute':
    case 'gateway.networking.k8s.io/GRPCRoute': return named(target.spec.rules, 'rule');
    default: return undefined;
  }
}

function valueAt(value: unknown, path: string): unknown {
  return path.includes('.') ? path.split('.').reduce<unknown>((at, key) => record(at)[key], value) : record(value)[path];
}
