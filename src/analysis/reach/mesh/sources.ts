// One rule of an AuthorizationPolicy as a proxy compiles it: callers by certificate and address, ports, and what is asked of the request
// (pilot/pkg/security/authz/model/model.go). Proxies that see bytes leave out what they cannot ask: of ALLOW the rule, of DENY the condition.
import type { AuthzRule, Condition, Part } from '../../model/mesh-authz';
import { parseRange } from '../../model/ranges';
import type { Three } from '../../model/three';
import { all, any, not } from '../../model/three';
import type { Request } from '../flow';
import type { PeerTerm } from '../rules';
import { allOf, anyOf, EVERYONE } from '../rules';
import type { Selector } from '../selector';
import { inNamespace } from '../selector';
import type { Clause, Wanted } from './clauses';
import { claim, header, headerOf, hosts, methods, paths, requestPrincipal } from './clauses';
import { PRINCIPAL } from './members';
import { hasInOrder, meetsText } from './patterns';
import type { PortSet } from './port-sets';
import { EVERY_PORT, meet, portSet, without } from './port-sets';

/** What rules are read for. */
export interface ReadingContext {
  /** Of the policy: service accounts without a namespace are in it. */
  readonly namespace: string;
  readonly trustDomain: string;
  readonly trustDomainAliases: readonly string[];
  readonly pathNormalization: string;
  /** The issuers whose tokens the proxy reads. */
  readonly issuers: readonly string[];
  /** Whether the proxy sees requests. */
  readonly http: boolean;
  /**
   * ztunnel knows fewer attributes than Envoy. What of a source, an operation or a condition is left with none that it knows is never met, so that DENY on requests alone denies
   * nobody (ztunnel src/rbac.rs skips empty matches, before 1.24 as after 1.30; https://github.com/istio/istio/issues/61126, against what ambientmesh.io says).
   */
  readonly ztunnel: boolean;
  readonly allow: boolean;
  /** `direct`: the address comes from the connection; `header`: from x-forwarded-for where it is sent; `unknown`: it depends on proxies before. */
  readonly remoteAddress: 'direct' | 'header' | 'unknown';
  /** Who shows a certificate that meets a selector. */
  readonly identified: (selector: Selector) => PeerTerm;
  /** Who comes from addresses, as the proxy sees them. */
  readonly addressed: (blocks: PeerTerm) => PeerTerm;
}

/** Callers and ports, with what is asked of the request. */
export interface Meaning {
  readonly peers: PeerTerm;
  readonly ports: PortSet;
  readonly clauses: readonly Clause[];
  /** Something that is not followed. */
  readonly unknown?: string | undefined;
}

const NO_CLAUSES: readonly Clause[] = [];
const WHOLE: Meaning = { peers: EVERYONE, ports: EVERY_PORT, clauses: NO_CLAUSES, unknown: undefined };
const ALL: readonly Meaning[] = [WHOLE];

function ofPeers(peers: PeerTerm, clauses: readonly Clause[] = NO_CLAUSES): Meaning {
  return { peers, ports: EVERY_PORT, clauses, unknown: undefined };
}

function notFollowed(unknown: string): readonly Meaning[] {
  return [{ peers: EVERYONE, ports: EVERY_PORT, clauses: NO_CLAUSES, unknown }];
}

/** Each with each. */
function joinAll(some: readonly Meaning[], others: readonly Meaning[]): readonly Meaning[] {
  if (some === ALL) return others;
  if (others === ALL) return some;
  if (some.length === 1 && others.length === 1) return [join(some[0]!, others[0]!)];
  const joined: Meaning[] = [];
  for (const one of some) for (const other of others) joined.push(join(one, other));
  return joined;
}

/** Alternatives that differ in their callers alone are one. */
function merge(meanings: readonly Meaning[]): readonly Meaning[] {
  if (meanings.length < 2) return meanings;
  const plain = meanings.filter(asksForCallersOnly);
  if (plain.length < 2) return meanings;
  return [ofPeers(anyOf(plain.map(({ peers }) => peers))), ...meanings.filter((one) => !plain.includes(one))];
}

function asksForCallersOnly({ clauses, unknown, ports }: Meaning): boolean {
  return clauses.length === 0 && unknown === undefined && ports === EVERY_PORT;
}

function join(a: Meaning, b: Meaning): Meaning {
  if (a === WHOLE) return b;
  if (b === WHOLE) return a;
  return {
    peers: a.peers === EVERYONE ? b.peers : b.peers === EVERYONE ? a.peers : allOf([a.peers, b.peers]), ports: a.ports === EVERY_PORT ? b.ports : meet(a.ports, b.ports),
    clauses: a.clauses.length === 0 ? b.clauses : b.clauses.length === 0 ? a.clauses : [...a.clauses, ...b.clauses], unknown: a.unknown ?? b.unknown,
  };
}

/** Reads the rules of many policies for one context. */
export class RuleReader {
  private readonly context: ReadingContext;
  /** Something of the rule was left out. */
  private left: boolean = false;

  constructor(context: ReadingContext) {
    this.context = context;
  }

  /** What a rule means: one of these; undefined where the proxy leaves the rule out. */
  meaningsOf({ from, to, when }: AuthzRule): readonly Meaning[] | undefined {
    this.left = false;
    let base = ALL;
    for (let i = 0; i < when.length; i++) base = joinAll(base, this.condition(when[i]!));
    const sources = this.parts(from, SOURCE);
    const operations = this.parts(to, OPERATION);
    return this.left && this.context.allow ? undefined : joinAll(joinAll(base, sources), operations);
  }

  /** One of some sources, or of some operations. */
  private parts(parts: readonly Part[], attributes: readonly Attribute[]): readonly Meaning[] {
    if (parts.length === 0) return ALL;
    if (parts.length === 1) return merge(this.part(parts[0]!, attributes));
    const found: Meaning[] = [];
    for (let i = 0; i < parts.length; i++) found.push(...this.part(parts[i]!, attributes));
    return merge(found);
  }

  private part({ fields }: Part, attributes: readonly Attribute[]): readonly Meaning[] {
    let meanings = ALL;
    let asked = 0;
    for (let i = 0; i < attributes.length; i++) {
      const { field, negated, key } = attributes[i]!;
      const values = fields[field] ?? NO_VALUES;
      const notValues = fields[negated] ?? NO_VALUES;
      if (values.length === 0 && notValues.length === 0) continue;
      if (!this.context.ztunnel || NODE_ATTRIBUTES.has(key)) asked++;
      meanings = joinAll(meanings, this.attribute(key, { values, notValues }));
    }
    return this.context.ztunnel && asked === 0 ? [] : meanings;
  }

  private condition({ key, values, notValues }: Condition): readonly Meaning[] {
    if (this.context.ztunnel && !NODE_CONDITIONS.has(key)) {
      this.left = true;
      return [];
    }
    return values.length === 0 && notValues.length === 0 ? ALL : this.attribute(key, { values, notValues });
  }

  private attribute(key: string, wanted: Wanted): readonly Meaning[] {
    const { context } = this;
    if (context.ztunnel && !NODE_ATTRIBUTES.has(key)) return this.leaveOut();
    switch (key) {
      case 'source.principal': return this.identity(wanted, principal);
      case 'source.namespace': return this.identity(wanted, context.ztunnel ? nodeNamespace : namespace);
      case 'source.serviceAccount': return this.identity(wanted, account);
      case 'source.trustDomain': return this.identity(wanted, trustDomain);
      case 'source.ip': return [ofPeers(context.addressed(blocks(wanted)))];
      case 'remote.ip': return this.remote(wanted);
      case 'destination.port': return [{ peers: EVERYONE, ports: portsOf(wanted), clauses: NO_CLAUSES, unknown: undefined }];
      case 'destination.ip': return notFollowed('it asks for addresses of pods, which no document says');
      case 'connection.sni': return notFollowed('it asks for the server name that the caller sends');
      default: return key.startsWith('experimental.envoy.filters.') ? notFollowed(`it asks for ${key}, which another filter writes`) : this.request(key, wanted);
    }
  }

  /** What only requests have. */
  private request(key: string, wanted: Wanted): readonly Meaning[] {
    const { http, issuers, pathNormalization } = this.context;
    if (!http) return this.leaveOut();
    const clause = key === 'methods' ? methods(wanted) : key === 'hosts' ? hosts(wanted) : key === 'paths' ? paths(wanted, pathNormalization)
      : key === 'request.auth.principal' ? requestPrincipal(wanted, issuers) : key === 'request.auth.audiences' ? claim('aud', ['aud'], wanted, issuers)
        : key === 'request.auth.presenter' ? claim('azp', ['azp'], wanted, issuers)
          : key.startsWith('request.auth.claims') ? claim(names(key).join('.'), names(key), wanted, issuers) : key.startsWith('request.headers') ? header(nameIn(key), wanted) : undefined;
    return clause === undefined ? notFollowed(`it asks for ${key}`) : [ofPeers(EVERYONE, [clause])];
  }

  private leaveOut(): readonly Meaning[] {
    this.left = true;
    return ALL;
  }

  private identity({ values, notValues }: Wanted, selectorOf: SelectorOf): readonly Meaning[] {
    return [ofPeers(positiveAndNegative(this.identified(values, selectorOf), this.identified(notValues, selectorOf)))];
  }

  /** Who shows a certificate that one of some values means; undefined where there is none of them. */
  private identified(values: readonly string[], selectorOf: SelectorOf): PeerTerm | undefined {
    if (values.length === 0) return undefined;
    if (values.length === 1) return this.context.identified(selectorOf(values[0]!, this.context));
    const selectors: Selector[] = [];
    for (let i = 0; i < values.length; i++) selectors.push(selectorOf(values[i]!, this.context));
    return this.context.identified({ is: 'any', of: selectors });
  }

  /** The address that the request says it comes from: where it says none, the connection's own. */
  private remote(wanted: Wanted): readonly Meaning[] {
    const { http, remoteAddress, addressed } = this.context;
    if (remoteAddress === 'unknown') return notFollowed('it asks for the address of the first caller, which proxies before this one write');
    if (!http || remoteAddress === 'direct') return [ofPeers(addressed(blocks(wanted)))];
    const silent: Clause = { about: 'other', text: 'without x-forwarded-for', test: (request) => {
      const first = firstCaller(request);
      return first === undefined ? undefined : first === null;
    } };
    const text = `with x-forwarded-for ${wanted.values.join('|')}${wanted.notValues.length > 0 ? ` not ${wanted.notValues.join('|')}` : ''}`;
    const [values, notValues] = [wanted.values.map(parseRange), wanted.notValues.map(parseRange)];
    const said: Clause = { about: 'other', text, test: (request) => {
      const first = firstCaller(request);
      if (first === undefined || first === null) return first === null ? false : undefined;
      const inside = (ranges: typeof values): Three => any(ranges.map((range) => {
        if (range === undefined || range.family !== first.family || range.last < first.first || first.last < range.first) return false;
        return range.first <= first.first && first.last <= range.last ? true : undefined;
      }));
      return all([values.length === 0 || inside(values), not(inside(notValues))]);
    } };
    return [ofPeers(addressed(blocks(wanted)), [silent]), ofPeers(EVERYONE, [said])];
  }
}

/** A field of a source or an operation, the field that denies it, and the attribute that both are. */
interface Attribute {
  readonly field: string;
  readonly negated: string;
  readonly key: string;
}

const SOURCE: readonly Attribute[] = [
  { field: 'principals', negated: 'notPrincipals', key: 'source.principal' }, { field: 'requestPrincipals', negated: 'notRequestPrincipals', key: 'request.auth.principal' },
  { field: 'namespaces', negated: 'notNamespaces', key: 'source.namespace' }, { field: 'serviceAccounts', negated: 'notServiceAccounts', key: 'source.serviceAccount' },
  { field: 'trustDomains', negated: 'notTrustDomains', key: 'source.trustDomain' }, { field: 'ipBlocks', negated: 'notIpBlocks', key: 'source.ip' },
  { field: 'remoteIpBlocks', negated: 'notRemoteIpBlocks', key: 'remote.ip' },
];
const OPERATION: readonly Attribute[] = [
  { field: 'hosts', negated: 'notHosts', key: 'hosts' }, { field: 'methods', negated: 'notMethods', key: 'methods' }, { field: 'paths', negated: 'notPaths', key: 'paths' },
  { field: 'ports', negated: 'notPorts', key: 'destination.port' },
];
const NO_VALUES: readonly string[] = [];

/** What ztunnel asks (pilot/pkg/serviceregistry/ambient/authorization.go). */
const NODE_CONDITIONS: ReadonlySet<string> = new Set(['source.ip', 'source.namespace', 'source.principal', 'destination.ip', 'destination.port']);
const NODE_ATTRIBUTES: ReadonlySet<string> = new Set([...NODE_CONDITIONS, 'source.serviceAccount']);

/** Whom one value of an attribute means. */
type SelectorOf = (value: string, context: ReadingContext) => Selector;

function positiveAndNegative(wanted: PeerTerm | undefined, unwanted: PeerTerm | undefined): PeerTerm {
  if (unwanted === undefined) return wanted ?? EVERYONE;
  const others: PeerTerm = { is: 'not', of: unwanted };
  return wanted === undefined ? others : allOf([wanted, others]);
}

function blocks({ values, notValues }: Wanted): PeerTerm {
  return positiveAndNegative(values.length === 0 ? undefined : anyOf(values.map(block)), notValues.length === 0 ? undefined : anyOf(notValues.map(block)));
}

function block(value: string): PeerTerm {
  const range = parseRange(value);
  return range === undefined ? { is: 'unknown', why: `${value} is no block of addresses` } : { is: 'block', range, except: [], pods: 'in' };
}

function portsOf({ values, notValues }: Wanted): PortSet {
  return without(values.length === 0 ? EVERY_PORT : portSet(values.map(Number)), portSet(notValues.map(Number)));
}

/** Where the first caller is by the proxy before: null where no proxy says it, undefined where nobody knows. */
function firstCaller(request: Request): NonNullable<Request['forwardedFor']> | null | undefined {
  if (request.forwardedFor) return request.forwardedFor;
  const sent = headerOf(request, 'x-forwarded-for');
  return sent === undefined ? undefined : sent === null ? null : addressIn(sent) ?? null;
}

/** The last address of the header, which the proxy before wrote. */
function addressIn(sent: string): ReturnType<typeof parseRange> {
  const last = sent.split(',').at(-1)!.trim();
  // Most of what is no address is told by its letters.
  return /^[0-9a-fA-F:.]+$/.test(last) ? parseRange(last) : undefined;
}

/** `request.auth.claims[a][b]`. */
function names(key: string): readonly string[] {
  return inBrackets(key).split('][');
}

/** `request.headers[x]`. */
function nameIn(key: string): string {
  const inside = inBrackets(key);
  const next = inside.indexOf('][');
  return next < 0 ? inside : inside.slice(0, next);
}

function inBrackets(key: string): string {
  return key.slice(key.indexOf('[') + 1, key.endsWith(']') ? -1 : undefined);
}

function ofPrincipal(name: string, test: (value: string) => boolean): Selector {
  return { is: 'test', field: 'fact', key: PRINCIPAL, name, test };
}

function principal(value: string, { trustDomain: own, trustDomainAliases }: ReadingContext): Selector {
  if (value === '*') return { is: 'exists', field: 'fact', key: PRINCIPAL };
  const slash = value.indexOf('/');
  const domain = value.slice(0, slash);
  // Identities of one mesh may be written with any of its trust domains, and with the default one.
  const wanted = slash > 0 && domain !== own && (domain === 'cluster.local' || trustDomainAliases.includes(domain)) ? [value, own + value.slice(slash)] : [value];
  return value.includes('*') ? ofPrincipal(`is ${wanted.join(' or ')}`, (given) => wanted.some((one) => meetsText(one, given))) : { is: 'in', field: 'fact', key: PRINCIPAL, values: wanted };
}

function namespace(value: string): Selector {
  if (!value.includes('*')) return inNamespace(value);
  const parts = `/ns/${value}/`.split('*');
  return ofPrincipal(`in ${value}`, (given) => hasInOrder(parts, `/${given}`));
}

/** ztunnel reads namespaces as it reads every text. */
function nodeNamespace(value: string): Selector {
  return value.includes('*') ? { is: 'test', field: 'namespace', key: '', name: `is ${value}`, test: (given) => meetsText(value, given) } : inNamespace(value);
}

function account(value: string, { namespace: home }: ReadingContext): Selector {
  const slash = value.indexOf('/');
  const [place, name] = slash < 0 ? [home, value] : [value.slice(0, slash), value.slice(slash + 1)];
  return ofPrincipal(`of ${place}/${name}`, (given) => {
    const end = given.indexOf('/');
    return given.slice(end) === `/ns/${place}/sa/${name}`;
  });
}

function trustDomain(value: string, { trustDomain: own, trustDomainAliases }: ReadingContext): Selector {
  const all = value === own || trustDomainAliases.includes(value) ? [own, ...trustDomainAliases] : [value];
  return ofPrincipal(`of domain ${value}`, (given) => all.some((one) => meetsText(one, given.slice(0, given.indexOf('/')))));
}

