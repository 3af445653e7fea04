// What is open, and to whom: matchers about sets of connections, about URLs, and about what protects a connection.
import type { Analysis, Exposure, ExposureReport, Listing, PairEnd, PortRange } from '../analysis';
import { withoutRanges } from '../analysis/reach/compare-ports';
import { printConnections } from '../analysis/reach/connections';
import { endsOfPeer } from '../analysis/reach/listing';
import { encryptionOf } from '../analysis/reach/mesh/encryption';
import { parsePeer } from '../analysis/reach/peers';
import type { Peer } from '../analysis/reach/peers';
import { connlistText } from '../analysis/reach/print/connlist';
import { undeterminedSentence } from '../analysis/reach/print/undetermined';
import { readQuestion } from '../analysis/reach/question';
import { backendsOfUrl } from '../analysis/reach/url-backends';
import type { UrlBackend } from '../analysis/reach/url-backends';
import { NetstackError, shorten } from '../core/errors';
import { requireOptions } from '../core/shape';
import type { AskedConnection, End, Token } from './flows';
import { describeConnection, endOf, questionsOf } from './flows';
import type { MatcherResult } from './matchers';
import type { EncryptOptions, MatcherContext, Reachable } from './reach-matchers';
import { analyze, onlyQuestion, undetermined } from './reach-matchers';

export interface OnlyOptions {
  /** Only what is called here is looked at. */
  readonly to?: End;
  /** Only what is called from here is looked at. */
  readonly from?: End;
}

/**
 * Passes when exactly these connections are allowed, to one end or from one: `expect(app).toAllowOnly(['shop/web -> shop/api:8080'], { to: 'shop/api' })`.
 * Ports count, requests do not.
 */
export function toAllowOnly(this: MatcherContext | void, subject: Reachable, connections: readonly AskedConnection[], options: OnlyOptions = {}): MatcherResult {
  requireOptions(options, { to: true, from: true }, 'what toAllowOnly is given');
  if (options.to !== undefined && options.from !== undefined) throw new NetstackError({ what: 'toAllowOnly is given to and from', fix: 'give one of them' });
  const analysis = analyze(subject);
  const focus = options.to ?? options.from;
  const listings = focus === undefined ? analysis.listings() : analysis.listings(textOf(focus), options.to === undefined ? 'egress' : 'ingress');
  const unknown = undeterminedSentence(listings);
  if (unknown !== undefined) return undetermined(this, 'Whether nothing else is allowed', unknown);
  const missing = connections.filter((one) => questionsOf(one).some((question) => analysis.evaluate(question).outcome !== 'allowed')).map(describeConnection);
  const more = listings.flatMap((listing) => othersOf(listing, connections));
  const lines = [...missing.map((one) => `- ${one}`), ...more.map((one) => `+ ${one}`)].join('\n');
  return {
    pass: missing.length === 0 && more.length === 0,
    message: () => (lines === '' ? `Expected other connections than these, and there are none:\n\n${connections.map(describeConnection).join('\n')}` : `Expected exactly these connections; - is not allowed, + is allowed as well:\n\n${lines}`),
  };
}

/** The lines of a list that no connection is. */
function othersOf(listing: Listing, connections: readonly AskedConnection[]): readonly string[] {
  const expected = connections.flatMap(questionsOf).flatMap((question) => {
    if (question.cluster !== undefined && listing.cluster.facts.name !== undefined && question.cluster !== listing.cluster.facts.name) return [];
    const { from, to, port } = readable(() => readQuestion(listing.cluster, question)) ?? {};
    if (from === undefined || to === undefined) return [];
    return [{ from: ends(listing, from), to: ends(listing, to), ranges: portsOf(to, port) }];
  });
  const others: string[] = [];
  listing.forEachPair((from, to, set) => {
    const meant = expected.filter((one) => one.from.has(from) && one.to.has(to)).flatMap(({ ranges }) => ranges);
    const rest = withoutRanges(listing.connectivity.portSet(set).ranges, meant);
    if (rest.length > 0) others.push(`${from.label} => ${to.label} : ${printConnections(rest)}`);
  });
  return others;
}

function portsOf(to: Peer, port: { readonly number?: number | undefined; readonly name?: string | undefined; readonly protocol: PortRange['protocol'] } | undefined): readonly PortRange[] {
  if (port === undefined) return [];
  const numbers = port.number !== undefined ? [port.number] : to.is === 'endpoints' ? to.endpoints.flatMap((one) => (one.namedPorts.get(port.name!) ?? []).map(({ number }) => number)) : [];
  return numbers.map((number) => ({ protocol: port.protocol, from: number, to: number }));
}

function ends(listing: Listing, peer: Peer): ReadonlySet<PairEnd> {
  return readable(() => endsOfPeer(listing.cluster, listing.connectivity, peer)) ?? new Set();
}

/** What another cluster has is not of this one. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!NetstackError.is(error)) throw error;
    return undefined;
  }
}

function textOf(end: End): string {
  const { end: named } = endOf(end, 'from');
  return typeof named === 'string' ? named : `${named.namespace}/${named.name}`;
}

/**
 * Passes when `from` reaches exactly this. For the internet, names that are routed (`https://shop.example.com`) and Services that are published (`Service shop/web`); for another
 * peer, ports of workloads (`shop/api:8080`). What asks for a token counts as reached.
 */
export function toExpose(this: MatcherContext | void, subject: Reachable, from: End, expected: readonly string[]): MatcherResult {
  if (!Array.isArray(expected)) throw new NetstackError({ what: `What toExpose expects is ${shorten(expected)}`, fix: "give a list such as ['https://shop.example.com']; an empty one for nothing" });
  const analysis = analyze(subject);
  const report: ExposureReport = analysis.exposure(textOf(from));
  const unknown = report.exposures.find(({ verdict, to }) => verdict === 'undetermined' && to !== '');
  if (unknown) return undetermined(this, `What ${textOf(from)} reaches`, `${nameOfExposure(unknown)} (${unknown.to}): ${unknown.because}`);
  const found = new Set(report.exposures.map(nameOfExposure));
  const missing = expected.filter((one) => !found.has(plain(one)));
  const more = [...found].filter((one) => !expected.map(plain).includes(one)).sort();
  const lines = [...missing.map((one) => `- ${one}`), ...more.map((one) => `+ ${one}`)].join('\n');
  return {
    pass: missing.length === 0 && more.length === 0,
    message: () => (lines === '' ? `Expected ${textOf(from)} to reach something else than this, and it does not:\n\n${[...found].sort().join('\n')}` : `Expected ${textOf(from)} to reach exactly this; - is not reached, + is reached as well:\n\n${lines}`),
  };
}

function nameOfExposure({ from, url, door, match, to, connections }: Exposure): string {
  if (from !== 'internet') return connections === 'All Connections' ? to.replace(/\[.*$/, '') : `${to.replace(/\[[A-Z]\w*\]$/, '')}:${connections.replace(/^TCP /, '')}`;
  return url ?? (door?.startsWith('Service ') === true ? door.replace(/ \(.*$/, '') : `${door ?? ''} ${match ?? ''}`.trim());
}

function plain(text: string): string {
  return text.replace(/^(https?:\/\/[^/]+)\/$/, '$1');
}

export interface RouteOptions {
  /** The share of the requests that go there, in percent. @default - any */
  readonly weight?: number;
  /** @default 'GET' */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly jwt?: Token;
}

/** Passes when a gateway sends a request for `url` to a backend: `expect(app).toRoute('https://shop.example.com/cart', 'shop/cart:80', { weight: 90 })`. */
export function toRoute(this: MatcherContext | void, subject: Reachable, url: string, backend: End, options: RouteOptions = {}): MatcherResult {
  requireOptions(options, { weight: true, method: true, headers: true, jwt: true }, 'what toRoute is given');
  const { method, headers = {}, jwt, weight } = options;
  const analysis = analyze(subject);
  const { backends, said, unknown } = backendsOfUrl(analysis.clusters, url, { ...method !== undefined && { method }, headers }, jwt ? { jwt } : {});
  if (unknown !== undefined) return undetermined(this, `Where ${url} goes`, unknown);
  const wanted = textOf(backend);
  const share = backends.filter((one) => isBackend(analysis, one, backend)).reduce((sum, one) => sum + one.share, 0);
  const percent = Math.round(share * 1e4) / 100;
  const what = `${url} to go to ${wanted}${weight === undefined ? '' : ` with ${weight} % of the requests`}`;
  return {
    pass: share > 0 && (weight === undefined || Math.abs(percent - weight) < 0.01),
    message: () => `Expected ${what}. What happens:\n\n${said.map((line) => `${line}\n`).join('')}`,
  };
}

/** `shop/cart`, `shop/cart:80`, `Service shop/cart`; a workload by the pods behind the Service. */
function isBackend(analysis: Analysis, { namespace, name, port, endpoints }: UrlBackend, backend: End): boolean {
  const { end, port: podPort } = endOf(backend, 'to');
  if (typeof end === 'string') {
    const text = end.replace(/^(?:Service |service:)/, '');
    if (text === `${namespace}/${name}` || text === `${namespace}/${name}:${port}`) return true;
    const peers = analysis.clusters.flatMap((cluster) => readable(() => parsePeer(cluster, text)) ?? []);
    if (peers.length === 0) throw unknownBackend(analysis, text);
    return peers.some(({ peer, port: asked }) => peer.is === 'endpoints' && endpoints.some((one) => peer.endpoints.includes(one.endpoint) && (asked?.number === undefined || asked.number === one.port)));
  }
  return endpoints.some(({ endpoint, port: number }) => endpoint.namespace === end.namespace && (podPort === undefined || podPort === String(number))
    && (endpoint.workload === end.name || (Object.keys(end.labels).length > 0 && Object.entries(end.labels).every(([key, value]) => endpoint.labels[key] === value))));
}

function unknownBackend({ clusters }: Analysis, text: string): NetstackError {
  try {
    parsePeer(clusters[0]!, text);
  } catch (error) {
    if (NetstackError.is(error)) return error as NetstackError;
  }
  return new NetstackError({ what: `${shorten(text)} is no backend`, fix: 'give a Service or a workload, such as shop/cart:80' });
}

/** Passes when what is sent over a connection is encrypted, by the mesh or by the ends themselves: `expect(app).toEncrypt('shop/web -> shop/api:8080', { with: 'mTLS' })`. */
export function toEncrypt(this: MatcherContext | void, subject: Reachable, connection: AskedConnection, options: EncryptOptions = {}): MatcherResult {
  requireOptions(options, { with: true }, 'what toEncrypt is given');
  const analysis = analyze(subject);
  const { ways } = analysis.evaluate(onlyQuestion(connection));
  const flows = ways.flatMap(({ flow }) => (flow ? [flow] : []));
  const said = describeConnection(connection);
  const found = flows.map((flow) => ({ flow, by: analysis.clusters.map((cluster) => encryptionOf({ cluster }, flow.from, flow.to, flow.port)).find((one) => one !== undefined) }));
  const unknown = found.find(({ by }) => by === undefined);
  if (unknown || found.length === 0) return undetermined(this, `Whether ${said} is encrypted`, 'No mesh of the documents and no name of a port says it.\n');
  const weak = found.find(({ by }) => (options.with === undefined ? by === 'plaintext' : by !== options.with));
  const by = options.with === undefined ? 'encrypted' : `encrypted with ${options.with}`;
  return { pass: weak === undefined, message: () => (weak ? `Expected ${said} to be ${by}, and it is ${weak.by === 'plaintext' ? 'in plain text' : weak.by}.` : `Expected ${said} not to be ${by}, and it is.`) };
}

/** Passes when who can connect to whom is as in the snapshot: the lines of `netstack connlist`. */
export function toMatchConnectivitySnapshot(this: MatcherContext | void, subject: Reachable, hint?: string): MatcherResult {
  if (this?.isNot === true) throw new NetstackError({ what: '.not of a snapshot says nothing', fix: 'use toMatchConnectivitySnapshot without it' });
  const { expect } = globalThis as { readonly expect?: (value: unknown) => { toMatchSnapshot(hint?: string): void } };
  if (typeof expect !== 'function') throw new NetstackError({ what: 'There is no global expect', fix: 'set globals: true for vitest, or write expect(connectivityLines(app)).toMatchSnapshot()' });
  const listings = analyze(subject).listings();
  const unknown = undeterminedSentence(listings);
  try {
    const received = expect(`\n${[...connlistText(listings)].join('')}${unknown === undefined ? '' : `\n${unknown}`}`);
    if (hint === undefined) received.toMatchSnapshot();
    else received.toMatchSnapshot(hint);
    return { pass: true, message: () => '' };
  } catch (error) {
    return { pass: false, message: () => (error as Error).message };
  }
}

/** The lines of `netstack connlist`, for snapshots of one's own. */
export function connectivityLines(subject: Reachable): string {
  return [...connlistText(analyze(subject).listings())].join('');
}
