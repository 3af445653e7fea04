// Ends of a question as people write them, one grammar in every door: `shop/web`, `shop/web[Deployment]:8080`, `shop/*`, `label:app=web`, `service:shop/orders:80`,
// `cidr:10.0.0.0/8`, `internet`, `fqdn:api.example.com`, `node`, `kube-apiserver`, `https://shop.example.com/cart`.
import { NetstackError, shorten } from '../../core/errors';
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import type { AddressRange } from '../model/ranges';
import { parseRange } from '../model/ranges';
import { requirementsOfMap, matches } from '../model/selector';
import { suggest } from '../schema/suggest';
import type { Endpoint } from './endpoints';
import { endpointsOf } from './endpoints';
import type { Protocol } from './flow';
import type { EntityName } from './rules';

/** What is at an end of a question. */
export type Peer =
  /** One workload, or several that are asked together. */
  | { readonly is: 'endpoints'; readonly text: string; readonly endpoints: readonly Endpoint[] }
  | { readonly is: 'service'; readonly text: string; readonly service: Entry }
  | { readonly is: 'addresses'; readonly text: string; readonly range: AddressRange }
  /** Public addresses. */
  | { readonly is: 'internet'; readonly text: string }
  | { readonly is: 'name'; readonly text: string; readonly host: string }
  | { readonly is: 'entity'; readonly text: string; readonly name: EntityName }
  | { readonly is: 'url'; readonly text: string; readonly url: URL };

/** A port as it is asked for. */
export interface AskedPort {
  readonly text: string;
  /** Absent for a port that is named. */
  readonly number?: number | undefined;
  readonly name?: string | undefined;
  readonly protocol: Protocol;
}

export interface PeerAndPort {
  readonly peer: Peer;
  readonly port?: AskedPort | undefined;
}

const ENTITY_WORDS: Readonly<Record<string, EntityName>> = { node: 'host', 'remote-node': 'remote-node', 'kube-apiserver': 'kube-apiserver' };

/**
 * Reads one end of a question.
 *
 * @throws NetstackError for what is no peer, and for one that the documents do not have, with the name that was probably meant
 */
export function parsePeer(cluster: ClusterModel, text: string): PeerAndPort {
  const trimmed = text.trim();
  if (/^(?:https?|grpc|wss?):\/\//i.test(trimmed)) return { peer: { is: 'url', text: trimmed, url: readUrl(trimmed) } };
  const [, prefix, rest = trimmed] = /^(label|cidr|service|fqdn):(.*)$/s.exec(trimmed) ?? [];
  if (prefix === 'cidr') return addresses(rest);
  const { head, port } = splitPort(rest, prefix === undefined ? trimmed : `${prefix}:${rest}`);
  const peer = prefix === undefined ? named(cluster, head) : prefix === 'label' ? labelled(cluster, head) : prefix === 'service' ? service(cluster, head) : name(head);
  return { peer, port };
}

function addresses(text: string): PeerAndPort {
  // IPv6 has colons of its own: a port stands behind brackets.
  const [, bracketed, behind] = /^\[([^\]]*)\](?::(.*))?$/s.exec(text) ?? [];
  const plain = bracketed === undefined && (text.match(/:/g) ?? []).length === 1 ? splitPort(text, `cidr:${text}`) : undefined;
  const head = bracketed ?? plain?.head ?? text;
  const range = parseRange(head);
  if (!range) throw new NetstackError({ what: `cidr:${shorten(text)} is no block of addresses`, fix: 'write one such as cidr:10.0.0.0/8 or cidr:203.0.113.7; an IPv6 block with a port as cidr:[2001:db8::/32]:443' });
  return { peer: { is: 'addresses', text: `cidr:${head}`, range }, port: behind === undefined ? plain?.port : readPort(behind, text) };
}

/** Divides `shop/db:5432/udp` into `shop/db` and its port. */
function splitPort(text: string, whole: string): { readonly head: string; readonly port: AskedPort | undefined } {
  const colon = text.lastIndexOf(':');
  return colon < 0 ? { head: text, port: undefined } : { head: text.slice(0, colon), port: readPort(text.slice(colon + 1), whole) };
}

/** Reads `8080`, `8080/udp` or `http`. @throws NetstackError for anything else */
export function readPort(text: string, where: string): AskedPort {
  const [, number, name, suffix] = /^(?:(\d+)|([a-z0-9](?:[a-z0-9-]*[a-z0-9])?))(?:\/(tcp|udp|sctp))?$/i.exec(text.trim()) ?? [];
  const protocol = (suffix?.toUpperCase() ?? 'TCP') as Protocol;
  if (name !== undefined && /[a-z]/i.test(name)) return { text, name, protocol };
  const value = Number(number);
  if (number === undefined || value < 1 || value > 65535) {
    throw new NetstackError({ what: `${shorten(text)} is no port`, where: shorten(where), fix: 'write 1 to 65535, with /udp or /sctp for those protocols, or the name of a port of the pods' });
  }
  return { text, number: value, protocol };
}

function readUrl(text: string): URL {
  try {
    return new URL(text.replace(/^grpc:/i, 'http:').replace(/^ws/i, 'http'));
  } catch {
    throw new NetstackError({ what: `${shorten(text)} is no URL`, fix: 'write one such as https://shop.example.com/cart' });
  }
}

function name(text: string): Peer {
  const host = text.toLowerCase().replace(/\.$/, '');
  if (!/^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/.test(host)) throw new NetstackError({ what: `fqdn:${shorten(text)} is no name`, fix: 'write one such as fqdn:api.example.com:443' });
  return { is: 'name', text: `fqdn:${host}`, host };
}

/** Every pod of one namespace that carries labels: how a program means a workload with all of its versions. */
export interface PodsByLabels {
  readonly namespace: string;
  /** For messages, and for pods whose labels nobody knows. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** @throws NetstackError when the documents have no such pods */
export function podsByLabels(cluster: ClusterModel, { namespace, name, labels }: PodsByLabels): Peer {
  const here = cluster.derive(endpointsOf).filter((one) => one.namespace === namespace);
  const carrying = Object.keys(labels).length === 0 ? [] : here.filter((one) => matches(one.labels, requirementsOfMap(labels)));
  const endpoints = carrying.length > 0 ? carrying : here.filter((one) => one.workload === name);
  if (endpoints.length === 0) throw unknown(`workload ${namespace}/${name}`, `${namespace}/${name}`, cluster.derive(endpointsOf).map((one) => `${one.namespace}/${one.workload}`));
  return { is: 'endpoints', text: endpoints.length === 1 ? endpoints[0]!.name : `${namespace}/${name}`, endpoints };
}

function labelled(cluster: ClusterModel, text: string): Peer {
  const labels: Record<string, string> = {};
  for (const pair of text.split(',')) {
    const equals = pair.indexOf('=');
    if (equals < 1) throw new NetstackError({ what: `label:${shorten(text)} is no label`, fix: 'write label:key=value, several with commas' });
    labels[pair.slice(0, equals).trim()] = pair.slice(equals + 1).trim();
  }
  const endpoints = cluster.derive(endpointsOf).filter((endpoint) => matches(endpoint.labels, requirementsOfMap(labels)));
  if (endpoints.length === 0) throw new NetstackError({ what: `No pods have the label ${shorten(text)}`, fix: 'netstack connlist lists every workload' });
  return { is: 'endpoints', text: `label:${text}`, endpoints };
}

function service(cluster: ClusterModel, text: string): Peer {
  const [namespace, name] = text.includes('/') ? [text.slice(0, text.indexOf('/')), text.slice(text.indexOf('/') + 1)] : ['default', text];
  const found = cluster.find('', 'Service', namespace, name);
  if (found) return { is: 'service', text: `service:${namespace}/${name}`, service: found };
  throw unknown(`Service ${namespace}/${name}`, `${namespace}/${name}`, cluster.everyObject('', 'Service').map((one) => `${one.namespace}/${one.name}`), 'service:');
}

function named(cluster: ClusterModel, text: string): Peer {
  if (text === 'internet') return { is: 'internet', text };
  if (Object.hasOwn(ENTITY_WORDS, text)) return { is: 'entity', text, name: ENTITY_WORDS[text]! };
  const endpoints = cluster.derive(endpointsOf);
  const [, namespace = 'default', workload, kind] = /^(?:([^/[\]]+)\/)?([^/[\]]+)(?:\[([A-Za-z]+)\])?$/.exec(text) ?? [];
  if (workload === undefined) {
    throw new NetstackError({ what: `${shorten(text)} is no peer`, fix: 'write namespace/name, namespace/name[Kind], namespace/*, label:key=value, service:namespace/name, cidr:10.0.0.0/8, internet, fqdn:name or a URL' });
  }
  if (workload === '*') {
    const all = endpoints.filter((one) => one.namespace === namespace);
    if (all.length > 0) return { is: 'endpoints', text, endpoints: all };
    throw unknown(`workload in namespace ${namespace}`, namespace, [...new Set(endpoints.map((one) => one.namespace))]);
  }
  const found = endpoints.filter((one) => one.namespace === namespace && one.workload === workload && (kind === undefined || one.kind === kind));
  if (found.length > 0) return { is: 'endpoints', text: found.length === 1 ? found[0]!.name : text, endpoints: found };
  const service = kind === undefined ? cluster.find('', 'Service', namespace, workload) : undefined;
  if (service) return { is: 'service', text: `service:${namespace}/${workload}`, service };
  throw unknown(`workload ${text}`, text, endpoints.flatMap((one) => (kind === undefined ? [`${one.namespace}/${one.workload}`] : [one.name])));
}

function unknown(what: string, text: string, known: readonly string[], prefix: string = ''): NetstackError {
  // Whoever forgot the namespace, or took another one, meant the one workload of that name.
  const short = text.slice(text.indexOf('/') + 1);
  const elsewhere = known.filter((one) => one.slice(one.indexOf('/') + 1) === short);
  const meant = elsewhere.length === 1 ? elsewhere[0] : suggest(text, known);
  return new NetstackError({
    what: `The documents have no ${what}`, fix: meant === undefined ? 'netstack connlist lists every workload' : `did you mean ${prefix}${meant}?`,
  });
}
