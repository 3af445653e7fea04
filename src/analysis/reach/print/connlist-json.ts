// The list of pairs as data: `netstack/connlist/v1`, described by connlist-v1.schema.json beside this file. Keys are only added within v1.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolVersion } from '../../../core/tool-version';
import type { ClusterModel } from '../../model/cluster-model';
import { withoutRanges } from '../compare-ports';
import { printConnections } from '../connections';
import type { PairEnd } from '../connectivity';
import type { DecidedBy } from '../explain';
import type { Listing } from '../listing';
import { decidersOfWays, waysOf } from '../pair-deciders';
import { encryptionOf } from '../mesh/encryption';
import type { PortRange } from '../pairs';
import type { Way } from '../trace';
import { printed } from './connlist';

export const CONNLIST_FORMAT = 'netstack/connlist/v1';

/** A pair as `netstack/connlist/v1` has it. */
export interface ConnectionJson {
  readonly cluster?: string;
  readonly src: string;
  readonly dst: string;
  readonly connections: string;
  readonly ports: readonly PortRange[];
  /** The only requests that pass; empty for every request. */
  readonly http: readonly string[];
  readonly verdict: 'allowed' | 'undetermined';
  readonly encryption: Encryption;
  readonly decidedBy: readonly DecidedBy[];
}

/** What protects a connection over TCP; of several ports the least. `unknown` where the documents do not say it. */
export type Encryption = 'mTLS' | 'TLS' | 'plaintext' | 'unknown';

/** Prints lists as JSON, one pair in each line. What is not determined stands in it, too. */
export function* connlistJson(listings: readonly Listing[]): Generator<string> {
  yield `{\n  "schema": ${JSON.stringify(CONNLIST_FORMAT)},\n  "toolVersion": ${JSON.stringify(toolVersion())},\n  "connections": [`;
  let first = true;
  for (const listing of listings) {
    for (const connection of connectionsOf(listing)) {
      yield `${first ? '' : ','}\n    ${JSON.stringify(connection)}`;
      first = false;
    }
  }
  yield `${first ? '' : '\n  '}]\n}\n`;
}

/** Every pair of a list, with who decides. */
export function* connectionsOf(listing: Listing): Generator<ConnectionJson> {
  const { connectivity, network, cluster: { facts } } = listing;
  const { hasMaybe } = connectivity.pairs;
  const cluster = facts.name === undefined ? {} : { cluster: facts.name };
  const said = new Map<string, Pick<ConnectionJson, 'http' | 'decidedBy' | 'encryption'>>();
  const about = (from: PairEnd, to: PairEnd, ranges: readonly PortRange[], verdict: string): Pick<ConnectionJson, 'http' | 'decidedBy' | 'encryption'> => {
    const key = `${from.point} ${to.point} ${verdict}`;
    let known = said.get(key);
    if (!known) said.set(key, (known = describe(network.cluster, waysOf(network, from, to, ranges))));
    return known;
  };
  for (const from of listing.sources) {
    said.clear();
    const reached = connectivity.from(from);
    const possible = hasMaybe ? connectivity.from(from, 'maybe') : reached;
    for (const to of listing.targetsOf(from)) {
      const number = possible[to.point]!;
      if (number === 0 || to === from) continue;
      const { ranges, text } = connectivity.portSet(reached[to.point]!);
      const pair = { ...cluster, src: from.label, dst: to.label };
      if (ranges.length > 0) yield { ...pair, connections: text, ports: ranges, verdict: 'allowed', ...about(from, to, ranges, 'allowed') };
      if (number === reached[to.point]!) continue;
      const unknown = withoutRanges(connectivity.portSet(number).ranges, ranges);
      if (unknown.length > 0) yield { ...pair, connections: printConnections(unknown), ports: unknown, verdict: 'undetermined', ...about(from, to, unknown, 'undetermined') };
    }
  }
  const proxies = listing.proxyPairs();
  for (const { label, to, set, ways } of printed(proxies)) yield { ...cluster, src: label, dst: to.label, connections: set.text, ports: set.ranges, verdict: 'allowed', ...describe(network.cluster, ways) };
  for (const { label, to, unknown } of proxies) {
    const ports = unknown.flatMap(({ flow }): PortRange[] => (flow ? [{ protocol: flow.protocol, from: flow.port, to: flow.port }] : []));
    if (ports.length > 0) yield { ...cluster, src: label, dst: to.label, connections: printConnections(ports), ports, verdict: 'undetermined', ...describe(network.cluster, unknown) };
  }
}

function describe(cluster: ClusterModel, ways: readonly Way[]): Pick<ConnectionJson, 'http' | 'decidedBy' | 'encryption'> {
  const free = ways.some(({ only }) => only === undefined);
  return { http: free ? [] : [...new Set(ways.flatMap(({ only }) => only ?? []))], encryption: encryptionOfWays(cluster, ways), decidedBy: decidersOfWays(ways) };
}

function encryptionOfWays(cluster: ClusterModel, ways: readonly Way[]): Encryption {
  const found = ways.flatMap(({ flow }): Encryption[] => (flow?.protocol === 'TCP' ? [encryptionOf({ cluster }, flow.from, flow.to, flow.port) ?? 'unknown'] : []));
  return (['unknown', 'plaintext', 'TLS', 'mTLS'] as const).find((one) => found.includes(one)) ?? 'unknown';
}

/** The JSON Schema of `netstack/connlist/v1`. */
export function connlistSchema(): Record<string, unknown> {
  return JSON.parse(readFileSync(join(__dirname, 'connlist-v1.schema.json'), 'utf8')) as Record<string, unknown>;
}
