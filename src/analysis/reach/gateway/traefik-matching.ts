// Whether a request meets a rule of Traefik.
// https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/
import { certifies } from '../../model/hostnames';
import type { Three } from '../../model/three';
import { all, any, not } from '../../model/three';
import type { Matcher, RuleTree } from '../../model/traefik-rule';
import type { Arrival } from './arrival';
import { isIn } from './authorization';
import { isFound } from './patterns';
import type { SeenRequest } from './seen';
import { PREFIX_OF_INGRESS } from './traefik-routers';

export function meetsTree(tree: RuleTree, arrival: Arrival, seen: SeenRequest): Three {
  if ('every' in tree) return all(tree.every.map((one) => meetsTree(one, arrival, seen)));
  if ('some' in tree) return any(tree.some.map((one) => meetsTree(one, arrival, seen)));
  const answer = meetsMatcher(tree, arrival, seen);
  return tree.negated ? not(answer) : answer;
}

function meetsMatcher({ name, args }: Matcher, { address }: Arrival, { host, path, method, header, query }: SeenRequest): Three {
  const [first = '', second] = args;
  const when = (value: string | undefined, asks: (value: string) => Three): Three => (value === undefined ? undefined : asks(value));
  const inHeader = (asks: (value: string) => Three): Three => {
    // Go keeps the host apart from the headers.
    const value = first.toLowerCase() === 'host' ? null : header(first);
    return value === null ? false : when(value, asks);
  };
  const inQuery = (asks: (value: string) => Three): Three => (query === undefined ? undefined : any(valuesOf(query ?? '', first).map(asks)));
  switch (name) {
    case 'Host': return first === '*' ? true : when(host, (one) => isHost(first, one));
    case 'HostRegexp': return when(host, (one) => isFound(first, one));
    case 'Path': return when(path, (one) => one === first);
    case 'PathPrefix': return first === '/' ? true : when(path, (one) => one.startsWith(first));
    case PREFIX_OF_INGRESS: return when(path, (one) => {
      const bare = first.replace(/\/$/, '');
      return !one.startsWith(first) && one !== bare ? false : one.startsWith(first) && (one === bare || one.startsWith(`${bare}/`)) ? true : undefined;
    });
    case 'PathRegexp': return when(path, (one) => isFound(first, one));
    case 'Method': return when(method, (one) => one === first.toUpperCase());
    case 'Header': return inHeader((one) => one === second);
    case 'HeaderRegexp': return inHeader((one) => isFound(second!, one));
    case 'Query': return inQuery((one) => one === (second ?? ''));
    case 'QueryRegexp': return inQuery((one) => (second === undefined ? one === '' : isFound(second, one)));
    case 'ClientIP': return isIn([first], address);
    default: return undefined;
  }
}

/** A dot at the end says nothing, on either side. */
function isHost(wanted: string, host: string): boolean {
  return certifies(withoutDot(wanted), withoutDot(host));
}

export function withoutDot(host: string): string {
  return host.endsWith('.') ? host.slice(0, -1) : host;
}

/** The values of a parameter, without escapes. Go leaves out what holds a semicolon, and what it cannot read. */
function valuesOf(query: string, name: string): readonly string[] {
  const plain = (one: string): string | undefined => {
    try {
      return decodeURIComponent(one.replaceAll('+', ' '));
    } catch {
      return undefined;
    }
  };
  return query.split('&').flatMap((pair) => {
    if (pair === '' || pair.includes(';')) return [];
    const equals = pair.indexOf('=');
    const [key, value] = equals < 0 ? [plain(pair), ''] : [plain(pair.slice(0, equals)), plain(pair.slice(equals + 1))];
    return key === name && value !== undefined ? [value] : [];
  });
}
